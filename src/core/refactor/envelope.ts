import type { AnswerSchema } from '../chat/types.ts';
import { languageOf } from '../chat/prompts.ts';
import { withPlainLineEnds } from './fileText.ts';
import type { RefactorTarget } from './types.ts';

/** Marks of the blocks in which several places are changed. */
export const searchMark = '<<<<<<< SEARCH';
export const middleMark = '=======';
export const replaceMark = '>>>>>>> REPLACE';

/** What stands around the code that a model writes: we write it, so that no model can leave the form. */
export interface FenceEnvelope {
  /** The beginning of the answer, with a line end. */
  readonly start: string;
  /** What ends it; the model writes up to there. */
  readonly end: string;
}

/** Languages whose own text has fences. */
const fencedLanguages: ReadonlySet<string> = new Set([
  'markdown',
  'md',
  'mdx',
  'restructuredtext',
  'rst',
  'djot',
]);
const fewestMarks = 3;

/** A fence that nothing in the target's file closes; `title` names the file that the code is, where it is not the target's. */
export function fenceFor({ file }: Pick<RefactorTarget, 'file'>, title: string | null = null): FenceEnvelope {
  const runs = Array.from(file.text.matchAll(/^\s*(`{3,})/gm), ([, run = '']) => run.length);
  const least = fencedLanguages.has(file.language) ? fewestMarks + 1 : fewestMarks;
  const marks = '`'.repeat(Math.max(least, ...runs.map((length) => length + 1)));
  const head = title === null ? '' : `\`${title}\`\n`;
  return { start: `${head}${marks}${languageOf(title ?? file.path)}\n`, end: `\n${marks}` };
}

/** The body of a fence as a whole answer; `whole` is false where the model did not come to its end. */
export function fencedAnswer({ start, end }: FenceEnvelope, body: string, whole: boolean): string {
  return `${start}${body}${whole ? `${end}\n` : ''}`;
}

/** Where the first block begins: the model writes what it searches for. */
export function blockStart(path: string): string {
  return `${path}\n${searchMark}\n`;
}

/** A refactor's names: a short list of short strings. */
export const namesSchema: AnswerSchema = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 48 },
  minItems: 1,
  maxItems: 5,
};

/** The target's own text with `\n` line ends, its first line with the indentation that stands before it. */
export function targetText({ file, start, end }: Pick<RefactorTarget, 'file' | 'start' | 'end'>): string {
  const before = file.text.slice(0, start);
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const lead = before.slice(lineStart);
  const own = file.text.slice(/^[ \t]*$/.test(lead) ? lineStart : start, end);
  return withPlainLineEnds(own)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
}
