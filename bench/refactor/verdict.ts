import { isElision } from '../../src/core/refactor/answer/elision.ts';
import type { Judgement } from '../../src/core/refactor/judge.ts';
import type { RefactorCase } from './cases.ts';
import type { SpoiltAnswer } from './mutations.ts';
import type { OwnParse } from './ownParse.ts';

/**
 * What became of a spoilt answer. `right`: the file is what was meant. `said`: it is what the spoilt answer says to the
 * letter, in the target only, whole and with every definition. `refused`: nothing changed, and there is a reason.
 * All else is a corrupted file.
 */
export type Verdict =
  | { readonly kind: 'right' | 'said' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'corrupted' | 'exception'; readonly why: string };

/** Judges by a parse and comparisons of its own; none of the product's checks is asked. */
export function verdictOn(
  judged: Judgement,
  one: RefactorCase,
  answer: SpoiltAnswer,
  own: OwnParse,
): Verdict {
  if (!judged.accepted) {
    if (judged.problem === null || judged.problem.message.trim() === '')
      return { kind: 'corrupted', why: 'refused without a reason' };
    return judged.problem.code === 'failed'
      ? { kind: 'exception', why: judged.problem.message }
      : { kind: 'refused', why: refusal(judged) };
  }
  const [change] = judged.changes;
  if (change === undefined || judged.changes.length > 1 || change.path !== one.path)
    return { kind: 'corrupted', why: 'another file' };
  const { text } = one.target.file;
  // The edits, not the text that is said to come of them, are what an editor applies.
  let after = text;
  for (const edit of [...judged.edits].reverse())
    after = after.slice(0, edit.start) + edit.text + after.slice(edit.end);
  if (after !== change.after) return { kind: 'corrupted', why: 'the edits do not make the text' };
  if (after === one.intended) return { kind: 'right' };
  const facts = own.facts(one.path, after);
  if (facts.errors > 0) return { kind: 'corrupted', why: 'a syntax error' };
  for (const [name, number] of one.before.names)
    if ((facts.names.get(name) ?? 0) < number) return { kind: 'corrupted', why: `${name} is lost` };
  const from = text.lastIndexOf('\n', one.target.start - 1) + 1;
  const behind = text.slice(one.target.end);
  if (
    !after.startsWith(text.slice(0, from)) ||
    !after.endsWith(behind) ||
    after.length < from + behind.length
  )
    return { kind: 'corrupted', why: 'text outside of the target' };
  const region = after.slice(from, after.length - behind.length);
  return says(answer, bareLines(region), one)
    ? { kind: 'said' }
    : { kind: 'corrupted', why: 'not what the answer says' };
}

function refusal({ problem, checks }: Judgement): string {
  const failed = checks.find(({ ok }) => !ok);
  return problem?.code === 'check' ? `check: ${failed?.name ?? ''}` : (problem?.code ?? '');
}

function bareLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Whether the target's lines are what the answer's text has: a stretch of it, or the old lines with what it takes and gives. */
function says(answer: SpoiltAnswer, region: readonly string[], one: RefactorCase): boolean {
  const was = bareLines(one.was.join('\n'));
  const names = /^\s*(?:<{5,9} ?SEARCH|@@|--- |\+\+\+ )|"(?:search|edits)"/m.test(answer.text);
  return textsIn(answer.text).some((text) => {
    const lines = bareLines(text);
    // The comment above a definition stays where the answer begins with the definition.
    const bodies = [...was.keys()]
      .filter((count) => isComment(region, was, count))
      .map((count) => region.slice(count));
    if (bodies.some((body) => isStretch(body, lines) || isExpanded(body, lines, was))) return true;
    return names && isReplaced(region, lines, was);
  });
}

/** The answer itself, and the strings of the JSON that it may be. */
function textsIn(text: string): string[] {
  const found = [text];
  for (const [string] of text.matchAll(/"(?:[^"\\]|\\[^])*"/g)) {
    try {
      const value: unknown = JSON.parse(
        string
          .replaceAll('\n', String.raw`\n`)
          .replaceAll('\t', String.raw`\t`)
          .replaceAll('\r', ''),
      );
      if (typeof value === 'string' && value.length > 10) found.push(value);
    } catch {
      // No string of JSON.
    }
  }
  // The strings together, for searches and replacements.
  return [...found, found.slice(1).join('\n')];
}

/** Whether the region begins with so many of the old lines, all of them comments. */
function isComment(region: readonly string[], was: readonly string[], count: number): boolean {
  const isSame = was
    .slice(0, count)
    .every((line, at) => line === region[at] && /^(?:\/\/|\/?\*|#|--|\*)/.test(line));
  return isSame && count < region.length;
}

function isStretch(region: readonly string[], lines: readonly string[]): boolean {
  for (let at = 0; at + region.length <= lines.length; at += 1)
    if (region.every((line, index) => line === lines[at + index])) return true;
  return false;
}

/** Whether the region is a stretch of the answer's lines in which comments and dots stand for runs of the old lines, in their order. */
function isExpanded(region: readonly string[], lines: readonly string[], was: readonly string[]): boolean {
  const pattern = lines.map((line) => (isElision(line) || line === '...' || line === '…' ? null : line));
  if (!pattern.includes(null)) return false;
  for (let start = 0; start < pattern.length; start += 1)
    if (matches(region, pattern, was, start)) return true;
  return false;
}

function matches(
  region: readonly string[],
  pattern: readonly (string | null)[],
  was: readonly string[],
  start: number,
): boolean {
  // Places in the region, each with the least old line that may come next.
  let reached = new Map<number, number>([[0, 0]]);
  for (let at = start; at < pattern.length && reached.size > 0; at += 1) {
    if ((reached.get(region.length) ?? -1) >= 0) return true;
    const next = new Map<number, number>();
    const reach = (place: number, old: number): void => {
      if (!next.has(place) || (next.get(place) ?? 0) > old) next.set(place, old);
    };
    for (const [place, old] of reached) {
      const line = pattern[at];
      if (line !== null) {
        if (line !== undefined && region[place] === line) reach(place + 1, old);
        continue;
      }
      reach(place, old);
      for (let from = old; from < was.length; from += 1)
        for (
          let count = 1;
          region[place + count - 1] !== undefined && region[place + count - 1] === was[from + count - 1];
          count += 1
        )
          reach(place + count, from + count);
    }
    reached = next;
  }
  return reached.has(region.length);
}

/** Whether every line that is new stands in the answer, and so does every line that is gone. */
function isReplaced(region: readonly string[], lines: readonly string[], was: readonly string[]): boolean {
  const said = new Set(lines.flatMap((line) => [line, line.replace(/^[+-]/, '').trim()]));
  const all = lines.join('\n');
  const isSaid = (line: string): boolean => said.has(line) || all.includes(line);
  return minus(region, was).every(isSaid) && minus(was, region).every(isSaid);
}

/** Lines of the one text that the other has less often. */
function minus(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
