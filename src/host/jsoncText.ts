import { parse as parseJsonc, type ParseError } from 'jsonc-parser';

/** What a file says, or in which line it is no JSON; null where that can't be said. */
export type JsoncRead = { readonly value: unknown } | { readonly line: number | null };

/** Reads JSON with comments, as editors write it. Never throws. */
export function readJsonc(text: string): JsoncRead {
  const errors: ParseError[] = [];
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    value = parseJsonc(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  } catch {
    // Brackets that are nested too deeply exhaust the parser's stack.
    return { line: null };
  }
  const [error] = errors;
  return error === undefined ? { value } : { line: text.slice(0, error.offset).split('\n').length };
}

/** `: look at line 3`, or nothing where the line is not known: for the end of a sentence. */
export function lookAtLine(line: number | null): string {
  return line === null ? '' : `: look at line ${line}`;
}
