import { completion } from './engine.ts';

/** Other files of a workspace: together more tokens than the least that is worth being saved. */
export const savedSegments = [1, 2, 3, 4].map((number) => ({
  kind: 'import',
  path: `src/part${number}.ts`,
  startLine: 1,
  endLine: 3,
  text: `export function part${number}(value: number): number {\n  return value * ${number};\n}\n`,
}));

/** A request of a workspace whose evaluated beginning is worth being saved. */
export const savedRequest = completion('const answer = part1(█);\n', {
  repository: 'shop',
  path: 'src/main.ts',
  workspace: 'file:///shop',
  segments: savedSegments,
});
