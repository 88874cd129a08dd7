import { isSpace, isWord, sign } from './scriptSigns.ts';
import type { TextPart } from './textParts.ts';

/** Whether round brackets follow a word that makes them no function's, something that is called, or something else. */
export type Before = 'control' | 'callee' | 'other';

/** What stands in round brackets that define nothing by themselves: parameters of a function or what it is called with. */
export interface Head extends TextPart {
  readonly before: Before;
  /** Where type parameters before the brackets start, or the brackets themselves. */
  readonly generics: number;
  /** The colon of a return type, or -1; it comes later than the brackets. */
  colon: number;
  readonly hasFunctions: boolean;
  /** How much had been left out before it and up to its end, and words that matter met. */
  readonly found: number;
  readonly foundAtEnd: number;
  readonly kept: number;
}

/** What a list of type parameters may hold by which no end of it could be mistaken. */
const plainGenerics = /^<[^"'`;(){}/]*$/;
const longestGenerics = 400;

/** Where the type parameters start that end before a round bracket; the bracket's own place where that is not plain. */
export function genericsBefore(text: string, bracket: number): number {
  let depth = 0;
  for (let at = bracket - 1; at >= 0 && bracket - at < longestGenerics; at -= 1) {
    const unit = text.charCodeAt(at);
    if (unit === sign.greater && text.charCodeAt(at - 1) !== sign.equals) depth += 1;
    if (unit !== sign.less) continue;
    depth -= 1;
    if (depth === 0) return plainGenerics.test(text.slice(at, bracket)) ? at : bracket;
  }
  return bracket;
}

/** A name that is a type by itself, as far as is plain, and a type parameter. */
const firstType =
  /<\s*(?!(?:keyof|typeof|infer|readonly|unique|new|abstract|asserts|const|in|out|import)\b)[A-Za-z_$][\w$.]*/y;

/** What follows the first name in the angle brackets that open at an offset, up to their end; null where that is not plain. */
export function restOfGenerics(text: string, bracket: number): TextPart | null {
  firstType.lastIndex = bracket;
  if (!firstType.test(text)) return null;
  const start = firstType.lastIndex;
  let depth = 1;
  for (let at = start; at < text.length && at - bracket < longestGenerics; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === sign.less) depth += 1;
    if (unit !== sign.greater || text.charCodeAt(at - 1) === sign.equals) continue;
    depth -= 1;
    if (depth === 0) return plainGenerics.test(`<${text.slice(start, at)}`) ? { start, end: at } : null;
  }
  return null;
}

/** Whether what a head's function returns is, as far as is plain, a function: an arrow does not end such a type. */
export function isFunctionType(text: string, head: Head | null): boolean {
  if (head === null || head.colon === -1) return false;
  const first = afterSpace(text, head.colon + 1);
  return /^(?:[(<]|(?:abstract\s+)?new\b)/.test(text.slice(first, first + 24));
}

/** Whether what stands between a head's colon and `end` is the type that its function returns, as far as that is plain. */
export function endsWithReturnType(text: string, head: Head, end: number): boolean {
  // A function may also stand in the second half of a condition.
  if (head.colon === -1 || isFunctionType(text, head)) return false;
  const first = afterSpace(text, head.colon + 1);
  let last = end - 1;
  while (last > first && isSpace(text.charCodeAt(last))) last -= 1;
  const line = text.indexOf('\n', first);
  return line === -1 || line > last || !isWord(text.charCodeAt(last));
}

/** Whether the function whose body ends before an offset is called where it stands, as modules of old are. */
export function isCalledAtOnce(text: string, end: number): boolean {
  const next = afterSpace(text, end);
  if (text.charCodeAt(next) === sign.open) return true;
  return text.charCodeAt(next) === sign.close && text.charCodeAt(afterSpace(text, next + 1)) === sign.open;
}

function afterSpace(text: string, offset: number): number {
  let at = offset;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}
