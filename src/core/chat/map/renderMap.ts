import { memberLine } from '../../context/signature.ts';
import { compare } from '../../index/compare.ts';
import type { RankedDefinition } from './rankDefinitions.ts';

/** A line of the map, with those that must stand above it. */
export interface MapLine {
  readonly path: string;
  /** Of the definition; 0 for the path itself. */
  readonly startLine: number;
  readonly depth: number;
  readonly text: string;
}

/** The lines that a definition needs: its file's path, the heads of what it is in, and its own. */
export function linesFor(definition: RankedDefinition): MapLine[] {
  const { path, symbol, folder } = definition;
  const { names } = folder.index;
  const lines: MapLine[] = [{ path, startLine: 0, depth: 0, text: `${path}:` }];
  const around = symbol.container === -1 ? undefined : containerOf(definition);
  const nameOf = (id: number): string | null => (id === -1 ? null : names.nameOf(id));
  for (const one of around === undefined ? [symbol] : [around, symbol]) {
    const container = nameOf(one.container);
    const parts = { name: names.nameOf(one.name), signature: one.signature, container };
    const isInside = one === symbol && around !== undefined;
    const line = memberLine(parts);
    // What stands elsewhere than its type, as methods in Rust and Go do, is named with it.
    const isApart = container !== null && !isInside && one === symbol && !line.includes(container);
    const text = isApart ? `${container}: ${line}` : line;
    lines.push({ path, startLine: one.startLine, depth: isInside ? 2 : 1, text });
  }
  return lines;
}

/** The definition around another one, in its own file. */
function containerOf({ file, symbol }: RankedDefinition) {
  return file.symbols.find(
    (one) =>
      one !== symbol &&
      one.name === symbol.container &&
      one.startLine <= symbol.startLine &&
      one.endLine >= symbol.endLine,
  );
}

/** What tells a line from the others. */
export function keyOf({ path, startLine, text }: MapLine): string {
  return `${path}\0${startLine}\0${text}`;
}

/** A line as it stands in the map. */
export function written({ depth, text }: MapLine): string {
  return `${'  '.repeat(depth)}${text}\n`;
}

/** Lines in the order of the map: by path and line, each once. */
export function render(lines: Iterable<MapLine>): string {
  const distinct = new Map([...lines].map((line) => [keyOf(line), line]));
  return [...distinct.values()]
    .sort((a, b) => compare(a.path, b.path) || a.startLine - b.startLine || a.depth - b.depth)
    .map(written)
    .join('');
}
