import { compare } from '../index/compare.ts';
import { parentOf } from '../index/imports/paths.ts';
import type { PromptSegment } from '../prompt/layoutTypes.ts';
import type { ContextItem, TokenCount } from './items.ts';

/** Items that stand below one header. */
export interface ItemGroup {
  readonly kind: string;
  /** A file's path, or that of the folder whose files the items are from, with a `/` at its end. */
  readonly path: string;
  readonly items: readonly ContextItem[];
  readonly text: string;
}

/** So many items of one file get a header with its path; fewer stand below their folder's. */
const ownHeader = 3;

/**
 * Puts items in their order for a prompt: by kind, path and line, never by score, so that a change of scores alone moves
 * nothing that a model has evaluated. The same items give the same bytes.
 */
export function arrange(items: readonly ContextItem[]): ItemGroup[] {
  const perFile = new Map<string, number>();
  for (const { kind, path } of items) {
    const key = `${kind} ${path}`;
    perFile.set(key, (perFile.get(key) ?? 0) + 1);
  }
  const groups = new Map<string, { kind: string; path: string; items: ContextItem[] }>();
  for (const item of [...items].sort(byPlace)) {
    const own = item.kind !== 'signatures' || (perFile.get(`${item.kind} ${item.path}`) ?? 0) >= ownHeader;
    const path = own ? item.path : `${parentOf(item.path)}/`;
    const key = `${item.kind} ${path}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kind: item.kind, path, items: [item] });
    else group.items.push(item);
  }
  return [...groups.values()]
    .sort((a, b) => compare(a.kind, b.kind) || compare(a.path, b.path))
    .map((group) => ({ ...group, text: groupText(group.items) }));
}

/** The groups as segments of a prompt, and as one text with a line for each header. */
export function segmentsOf(groups: readonly ItemGroup[]): PromptSegment[] {
  return groups.map(({ kind, path, items, text }) => {
    const whole = items.every((item) => item.path === path);
    const startLine = whole ? Math.min(...items.map((item) => item.startLine)) : 0;
    const endLine = whole ? Math.max(...items.map((item) => item.endLine)) : 0;
    return { kind, path, startLine, endLine, text };
  });
}

export function textOf(groups: readonly ItemGroup[]): string {
  return groups.map(({ path, text }) => `${headerOf(path)}${text}\n`).join('');
}

/** Tokens of the groups with their headers. */
export function tokensOf(groups: readonly ItemGroup[], count: TokenCount): number {
  return groups.reduce((sum, { path, text }) => sum + count(headerOf(path)) + count(`${text}\n`), 0);
}

/** A group's header as one line. */
export function headerOf(path: string): string {
  return `${path}\n`;
}

/** Two or more members of one type stand below its name. */
function groupText(items: readonly ContextItem[]): string {
  const lines: string[] = [];
  for (let at = 0; at < items.length;) {
    const first = items[at];
    if (first === undefined) break;
    const { path, container } = first;
    const of = container === null && first.name !== null ? first.name : container;
    let end = at + 1;
    while (of !== null && items[end]?.path === path && items[end]?.container === of) end += 1;
    const run = items.slice(at, end);
    const inside = run.length >= 2 && of !== null;
    if (inside && container !== null) lines.push(of);
    for (const item of run) {
      lines.push(inside && item.container !== null ? `  ${item.member}` : item.text);
    }
    at = end;
  }
  return lines.join('\n');
}

function byPlace(a: ContextItem, b: ContextItem): number {
  return (
    compare(a.kind, b.kind) ||
    compare(a.path, b.path) ||
    a.startLine - b.startLine ||
    a.endLine - b.endLine ||
    compare(a.text, b.text)
  );
}
