import type { TextChange } from '../text/textDocument.ts';
import { autoCloserOf } from './autoClose.ts';

/** What is left of a suggestion, and how many units right of the cursor it replaces. */
interface Offered {
  readonly rest: string;
  readonly replaceRight: number;
}

/**
 * What `change`, at the suggestion's place, takes of it: how many units of the rest, and how; `extra` is what the
 * editor closed by itself. Null where it disagrees.
 */
export function agreement(
  offered: Offered,
  change: TextChange,
): { units: number; kind: 'typed' | 'inserted'; extra: string } | null {
  const { rest, replaceRight } = offered;
  if (change.length > replaceRight) return null;
  const units = commonUnits(rest, change.text);
  const own = autoClosed(change.text);
  const ownUnits = own === null ? null : commonUnits(rest, own);
  // Where the suggestion has the same two line ends, it may have been accepted by lines.
  if (own !== null && ownUnits !== null && (units === null || (own.length === 1 && rest !== change.text))) {
    return { units: ownUnits, kind: 'typed', extra: change.text.slice(own.length) };
  }
  if (units === null) return null;
  const whole = units === rest.length || isWhole(offered, change, units);
  const kind = isOneKey(change.text) ? 'typed' : 'inserted';
  return { units: whole ? rest.length : units, kind, extra: '' };
}

/** What of `inserted` was typed where the editor added the rest: `(` of `()`, the line end of a block that is opened. */
function autoClosed(inserted: string): string | null {
  const first = inserted.slice(0, 1);
  if (inserted.length === 2 && autoCloserOf[first] === inserted[1]) return first;
  return /^(\r?\n[ \t]*)\r?\n[ \t]*$/.exec(inserted)?.[1] ?? null;
}

/** True where the end of the rest stands there already: closers that it would have replaced by themselves. */
function isWhole({ rest, replaceRight }: Offered, change: TextChange, units: number): boolean {
  const left = rest.slice(units);
  return left.length === replaceRight - change.length && /^[\s)\]}>"'`;,:]+$/.test(left);
}

/** One character, or a line end with the indentation that the editor gives to it. */
function isOneKey(text: string): boolean {
  return [...text].length === 1 || /^\r?\n[ \t]*$/.test(text);
}

/** Units of `rest` that `inserted` is, whatever its line ends; null where it is no beginning of it. */
function commonUnits(rest: string, inserted: string): number | null {
  let at = 0;
  for (let index = 0; index < inserted.length;) {
    const here = lineEndAt(inserted, index);
    const there = lineEndAt(rest, at);
    if (here !== there && (here === 0 || there === 0)) return null;
    if (here === 0 && (at >= rest.length || rest[at] !== inserted[index])) return null;
    index += here || 1;
    at += there || 1;
  }
  return at;
}

function lineEndAt(text: string, index: number): number {
  if (text.startsWith('\r\n', index)) return 2;
  return text[index] === '\n' ? 1 : 0;
}
