import { isObject, parsed } from '../../text/json.ts';
import { withPlainLineEnds } from '../fileText.ts';

const searchKeys = [
  'search',
  'old',
  'old_string',
  'oldString',
  'old_str',
  'oldText',
  'old_text',
  'find',
  'before',
  'original',
  'old_code',
];
const replaceKeys = [
  'replace',
  'new',
  'new_string',
  'newString',
  'new_str',
  'newText',
  'new_text',
  'after',
  'updated',
  'replacement',
  'new_code',
];
const codeKeys = [
  'code',
  'content',
  'text',
  'replacement',
  'result',
  'answer',
  'new_code',
  'newCode',
  'source',
];
const diffKeys = ['diff', 'patch'];
const pathKeys = ['path', 'file', 'filename', 'file_path', 'filePath', 'target_file'];
const listKeys = ['edits', 'changes', 'replacements', 'files', 'operations'];
/** What tools wrap their arguments in. */
const wrapperKeys = ['arguments', 'parameters', 'input', 'args'];
/** Deeper values are none of ours. */
const deepest = 4;

/** One change that JSON asks for. Texts have `\n` line ends. */
export type JsonChange =
  | {
      readonly kind: 'replace';
      readonly path: string | null;
      readonly search: string;
      readonly replace: string;
    }
  /** Code, a diff, or an answer in another style. */
  | { readonly kind: 'answer'; readonly path: string | null; readonly text: string };

/**
 * What JSON with changes asks for: a list of searches and replacements, whole files, one piece of code, or a diff. Null
 * where the answer is no JSON, or has none of it. Line ends and tabs that stand in a string as they are, as small models
 * write them, count as escaped.
 */
export function jsonChanges(answer: string): JsonChange[] | null {
  const text = withoutProse(answer.trim());
  if (text === null) return null;
  const value = parsed(text) ?? parsed(withEscapes(text));
  const changes = value === undefined ? [] : changesIn(value, deepest);
  return changes.length > 0 ? changes : null;
}

/** From the first line that begins a list or an object to the last that ends one; null where none does. */
function withoutProse(text: string): string | null {
  const begin = text.search(/^[{[]/m);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1;
  if (begin === -1 || end <= begin) return null;
  // Fences say themselves where JSON ends.
  return begin > 0 && /^ {0,3}[`~]{3}/m.test(text) ? null : text.slice(begin, end);
}

/** JSON whose strings have no line ends and tabs as such. */
function withEscapes(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^])*"/g, (string) =>
    string.replace(/[\n\t]/g, (one) => (one === '\n' ? String.raw`\n` : String.raw`\t`)),
  );
}

function changesIn(value: unknown, depth: number): JsonChange[] {
  if (depth === 0) return [];
  if (Array.isArray(value))
    return value.flatMap((one: unknown) => (isObject(one) ? changesIn(one, depth - 1) : []));
  if (!isObject(value)) return [];
  const list = listKeys.map((key) => value[key]).find((one) => Array.isArray(one));
  if (list !== undefined) {
    // The file may be named once for all.
    const path = textAt(value, pathKeys);
    return changesIn(list, depth - 1).map((one) => ({ ...one, path: one.path ?? path }));
  }
  const own = oneChange(value);
  if (own !== null) return [own];
  return wrapperKeys.flatMap((key) => changesIn(value[key], depth - 1));
}

function oneChange(record: Readonly<Record<string, unknown>>): JsonChange | null {
  const path = textAt(record, pathKeys);
  const search = textAt(record, searchKeys);
  const replace = textAt(record, replaceKeys);
  if (search !== null && replace !== null) return { kind: 'replace', path, search, replace };
  const text = textAt(record, diffKeys) ?? textAt(record, codeKeys);
  return text === null ? null : { kind: 'answer', path, text: withLines(text) };
}

/** Code on one line in which line ends were escaped twice. */
function withLines(text: string): string {
  if (text.includes('\n') || !text.includes(String.raw`\n`)) return text;
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '', '"': '"', '\\': '\\' };
  return text.replace(/\\([ntr"\\])/g, (_, letter: string) => escapes[letter] ?? letter);
}

function textAt(record: Readonly<Record<string, unknown>>, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string') return withPlainLineEnds(value);
    // Some give lines.
    if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'))
      return value.join('\n');
  }
  return null;
}
