import { fileLines, isBlank } from '../fileText.ts';
import { linesInStrings } from '../stringLines.ts';
import type { RefactorKind } from '../types.ts';
import type { Checked } from './definitions.ts';
import { newTarget, ownChange } from './outside.ts';

/** Refactors that may make a long piece short. */
const shortening: ReadonlySet<RefactorKind> = new Set(['simplify', 'extract', 'convert']);
/** Instructions after which code may go. */
const asksForLess =
  /\b(?:remov|delet|drop|strip|without|rid of|simplif|shorten|inline|short|reduc|clean|only|empty|stub|replac|rewrite|merge|unused|dead)/i;
/** A piece of so many lines that loses so much of itself was left out, not changed. */
const longPiece = 20;
const leastKept = 0.2;
/** So many lines that are missing from a piece's end were not written any more. */
const longTail = 4;
/** More lines, and more UTF-16 units, than any change of a piece adds: the model repeats itself. */
const mostAdded = 400;
const mostUnitsAdded = 20_000;
const mostGrowth = 20;

/** Why a change has far more text than what it replaces, which is known before it is parsed; null where it has not. */
export function growthProblem({ target, changes }: Pick<Checked, 'target' | 'changes'>): string | null {
  const piece = target.file.text.slice(target.start, target.end);
  const [lines, units] = [held(piece).length, piece.length];
  for (const { path, before, after } of changes) {
    const added = held(after).length - held(before ?? '').length;
    const unitsAdded = after.length - (before?.length ?? 0);
    if (
      (added > mostAdded && added > lines * mostGrowth) ||
      (unitsAdded > mostUnitsAdded && unitsAdded > units * mostGrowth)
    )
      return `The change adds ${added} lines and ${unitsAdded} characters to ${path}: no change needs so much.`;
  }
  return null;
}

/** Why a change has lost code; null where it has not. */
export function sizeProblem(checked: Checked): string | null {
  const { kind, instruction, target } = checked;
  const own = ownChange(checked);
  if (own === undefined) return null;
  const was = held(target.file.text.slice(target.start, target.end)).length;
  const now = Math.max(0, was + held(own.after).length - held(own.before ?? '').length);
  if (shortening.has(kind)) return null;
  if (was >= longPiece && now < was * leastKept)
    return `The change leaves ${now} of ${was} lines: most of the code is missing.`;
  const after = newTarget(own, target);
  const lost = after === null || asksForLess.test(instruction) ? 0 : lostTail(checked, after);
  return lost >= longTail
    ? `The change ends ${lost} lines before the code does: it seems to break off.`
    : null;
}

function held(text: string): string[] {
  return fileLines(text).flatMap((line) => (isBlank(line.text) ? [] : [line.text.trim()]));
}

/** How many lines are missing from the end of what stands in the target's place, where it ends with a line of the target. */
function lostTail({ target }: Checked, after: string): number {
  const tells = (line: string): boolean => /[\p{L}\p{N}]/u.test(line);
  const was = held(target.file.text.slice(target.start, target.end)).filter(tells);
  const now = held(after).filter(tells);
  const at = was.lastIndexOf(now.at(-1) ?? '');
  const tail = was.slice(at + 1);
  const left = new Set(now);
  return at === -1 || tail.some((line) => left.has(line)) ? 0 : tail.length;
}

const comment =
  /^\s*(?:\/\/|\/\*|\*|#(?!\s*(?:include|define|if|endif|else|pragma)\b)|--|<!--|"""|'''|[rRbBuU]?"""|%|;)/;

/** Why a change that was to add documentation changed code; null where it did not. */
export function documentationProblem(checked: Checked): string | null {
  const own = ownChange(checked);
  if (checked.kind !== 'add-docs' || own?.before == null) return null;
  const code = codeLines(own.before, own.language);
  const now = fileLines(own.after).map((line) => line.text.trim());
  let at = 0;
  for (const line of code) {
    while (at < now.length && now[at]?.startsWith(line) !== true) at += 1;
    if (at === now.length)
      return `Documentation was asked for, but the change touches the code ${JSON.stringify(line.slice(0, 60))}.`;
    at += 1;
  }
  return null;
}

function codeLines(text: string, language: string): string[] {
  const lines = fileLines(text).map((line) => line.text);
  const inString = linesInStrings(lines, language);
  return lines.flatMap((line, at) =>
    isBlank(line) || comment.test(line) || inString[at] === true ? [] : [line.trim()],
  );
}
