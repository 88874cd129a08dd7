import { fileLines, isBlank, wholeLineRange } from '../fileText.ts';
import { targetLines } from '../targetIndent.ts';
import type { FileChange, RefactorKind, RefactorTarget, TextEdit } from '../types.ts';
import { listed, type Checked } from './definitions.ts';

/** Refactors that have to touch more than what they were called on. */
const wide: ReadonlySet<RefactorKind> = new Set(['extract', 'rename', 'tests', 'convert']);
/** So many lines may go outside of the target where a refactor is wide; more were left out. */
const mostLost = 3;

/** Lines that make other names known, or open or close a list of them: they may come and go with what needs them. */
const importLine =
  /^\s*(?:import\b|from\s+\S+\s+import\b|export\s+.*\bfrom\b|(?:pub\s+)?use\s|using\s|#\s*include\b|require(?:_relative)?\b|(?:const|let|var)\s.*\brequire\(|[})]\s*from\b)/;
const listOpens = /^\s*(?:import\b|from\s|(?:pub\s+)?use\b|(?:const|let|var)\s).*[{(]\s*$/;
/** What may stand between imports, and in an import of several lines. */
const beside = /^[{}(),;\s]*$/;
const importedName = /^\s*(?:type\s+)?(?:[\w$*:]+(?:\s+as\s+[\w$]+)?|(?:[\w.]+\s+)?"[\w./-]+"),?\s*$/;
const longestList = 60;

/** The change of the target's file; undefined where it has none. */
export function ownChange({ changes, target }: Pick<Checked, 'changes' | 'target'>): FileChange | undefined {
  return changes.find(({ path }) => path === target.file.path);
}

/** What stands in the target's place after a change, whole lines; null where text outside of them changed too. */
export function newTarget({ before, after }: FileChange, target: RefactorTarget): string | null {
  if (before === null) return null;
  const place = targetLines(target);
  const { start, end } = wholeLineRange(before, place.start, place.end);
  const isKept =
    after.length >= start + before.length - end &&
    after.startsWith(before.slice(0, start)) &&
    after.endsWith(before.slice(end));
  const now = isKept ? after.slice(start, after.length - (before.length - end)) : null;
  // Its last line end must not be that of a blank line behind it, which is then gone.
  return now === null || now === '' || /[\r\n]$/.test(now) || !/[\r\n]/.test(before.slice(end - 1, end))
    ? now
    : null;
}

/** Why a change touches what it should not; null where it does not. */
export function outsideProblem(checked: Checked): string | null {
  const { kind, target, changes } = checked;
  const own = ownChange(checked);
  const others = changes.filter((change) => change !== own);
  if (others.length > 0 && !wide.has(kind))
    return `The change touches ${listed(others.map(({ path }) => path))} too.`;
  if (own?.before == null || newTarget(own, target) !== null) return null;
  const { before } = own;
  const place = targetLines(target);
  const range = wholeLineRange(before, place.start, place.end);
  const outside = own.edits.filter(
    ({ start, end }) => end < range.start || start > range.end || end > range.end,
  );
  if (wide.has(kind)) {
    const count = (text: string): number => fileLines(text).filter((line) => !isBlank(line.text)).length;
    const lost = outside.reduce(
      (sum, { start, end, text }) => sum + count(before.slice(start, end)) - count(text),
      0,
    );
    return lost > mostLost
      ? `The change leaves out ${lost} lines that do not belong to what was selected.`
      : null;
  }
  for (const edit of own.edits) {
    if (edit.start >= range.start && edit.end <= range.end) continue;
    const problem = strayProblem(own, edit);
    if (problem !== null) return problem;
  }
  return null;
}

/** Why an edit outside of the target is not one of imports only that leaves what is used; null where it is. */
function strayProblem({ before, after }: FileChange, { start, end, text }: TextEdit): string | null {
  const was = before ?? '';
  const line = fileLines(was.slice(0, start)).length;
  const lines = (of: string): string[] =>
    fileLines(of).flatMap((one) => (isBlank(one.text) ? [] : [one.text]));
  const [removed, added] = [lines(was.slice(start, end)), lines(text)];
  const inList = isInImportList(was, line - 1);
  const isImport = (one: string): boolean =>
    importLine.test(one) || beside.test(one) || (inList && importedName.test(one));
  const touched = [...removed, ...added];
  const hasImport = inList || touched.some((one) => importLine.test(one));
  if (!hasImport || !touched.every(isImport))
    return `The change touches line ${line}, which does not belong to what was selected.`;
  const words = (of: readonly string[]): Set<string> =>
    new Set(of.join('\n').match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
  const left = words(fileLines(after).flatMap((one) => (importLine.test(one.text) ? [] : [one.text])));
  const given = words(added);
  const lost = [...words(removed)].filter(
    (word) => !given.has(word) && !keywords.has(word) && left.has(word),
  );
  if (lost.length > 0) return `The change takes away the import of ${listed(lost)}, which is still used.`;
  const had = new Set(fileLines(was).map((one) => one.text.trim()));
  const twice = added.find((one) => importLine.test(one) && had.has(one.trim()) && !removed.includes(one));
  return twice === undefined
    ? null
    : `The change repeats the import ${JSON.stringify(twice.trim().slice(0, 60))}.`;
}

const keywords = new Set(
  'import from use using include require as type const let var pub crate self super'.split(' '),
);

/** Whether a line, from 0, stands in an import that names things on several lines. */
function isInImportList(text: string, line: number): boolean {
  const lines = fileLines(text);
  for (let at = line - 1; at >= 0 && at > line - longestList; at -= 1) {
    const above = lines[at]?.text ?? '';
    if (listOpens.test(above)) return true;
    if (!importedName.test(above) && !isBlank(above)) return false;
  }
  return false;
}

/** What is said where `outsideProblem` has nothing. */
export function outsideFine(kind: RefactorKind): string {
  return wide.has(kind)
    ? 'This refactor may change other places too; all of them are shown.'
    : 'Nothing outside of what was selected is changed, imports aside.';
}
