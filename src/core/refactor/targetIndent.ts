import { fileLines, isBlank } from './fileText.ts';
import { commonIndent, convertIndent, indentOf, indentUnit, type IndentUnit } from './indentation.ts';
import { linesInStrings } from './stringLines.ts';
import type { RefactorTarget } from './types.ts';

/** A target without blank lines at both ends: offsets, and its lines, the first with what stands before it where that is blank. */
export interface TargetLines {
  readonly start: number;
  readonly end: number;
  /** What stands before the target in its first line. */
  readonly before: string;
  /** The indentation of its first line. */
  readonly base: string;
  readonly lines: readonly string[];
  /** How one level is indented in it, or else in its file. */
  readonly unit: IndentUnit | null;
  readonly language: string;
}

export function targetLines(target: RefactorTarget): TargetLines {
  const { file } = target;
  // A byte order mark is no part of the first line.
  const from = target.start === 0 && file.text.startsWith('\uFEFF') ? 1 : target.start;
  const own = file.text.slice(from, Math.max(from, target.end));
  const isEmpty = own.trim() === '';
  const leading = isEmpty ? '' : (/^(?:[ \t]*(?:\r\n|\r|\n))*/.exec(own)?.[0] ?? '');
  const start = from + leading.length;
  // Of blank lines the first one is meant.
  const end = from + (isEmpty ? (fileLines(own)[0]?.end ?? 0) : own.trimEnd().length);
  const before = (fileLines(file.text.slice(0, start)).at(-1)?.text ?? '').replace(/^\uFEFF/, '');
  const [first = '', ...rest] = fileLines(file.text.slice(start, end)).map((line) => line.text);
  const base = isBlank(before) ? before + indentOf(first) : indentOf(before);
  const lines = [isBlank(before) ? before + first : base + first, ...rest];
  const unit = indentUnit(lines) ?? indentUnit(fileLines(file.text).map((line) => line.text));
  return { start, end, before, base, lines, unit, language: file.language };
}

/**
 * Code at the target's indentation. Models give code at its own indentation, at none, or with the first line only
 * without, and with another unit of indentation; the way that leaves most lines of the target as they are is the one
 * that is meant.
 */
export function likeTarget(code: readonly string[], place: TargetLines): string[] {
  const { base, lines: was, unit: toUnit, language } = place;
  const held = new Set(was.filter((line) => !isBlank(line)));
  const inString = linesInStrings(code, language);
  const solid = code.filter((_, at) => inString[at] !== true);
  const [first = ''] = code;
  const rest = solid.slice(1);
  const common = commonIndent(solid);
  const fromUnit = indentUnit(solid);
  const isBare = indentOf(first) === '' && base !== '';
  const isInPlace = rest.every((line) => isBlank(line) || line.startsWith(base));
  const moves: readonly Move[] = [
    { from: indentOf(first), to: base, skip: 0 },
    { from: common, to: base, skip: 0 },
    ...(isBare && isInPlace ? [{ from: '', to: '', skip: 1 } as const] : []),
    ...(isBare && !isInPlace
      ? [{ from: commonIndent(rest), to: commonIndent(was.slice(1)), skip: 1 } as const]
      : []),
  ];
  const preferred = isOutdentedFirst(code, base) ? [...moves].sort((a, b) => b.skip - a.skip) : moves;
  const candidates = unitsToTry(fromUnit, toUnit, solid, common).flatMap((units) =>
    preferred.map((move) => moved(code, { ...move, ...units, base, held, inString })),
  );
  const kept = (candidate: readonly string[]): number => candidate.filter((line) => held.has(line)).length;
  const plausible = candidates.filter((one) => isPlausible(one, base));
  return (plausible.length > 0 ? plausible : candidates).reduce((best, one) =>
    kept(one) > kept(best) ? one : best,
  );
}

/** Where lines are moved: how many stay out of it at the beginning, and get the target's indentation instead. */
interface Move {
  readonly from: string;
  readonly to: string;
  readonly skip: 0 | 1;
}

interface Units {
  readonly fromUnit: IndentUnit | null;
  readonly toUnit: IndentUnit | null;
}

/** Where nothing tells, other characters are made the file's; other widths are not, since it takes little to guess them wrong. */
function unitsToTry(
  from: IndentUnit | null,
  to: IndentUnit | null,
  code: readonly string[],
  common: string,
): readonly Units[] {
  const asItIs = { fromUnit: null, toUnit: null };
  if (from === null || to === null) return [asItIs];
  const converted = { fromUnit: from, toUnit: to };
  if (from === '\t' || to === '\t') return from === to ? [asItIs] : [converted, asItIs];
  if (from.blanks === to.blanks) return [asItIs];
  const isWhole = code.every((line) => {
    return isBlank(line) || (indentOf(line).length - common.length) % from.blanks === 0;
  });
  return isWhole ? [asItIs, converted] : [asItIs];
}

/** Whether what follows a head that opens a block is further right than the head, or closes the block. */
function isPlausible([first = '', ...rest]: readonly string[], base: string): boolean {
  const next = rest.find((line) => !isBlank(line)) ?? '';
  if (!/[:{([]\s*$/.test(first) || /^\s*[)\]}]/.test(next)) return true;
  return next.startsWith(base) && indentOf(next).length > base.length;
}

/** Whether only the first line lacks the indentation that the last one, which closes it, has. */
function isOutdentedFirst(code: readonly string[], base: string): boolean {
  const last = code.at(-1) ?? '';
  return (
    code.length > 1 &&
    base !== '' &&
    indentOf(code[0] ?? '') === '' &&
    last.startsWith(base) &&
    isCloser(last, base)
  );
}

function isCloser(line: string, base: string): boolean {
  return indentOf(line) === base && /^\s*(?:[)\]}]|end\b)/.test(line);
}

function moved(
  code: readonly string[],
  move: Move &
    Units & {
      readonly base: string;
      readonly held: ReadonlySet<string>;
      readonly inString: readonly boolean[];
    },
): string[] {
  return code.map((line, at) => {
    if (isBlank(line)) return '';
    if (at < move.skip) return move.base + line.trimStart();
    const indent = indentOf(line);
    const has = indent.startsWith(move.from);
    const shifted = shiftedIndent(indent, move) + line.slice(indent.length);
    // A string's lines, and what stands further left than the target, may be where they belong.
    const mayStay = move.inString[at] === true || !has || !line.startsWith(move.base);
    if (mayStay && move.held.has(line) && !move.held.has(shifted)) return line;
    return has || move.inString[at] !== true ? shifted : line;
  });
}

/** An indentation at its new place; what stands further left stays as much further left, as far as there is room. */
function shiftedIndent(indent: string, { from, to, fromUnit, toUnit }: Move & Units): string {
  if (indent.startsWith(from)) return to + convertIndent(indent.slice(from.length), fromUnit, toUnit);
  return to.slice(0, Math.max(0, to.length - Math.max(0, from.length - indent.length)));
}
