import { chunkAtLine, searchChunks } from '../index/search.ts';
import { termIndex } from '../index/chunks.ts';
import type { IndexedFile, RepositoryIndex } from '../index/repositoryIndex.ts';
import type { ContextItem } from './items.ts';
import { nearNames, type ContextPlace } from './place.ts';

/** How far back a call may begin, in UTF-16 units; lines of an example behind the one with the call. */
const longestCall = 600;
const linesBehind = 3;
const longestLine = 160;
/** An example is as likely of use as a definition that is named nearby. */
const exampleScore = 0.3;

/** Words before a bracket that call nothing. */
const keywords =
  /^(?:if|elif|else|for|foreach|while|until|unless|switch|match|when|case|catch|except|with|using|lock|return|yield|await|throw|in|not|and|or|is|as|typeof|sizeof|new|func|fn|fun|function|def)$/;

/** The name whose call is open at the cursor: `render` in `render(page, █`; null outside of calls. */
export function calleeAt({ lines, cursor, column }: ContextPlace): string | null {
  const before = [...lines.slice(Math.max(0, cursor - 12), cursor), (lines[cursor] ?? '').slice(0, column)];
  const text = before.join('\n').slice(-longestCall);
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const unit = text[at] ?? '';
    if (')]}'.includes(unit)) depth += 1;
    else if ('([{'.includes(unit) && depth > 0) depth -= 1;
    else if (unit === '(') return calledBefore(text.slice(0, at));
    // A list or an object that is open around the cursor may be an argument, a block is none.
    else if (unit === '{' && !/[(,:[=]\s*$/.test(text.slice(0, at))) return null;
    else if (unit === ';' && depth === 0) return null;
  }
  return null;
}

/** What is called where `text` ends before the bracket; null for `if (` and its like. */
function calledBefore(text: string): string | null {
  const name = /[\p{L}_$][\p{L}\p{N}_$]*(?=(?:<[^()<>]*>)?\s*$)/u.exec(text)?.[0] ?? null;
  return name === null || keywords.test(name) ? null : name;
}

/** Where an example of a call may be read. */
export interface UsagePlace {
  readonly path: string;
  readonly name: string;
  /** First line (from 1) of the chunk that holds it, and the first of the next. */
  readonly startLine: number;
  readonly endLine: number;
}

/** The place that calls `name` and is most like the one of the cursor; null where nothing else does. */
export function findUsage(index: RepositoryIndex, place: ContextPlace, name: string): UsagePlace | null {
  const id = index.names.find(name);
  if (id === undefined) return null;
  const query = new Map<number, number>([[id, 1]]);
  for (const [near, weight] of nearNames(place)) {
    const known = index.names.find(near);
    if (known !== undefined) query.set(known, Math.max(query.get(known) ?? 0, weight));
  }
  const uses = (file: IndexedFile, chunk: number): boolean =>
    holds(file, id, chunk) &&
    !file.symbols.some((symbol) => symbol.name === id && chunkAtLine(file, symbol.startLine) === chunk);
  const weightOf = (file: IndexedFile): number =>
    file.path !== place.path && termIndex(file.terms, id) !== -1 ? 1 : 0;
  const [best] = searchChunks(index, query, {
    limit: 1,
    weightOf,
    skip: (file, chunk) => !uses(file, chunk),
  });
  if (best === undefined) return null;
  const { lines } = best.file.terms;
  const startLine = lines[best.chunk] ?? 1;
  return { path: best.file.path, name, startLine, endLine: lines[best.chunk + 1] ?? startLine + 20 };
}

function holds({ terms }: IndexedFile, name: number, chunk: number): boolean {
  const at = termIndex(terms, name);
  if (at === -1) return false;
  return terms.chunks.subarray(terms.starts[at], terms.starts[at + 1]).includes(chunk);
}

/** The example itself, cut from the text of its file; null where the call is not there any more. */
export function usageItem(usage: UsagePlace, text: string): ContextItem | null {
  const lines = text.split(/\r?\n/);
  const call = new RegExp(
    `(?<![\\p{L}\\p{N}_$])${usage.name.replaceAll('$', '\\$')}\\s*(?:<[^()<>]*>)?\\(`,
    'u',
  );
  for (let line = usage.startLine; line < Math.min(usage.endLine, lines.length + 1); line += 1) {
    if (!call.test(lines[line - 1] ?? '')) continue;
    const some = lines.slice(line - 1, line - 1 + callLines(lines, line - 1));
    const example = some.map((one) => one.slice(0, longestLine).trimEnd()).join('\n');
    const endLine = line + some.length - 1;
    const { path, name } = usage;
    const why = `an example of a call of ${name}`;
    return {
      kind: 'usage',
      path,
      startLine: line,
      endLine,
      name: null,
      container: null,
      text: example,
      member: example,
      score: exampleScore,
      why,
    };
  }
  return null;
}

/** How many lines a call takes, at most four. */
function callLines(lines: readonly string[], from: number): number {
  let depth = 0;
  for (let count = 0; count <= linesBehind; count += 1) {
    for (const unit of lines[from + count] ?? '') depth += unit === '(' ? 1 : unit === ')' ? -1 : 0;
    if (depth <= 0) return count + 1;
  }
  return linesBehind + 1;
}
