import { isObject, parsed } from '../../core/text/json.ts';

const mostUnits = 240;

/**
 * What a server says about an error, in one line of at most 240 characters, without anything that looks like a key; ''
 * where it says nothing for people. Knows the shapes of OpenAI, Azure, Anthropic and Ollama, of FastAPI's checks (vLLM,
 * Mistral) and plain text.
 */
export function serverText(body: string, key: string | null): string {
  const value = parsed(body);
  const said = value === undefined ? plainText(body) : messageIn(value, 0);
  // What is longer is no sentence, and would take long to look through.
  const line = withoutKeys(
    said
      .slice(0, 10 * mostUnits)
      .replace(/\s+/g, ' ')
      .trim(),
    key,
  );
  const short = line.length > mostUnits ? `${line.slice(0, mostUnits - 1).trimEnd()}…` : line;
  return short.replace(/[.:]$/, '');
}

function plainText(body: string): string {
  return /^\s*</.test(body) ? '' : body;
}

/** The first text under the names that servers use. */
function messageIn(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (depth > 4) return '';
  if (Array.isArray(value)) {
    const parts = value.slice(0, 3).map((item: unknown) => messageIn(item, depth + 1));
    return parts.filter((part) => part !== '').join(', ');
  }
  if (!isObject(value)) return '';
  if (typeof value['msg'] === 'string') return [...places(value['loc']), value['msg']].join(': ');
  for (const name of ['error', 'message', 'detail', 'details', 'error_description', 'errors', 'title']) {
    const found = messageIn(value[name], depth + 1);
    if (found !== '') return withUpstream(found, value['metadata']);
  }
  return '';
}

/** OpenRouter says what its provider said beside its own words. */
function withUpstream(message: string, metadata: unknown): string {
  const raw = isObject(metadata) ? metadata['raw'] : undefined;
  if (typeof raw !== 'string') return message;
  const value = parsed(raw);
  const inner = value === undefined ? plainText(raw) : messageIn(value, 1);
  return inner === '' || inner === message ? message : `${message}: ${inner}`;
}

/** The field that FastAPI complains of. */
function places(loc: unknown): readonly string[] {
  if (!Array.isArray(loc)) return [];
  const names = loc.filter((part): part is string => typeof part === 'string' && part !== 'body');
  return names.length === 0 ? [] : [names.join('.')];
}

/** Beginnings of the keys of known services, and a key of which a server shows only its ends. */
const keyBeginning = /^(?:(?:sk|pk|rk|gsk|xai|hf|nvapi|pplx|csk|r8|fw|tgp)[-_]|AIza)(?=.*\d)/;
const masked = /\w(?:\*{2,}|•{2,}|x{4,})|(?:\*{2,}|•{2,}|x{4,})\w|\w(?:…|\.{3})\w/i;

/** Letters of both cases with digits, or many hexadecimal digits, without a dash between them, are no word. */
const opaque = /(?=[A-Za-z]*\d)(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z0-9]{20,}|[0-9a-f]{32,}/;

const sharedUnits = 6;

/** A text with `[key]` in the place of the key, of parts of it, and of what looks like any. */
export function withoutKeys(text: string, key: string | null): string {
  const own = key === null || key === '' ? [] : [key, encodeURIComponent(key)];
  const cleaned = own.reduce((all, form) => all.replaceAll(form, '[key]'), text);
  return cleaned.replace(/[\w*•…+/=.~-]{6,}/g, (word) => (looksLikeKey(word, key) ? '[key]' : word));
}

function looksLikeKey(word: string, key: string | null): boolean {
  if (keyBeginning.test(word) && word.length >= 12) return true;
  return masked.test(word) || opaque.test(word) || (key !== null && shares(word, key));
}

/** Whether six characters of a text stand in the key, too. */
function shares(word: string, key: string): boolean {
  for (let at = 0; at + sharedUnits <= word.length; at += 1) {
    if (key.includes(word.slice(at, at + sharedUnits))) return true;
  }
  return false;
}
