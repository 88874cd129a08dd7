/** The grammars that ship, by the name of their folder below `grammars`. */
export const grammarNames = ['typescript', 'tsx', 'javascript', 'python', 'go', 'rust'] as const;

export type GrammarName = (typeof grammarNames)[number];

/** VS Code's language identifiers, and the file extensions that the command line passes in their place. */
const grammars: ReadonlyMap<string, GrammarName> = new Map<string, GrammarName>([
  ['typescript', 'typescript'],
  ['ts', 'typescript'],
  ['mts', 'typescript'],
  ['cts', 'typescript'],
  ['typescriptreact', 'tsx'],
  ['tsx', 'tsx'],
  ['javascript', 'javascript'],
  ['javascriptreact', 'javascript'],
  ['js', 'javascript'],
  ['mjs', 'javascript'],
  ['cjs', 'javascript'],
  ['jsx', 'javascript'],
  ['python', 'python'],
  ['py', 'python'],
  ['pyi', 'python'],
  ['go', 'go'],
  ['rust', 'rust'],
  ['rs', 'rust'],
]);

/** The grammar of a language identifier or file extension, or null where none ships. */
export function grammarFor(languageId: string): GrammarName | null {
  return grammars.get(languageId) ?? null;
}
