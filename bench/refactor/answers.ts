import type { AnswerStyle } from '../../src/core/refactor/types.ts';
import type { RefactorCase } from './cases.ts';
import type { Chance } from './random.ts';

const fenceNames: Readonly<Record<string, string>> = {
  '.ts': 'typescript',
  '.js': 'javascript',
  '.py': 'python',
  '.go': 'go',
  '.rs': 'rust',
  '.rb': 'ruby',
};

/** The change of a case as a model would write it in a style, with the liberties that models take. */
export function answerIn(style: AnswerStyle, one: RefactorCase, chance: Chance): string {
  switch (style) {
    case 'code':
      return asCode(one, chance);
    case 'fenced':
      return fenced(asCode(one, chance), one);
    case 'prose':
      return prose(one, chance);
    case 'file':
      return chance.is(0.5) ? one.intended : fenced(one.intended.replace(/\n$/, ''), one);
    case 'search-replace':
      return blocks(one, chance);
    case 'diff':
      return diff(one, chance);
    case 'json':
      return json(one, chance);
    case 'elided':
      return elided(one, chance);
  }
}

function fenced(code: string, { extension }: RefactorCase): string {
  const marks = /^ {0,3}```/m.test(code) ? '````' : '```';
  return `${marks}${fenceNames[extension] ?? ''}\n${code}\n${marks}`;
}

/** At its own indentation, at none, or with the first line only without. */
function asCode({ now }: RefactorCase, chance: Chance): string {
  const indent = /^[ \t]*/.exec(now[0] ?? '')?.[0] ?? '';
  const way = chance.below(3);
  if (way === 0) return now.join('\n');
  if (way === 1) return [(now[0] ?? '').trimStart(), ...now.slice(1)].join('\n');
  // What stands further left than the definition, such as text in a string, can't be moved.
  const canMove = now.every((line) => line.trim() === '' || line.startsWith(indent));
  return canMove ? now.map((line) => line.slice(indent.length)).join('\n') : now.join('\n');
}

function prose(one: RefactorCase, chance: Chance): string {
  const name = one.target.definition?.name ?? 'it';
  const before = chance.of([
    `Here is the updated version of \`${name}\`:`,
    `Sure! I changed ${name} as you asked:`,
    'The code below does what you want.\n\n- It is shorter.\n- It is safe:',
  ]);
  const after = chance.of(['This keeps everything else as it was.', 'Let me know if you need more!', '']);
  return `${before}\n\n${fenced(asCode(one, chance), one)}\n\n${after}`;
}

/** Stretches of lines that differ: the texts' longest common subsequence is left out. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly now: readonly string[];
}

function stretches(was: readonly string[], now: readonly string[]): Stretch[] {
  const width = now.length + 1;
  const table = new Int32Array((was.length + 1) * width);
  for (let i = was.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const [skip, take] = [(i + 1) * width + j, i * width + j + 1];
      table[i * width + j] =
        was[i] === now[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[skip] ?? 0, table[take] ?? 0);
    }
  }
  const found: { start: number; end: number; now: string[] }[] = [];
  let [i, j] = [0, 0];
  while (i < was.length || j < now.length) {
    if (i < was.length && j < now.length && was[i] === now[j]) {
      i += 1;
      j += 1;
      continue;
    }
    const last = found.at(-1);
    const stretch = last?.end === i && last.now.length > 0 ? last : { start: i, end: i, now: [] as string[] };
    if (stretch !== last) found.push(stretch);
    const down = (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0);
    if (i < was.length && (j === now.length || down)) {
      i += 1;
      stretch.end = i;
    } else {
      stretch.now.push(now[j] ?? '');
      j += 1;
    }
    while (i < was.length && j < now.length && was[i] !== now[j] && stretch.end === i) {
      const goDown = (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0);
      if (goDown) stretch.end = i += 1;
      else stretch.now.push(now[j++] ?? '');
    }
  }
  return found;
}

/** Searches and replacements with so many lines around each that the search stands once in the file. */
function pairs(one: RefactorCase, chance: Chance): { search: string; replace: string }[] {
  const { was, now, target } = one;
  const found: { from: number; to: number; now: string[] }[] = [];
  let offset = 0;
  for (const { start, end, now: lines } of stretches(was, now)) {
    let [from, to] = [start, end];
    const wanted = chance.below(3);
    const search = (): string => was.slice(from, to).join('\n');
    for (let more = 0; from > 0 || to < was.length; more += 1) {
      const text = search();
      if (more >= wanted && text.trim() !== '' && target.file.text.split(text).length === 2) break;
      if (from > 0) from -= 1;
      if (to < was.length) to += 1;
    }
    const last = found.at(-1);
    if (last !== undefined && from < last.to) {
      last.now.splice(last.now.length - (last.to - Math.min(start, last.to)));
      last.now.push(...was.slice(last.to, start), ...lines, ...was.slice(end, to));
      if (start < last.to) return [{ search: was.join('\n'), replace: now.join('\n') }];
      last.to = to;
    } else found.push({ from, to, now: [...was.slice(from, start), ...lines, ...was.slice(end, to)] });
    offset += lines.length - (end - start);
  }
  if (now.length - was.length !== offset) throw new Error('The stretches are not the change.');
  return found.map(({ from, to, now: lines }) => ({
    search: was.slice(from, to).join('\n'),
    replace: lines.join('\n'),
  }));
}

