/** The grammars that ship, by the name of their folder below `grammars`. */
export const grammarNames = [
  'typescript',
  'tsx',
  'javascript',
  'python',
  'go',
  'rust',
  'java',
  'c',
  'cpp',
  'csharp',
  'ruby',
  'php',
  'kotlin',
  'swift',
  'scala',
  'lua',
  'bash',
  'html',
  'css',
  'json',
  'yaml',
  'toml',
] as const;

/** The queries of a grammar, by the names of their files. */
export const queryNames = ['definitions', 'imports', 'scopes', 'blocks', 'documentation'] as const;

export type QueryName = (typeof queryNames)[number];

export type GrammarName = (typeof grammarNames)[number];

/** VS Code's language identifiers, and the file extensions that the command line passes in their place. */
const languages: Readonly<Record<GrammarName, string>> = {
  typescript: 'typescript ts mts cts',
  tsx: 'typescriptreact tsx',
  javascript: 'javascript javascriptreact js mjs cjs jsx',
  python: 'python py pyi',
  go: 'go',
  rust: 'rust rs',
  java: 'java',
  c: 'c',
  // A header may be either, and this grammar reads both, as VS Code does.
  cpp: 'cpp cc cxx h hpp hh hxx',
  csharp: 'csharp cs',
  ruby: 'ruby rb rake gemspec',
  php: 'php',
  kotlin: 'kotlin kt kts',
  swift: 'swift',
  scala: 'scala sc',
  lua: 'lua',
  bash: 'shellscript bash sh zsh',
  html: 'html htm',
  css: 'css',
  json: 'json jsonc',
  yaml: 'yaml yml',
  toml: 'toml',
};

const grammars: ReadonlyMap<string, GrammarName> = new Map(
  grammarNames.flatMap((name) => languages[name].split(' ').map((language) => [language, name] as const)),
);

/** The grammar of a language identifier or file extension, or null where none ships. */
export function grammarFor(languageId: string): GrammarName | null {
  return grammars.get(languageId) ?? null;
}

/** The languages of the tables by which the parser tells where a completion ends (`statements.ts`). */
const judged: ReadonlySet<GrammarName> = new Set(['typescript', 'tsx', 'javascript', 'python', 'go', 'rust']);

/** Whether completions in a grammar's language are ended and checked by its parser while they are written. */
export function judgedWhileTyping(name: GrammarName): boolean {
  return judged.has(name);
}
