import type { SyntaxMatch, SyntaxSpan } from './node.ts';

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
export function importedModules(text: string, matches: readonly SyntaxMatch<SyntaxSpan>[]): ImportedModule[] {
  const modules = new Map<string, Collected>();
  for (const { captures } of matches) {
    let statement: SyntaxSpan | null = null;
    let first: SyntaxSpan | null = null;
    let last: SyntaxSpan | null = null;
    let named: SyntaxSpan | null = null;
    let reexport = false;
    for (const { name, node } of captures) {
      if (name === 'import') statement ??= node;
      else if (name === 'name') named ??= node;
      else if (name === 'reexport') reexport = true;
      else if (name === 'source') {
        first ??= node;
        last = node;
      }
    }
    if (statement === null || first === null || last === null) continue;
    const specifier = unquoted(text.slice(first.startIndex, last.endIndex));
    const { startIndex: start } = statement;
    const key = `${start} ${specifier}`;
    let known = modules.get(key);
    if (known === undefined) {
      known = { specifier, names: [], start, end: statement.endIndex, reexport: false };
      modules.set(key, known);
    }
    known.reexport ||= reexport;
    if (named === null) continue;
    const written = text.slice(named.startIndex, named.endIndex);
    if (!known.names.includes(written)) known.names.push(written);
  }
  return [...modules.values()].sort((a, b) => a.start - b.start);
}

function unquoted(written: string): string {
  const quote = written.charAt(0);
  if (written.length < 2 || !'"\'`'.includes(quote) || !written.endsWith(quote)) return written;
  const inner = written.slice(1, -1);
  return /["'`]/.test(inner) ? written : inner;
}
