/**
 * How much a name says that its value is a secret: a `password` may be short and thought up by a person, so may a
 * `secret`; a `token` is drawn by a machine, and many things are called so; a `key` is one of an interface or a cipher.
 */
export type NameClass = 'password' | 'secret' | 'token' | 'key';

export interface SecretName {
  readonly class: NameClass;
  /** The whole name, as far as it stands in one word. */
  readonly name: string;
  /** Where the name begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** Finds candidates; boundaries are looked at afterwards. */
const keyword =
  /pass(?:word|wd|wort|phrase|code|_?word|key)?|p(?:s|ss)?wd|pw(?![a-z])|senha|contrase[nñ]a|kennwort|secret|token|credentials?|(?:api|access|account|private|encryption|encrypt|signing|sign|master|storage|subscription|licen[sc]e|deploy|service|session|shared[_-]?access|shared|admin|app(?:lication)?|client|auth|write|read|server|integration|ingest|webhook|hmac|cipher|aes|jwt|primary|secondary|preshared|management)[_. -]?(?:api[_. -]?)?key|authorization|auth(?![a-z])|bearer|(?:session|jsession|phpsess|connect\.s)[_-]?id|_pat(?![a-z])|(?<=[?&])sig(?==)|session(?==)|identified\s{1,4}(?:with\s\w{1,40}\s)?by/gi;

/** What may follow the keyword in the name of a secret itself; `passwordHash` and `tokenUrl` are no secrets. */
const suffix =
  /^(?:[_.-]?(?:key|base|value|val|text|plain|plaintext|string|str|raw|data|prod|production|dev|development|stag(?:e|ing)|test|live|old|new|current|main|default|primary|secondary|env|b64|base64|v?\d{1,3}|uat|qa|api|master|admin|root|user|db|database|smtp|readonly|rw|ro|write|read|access|auth|token))*$/i;
/** Names of what only goes by the same word, in small letters with `_` between their words. */
const otherNames =
  /(?:^|_)(?:(?:page|next|continuation|sync|cancel|cancell?ation|cursor|sort|end|start|open|close|lex|parse|first|last|prev(?:ious)?|current|eos|bos|pad|stop|mask|special|syntax|comment|max|min|num|total|count|prompt|completion|input|output|public|publishable|anon|csp|design|color|theme|font|spacing|css|injection|cache|map|foreign|unique|partition|hash|object|row|is|has|no)_?(?:tokens?|key|password|secret)|public_key|(?:show|hide|forgot|reset|confirm|toggle|use|allow|with|without|enable|disable)_?pass\w*)$/;
/** Words that only begin or end like one that says secret. */
const otherWords = /(?:com|sur|tres|by)pass$/i;

const nameChar = /[\w.-]/;
const longestName = 64;

/** The names in a text that may have a secret as their value, in order. */
export function* secretNames(text: string): Generator<SecretName> {
  for (const match of text.matchAll(keyword)) {
    const at = match.index;
    const [word] = match;
    let start = at;
    while (start > 0 && at - start < longestName && nameChar.test(text[start - 1] ?? '')) start -= 1;
    let end = at + word.length;
    while (end < text.length && end - at < longestName && nameChar.test(text[end] ?? '')) end += 1;
    // A sign at the end of a name is one of a sentence or a flag.
    while (end > at + word.length && /[.-]/.test(text[end - 1] ?? '')) end -= 1;
    const before = text.slice(start, at);
    const after = text.slice(at + word.length, end);
    const kind = classOf(word);
    if (!suffix.test(after) || !beginsWord(before, word, kind)) continue;
    const name = text.slice(start, end);
    const upToWord = text.slice(start, at + word.length);
    if (otherNames.test(wordsOf(upToWord)) || otherWords.test(upToWord)) continue;
    yield { class: kind, name, start, end };
  }
}

/** `accessToken`, `access-token`, `ACCESS_TOKEN` as `access_token`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[.-]/g, '_')
    .toLowerCase();
}

function classOf(word: string): NameClass {
  if (/^(?:pass|p(?:s|ss)?wd|pw|senha|contrase|kennwort|identified)/i.test(word)) return 'password';
  if (/^(?:secret|credential)/i.test(word)) return 'secret';
  return /key$|^sig$/i.test(word) ? 'key' : 'token';
}

/** Whether the keyword begins a word of its own: `db_password`, `dbPassword`, `DBPASSWORD`, not `compass`. */
function beginsWord(before: string, word: string, kind: NameClass): boolean {
  const last = before.at(-1) ?? '';
  if (!/[A-Za-z]/.test(last)) return true;
  const hump = /[A-Z]/.test(word[0] ?? '') && /[a-z]/.test(last);
  if (hump) return true;
  // Glued: `dbpassword`, `PGPASSWORD`, `authtoken`, `appsecret`, `SIGNINGSECRET`.
  if (kind === 'password')
    return (
      word.length > 4 ||
      /(?:db|user|admin|root|my|pg|smtp|ftp|ssh|mail|require|master|become|sudo)$/i.test(before)
    );
  return /(?:auth|access|refresh|bearer|api|bot|app|client|consumer|oauth|shared|db|jwt|user|session|git|npm|deploy)$/i.test(
    before,
  );
}
