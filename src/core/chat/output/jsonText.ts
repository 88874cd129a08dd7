import { parsed } from '../../text/json.ts';

/**
 * Follows JSON text character by character: where its strings are, and where the value that began first ends. Text
 * that is no JSON is taken as it comes.
 */
export class JsonScan {
  #depth = 0;
  #escaped = false;
  /** Whether the next character belongs to a string. */
  inString = false;

  /** Takes one UTF-16 unit; true where it closes the outermost object or list. */
  take(unit: string): boolean {
    if (this.inString) {
      if (this.#escaped) this.#escaped = false;
      else if (unit === '\\') this.#escaped = true;
      else if (unit === '"') this.inString = false;
      return false;
    }
    if (unit === '"') this.inString = true;
    else if (unit === '{' || unit === '[') this.#depth += 1;
    else if (unit === '}' || unit === ']') {
      this.#depth -= 1;
      return this.#depth <= 0;
    }
    return false;
  }
}

/**
 * The members of the JSON object at the beginning of `text`, each as the text of its value. What is malformed ends it:
 * the last value then reaches to the end of the text. None where the text begins no object.
 */
export function membersOf(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = skip(text, 0, /\s/);
  if (text[at] !== '{') return members;
  at += 1;
  for (;;) {
    at = skip(text, at, /[\s,]/);
    if (text[at] !== '"') return members;
    const keyEnd = valueEnd(text, at);
    const key = parsed(text.slice(at, keyEnd));
    at = skip(text, keyEnd, /\s/);
    if (typeof key !== 'string' || text[at] !== ':') return members;
    at = skip(text, at + 1, /\s/);
    const end = valueEnd(text, at);
    if (end === at) return members;
    members.set(key, text.slice(at, end).trimEnd());
    at = end;
  }
}

/** The items of the JSON list at the beginning of `text`, each as its text; none where the text begins no list. */
export function itemsOf(text: string): readonly string[] {
  const items: string[] = [];
  let at = skip(text, 0, /\s/);
  if (text[at] !== '[') return items;
  at += 1;
  for (;;) {
    at = skip(text, at, /[\s,]/);
    const end = valueEnd(text, at);
    if (end === at) return items;
    items.push(text.slice(at, end).trimEnd());
    at = end;
  }
}

/** The offset behind the value that begins at `at`; the text's end where it isn't closed. */
function valueEnd(text: string, at: number): number {
  const first = text[at];
  if (first === '"') {
    const scan = new JsonScan();
    for (let index = at; index < text.length; index += 1) {
      scan.take(text[index] ?? '');
      if (!scan.inString) return index + 1;
    }
    return text.length;
  }
  if (first === '{' || first === '[') {
    const scan = new JsonScan();
    for (let index = at; index < text.length; index += 1) if (scan.take(text[index] ?? '')) return index + 1;
    return text.length;
  }
  return skip(text, at, /[^\s,}\]]/);
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text[at] ?? '')) at += 1;
  return at;
}
