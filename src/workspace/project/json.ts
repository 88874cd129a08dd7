import { parse, type ParseError } from 'jsonc-parser';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object in a JSON text, which may have comments and trailing commas; null where there is none or it is broken. */
export function parseObject(text: string): JsonObject | null {
  const errors: ParseError[] = [];
  try {
    // Some editors begin a file with a byte order mark.
    const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
    return errors.length === 0 && isObject(value) ? value : null;
  } catch {
    // Brackets that are nested too deeply exhaust the parser's stack.
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strings in a value that is one, or a list of some. */
export function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');
}
