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
}

/**
 * The imports of a file, in order, from the matches of its language's `imports.scm`. That query captures
 * `@import` (the statement), `@source` (the specifier), and `@name`, with one match for each name.
 */
export function importedModules(text: string, matches: readonly SyntaxMatch[]): ImportedModule[] {
  const modules = new Map<string, { specifier: string; names: string[]; start: number; end: number }>();
  for (const { captures } of matches) {
    const node = (wanted: string) => captures.find(({ name }) => name === wanted)?.node;
    const statement = node('import');
    const source = node('source');
    if (statement === undefined || source === undefined) continue;
    const specifier = text.slice(source.startIndex, source.endIndex).replace(/^["'`]|["'`]$/g, '');
    const { startIndex: start, endIndex: end } = statement;
    const key = `${start} ${specifier}`;
    const known = modules.get(key) ?? { specifier, names: [], start, end };
    modules.set(key, known);
    const name = node('name');
    if (name === undefined) continue;
    const written = text.slice(name.startIndex, name.endIndex);
    if (!known.names.includes(written)) known.names.push(written);
  }
  return [...modules.values()].sort((a, b) => a.start - b.start);
}