function blocks(one: RefactorCase, chance: Chance): string {
  const all = pairs(one, chance).map(
    ({ search, replace }) =>
      `<<<<<<< SEARCH\n${search}\n=======\n${replace === '' ? '' : `${replace}\n`}>>>>>>> REPLACE`,
  );
  const text = all.join('\n\n');
  if (chance.is(0.4)) return text;
  return `${one.path}\n\`\`\`${fenceNames[one.extension] ?? ''}\n${text}\n\`\`\`\n`;
}

/** With three lines of context, and line numbers that are wrong in half of the cases. */
function diff(one: RefactorCase, chance: Chance): string {
  const { was, now, target } = one;
  const all = target.file.text.split('\n');
  const first = target.file.text.slice(0, target.start).split('\n').length - 1;
  const wrong = chance.is(0.5) ? chance.below(30) - 15 : 0;
  const found = stretches(was, now).map(({ start, end, now: lines }) => ({
    start: first + start,
    end: first + end,
    now: lines,
  }));
  const hunks: (typeof found)[] = [];
  for (const one of found) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && one.start - last.end <= 6) hunks.at(-1)?.push(one);
    else hunks.push([one]);
  }
  const texts = hunks.map((hunk) => {
    const from = Math.max(0, (hunk[0]?.start ?? 0) - 3);
    const to = Math.min(all.length, (hunk.at(-1)?.end ?? 0) + 3);
    const lines: string[] = [];
    let at = from;
    for (const { start, end, now: added } of hunk) {
      lines.push(...all.slice(at, start).map((line) => ` ${line}`));
      lines.push(...all.slice(start, end).map((line) => `-${line}`), ...added.map((line) => `+${line}`));
      at = end;
    }
    lines.push(...all.slice(at, to).map((line) => ` ${line}`));
    // Models leave out the blank of an empty line.
    const written = lines.map((line) => (line === ' ' && wrong !== 0 ? '' : line));
    const number = Math.max(1, from + 1 + wrong);
    return `@@ -${number},${to - from} +${number},${lines.length} @@\n${written.join('\n')}`;
  });
  const text = `--- a/${one.path}\n+++ b/${one.path}\n${texts.join('\n')}`;
  return chance.is(0.5) ? text : `Here is the patch:\n\n\`\`\`diff\n${text}\n\`\`\``;
}

function json(one: RefactorCase, chance: Chance): string {
  const way = chance.below(3);
  const value =
    way === 0
      ? { edits: pairs(one, chance) }
      : way === 1
        ? { code: asCode(one, chance) }
        : { path: one.path, content: one.intended };
  const text = JSON.stringify(value, null, chance.is(0.5) ? 2 : undefined);
  return chance.is(0.5) ? text : `\`\`\`json\n${text}\n\`\`\``;
}

/** Lines that stay between what changes and what is left out, blank ones not counted. */
const anchors = 2;

function keepAround(from: number, step: 1 | -1, lines: readonly string[], kept: Set<number>): void {
  let held = 0;
  for (let at = from; at >= 0 && at < lines.length && held < anchors; at += step) {
    kept.add(at);
    if (lines[at]?.trim() !== '') held += 1;
  }
}

/** Long stretches that stay give way to a comment, with two lines of them left at each end. */
function elided(one: RefactorCase, chance: Chance): string {
  const { was, now, extension } = one;
  const says = chance.of([
    '... existing code ...',
    '...',
    '... rest of the code ...',
    'rest of the code unchanged',
  ]);
  const mark = /\.(?:py|rb)$/.test(extension) ? '#' : '//';
  const kept = new Set<number>();
  const found = stretches(was, now);
  let shift = 0;
  for (const { start, end, now: lines } of found) {
    const [from, to] = [start + shift, start + shift + lines.length];
    for (let at = from; at < to; at += 1) kept.add(at);
    keepAround(from - 1, -1, now, kept);
    keepAround(to, 1, now, kept);
    shift += lines.length - (end - start);
  }
  keepAround(0, 1, now, kept);
  keepAround(now.length - 1, -1, now, kept);
  const lines: string[] = [];
  for (let at = 0; at < now.length;) {
    let end = at;
    while (end < now.length && !kept.has(end)) end += 1;
    if (end - at >= 3) {
      const indent = /^[ \t]*/.exec(now.slice(at).find((line) => line.trim() !== '') ?? '')?.[0] ?? '';
      lines.push(`${indent}${mark} ${says}`);
    } else lines.push(...now.slice(at, end));
    if (end < now.length) lines.push(now[end] ?? '');
    at = end + 1;
  }
  return fenced(lines.join('\n'), one);
}
