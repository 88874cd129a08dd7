import type { SyntaxMatch } from './node.ts';

/** What a file imports from one place. */
export interface ImportedModule {
  /** As written, without quotes: `./rope`, `..models.user`, `net/http`, `crate::text::rope`. */
  readonly specifier: string;
  /** The names taken from it, as the module exports them; empty for all of it. */
  readonly names: readonly string[];
  /** UTF-16 offsets of the statement. */
  readonly start: number;
  readonly end: number;
  /** Whether the file gives on what it imports: `export … from`, `pub use`. */
  readonly reexport: boolean;
}

/** What is being collected of one import. */
type Collected = { -readonly [Key in keyof ImportedModule]: ImportedModule[Key] } & {
  readonly names: string[];
};

/**
 * The imports of a file, in order, from the matches of its language's `imports.scm`. That query captures
 * `@import` (the statement), `@source` (the specifier, or its first and its last part), `@name`, with one match for
 * each name, and `@reexport`.
 */
export function importedModules(text: string, matches: readonly SyntaxMatch[]): ImportedModule[] {
  const modules = new Map<string, Collected>();
  for (const { captures } of matches) {
    const statement = captures.find(({ name }) => name === 'import')?.node;
    if (statement === undefined) continue;
    const sources = captures.filter(({ name }) => name === 'source');
    const [first] = sources;
    const last = sources.at(-1);
    if (first === undefined || last === undefined) continue;
    const specifier = unquoted(text.slice(first.node.startIndex, last.node.endIndex));
    const { startIndex: start, endIndex: end } = statement;
    const key = `${start} ${specifier}`;
    const known = modules.get(key) ?? { specifier, names: [], start, end, reexport: false };
    modules.set(key, known);
    known.reexport ||= captures.some(({ name }) => name === 'reexport');
    const named = captures.find(({ name }) => name === 'name')?.node;
    if (named === undefined) continue;
    const written = text.slice(named.startIndex, named.endIndex);
    if (!known.names.includes(written)) known.names.push(written);
  }
  return [...modules.values()].sort((a, b) => a.start - b.start);
}

function unquoted(written: string): string {
  return written.replace(/^(["'`])([^"'`]*)\1$/, '$2');
}
