import { isBasicCredential, isDrawn, isStandIn, isWordlike, isWritten, mayBePassword } from './literals.ts';
import { secretNames, type SecretName } from './secretNames.ts';
import type { Finding, SecretKind, SecretRule } from './types.ts';

/** Longest value that is looked at. */
const longest = 4096;

/** Between a name and its value in quotes: `=`, `:`, `=>`, `:=`, comparisons, a call, a list, a type before `=`. */
const quoted = new RegExp(
  String.raw`(?:\\?["'\u0060])?[\])]?\??!?` +
    String.raw`(?:\s{0,4}\{[^{}\n]{0,40}\}\s{0,4}=|\s{0,4}:\s{0,4}[\w&'<>.?\[\]| ]{1,40}?\s{0,4}=|\s{0,20}(?:=>|:=|\?\?=|\|\|=|={1,3}|!={1,2}|:|,|\(|\+=)|\s{1,4}(?:is|to|as|by)?)` +
    String.raw`\s{0,40}(?:\(\s{0,8})?(?:[rbfLu@$]|b64|new\s\w{1,30}\(|SecretStr\(|String::from\()?` +
    String.raw`(\\?(?:"""|'''|["'\u0060]))`,
  'y',
);
/** Values of elements and attributes: `<password>v</password>`, `key="password" value="v"`, `name: X` and `value: v`. */
const marked =
  /(?:\\?["'])?(?:\s{0,4}>([^<>\n]{4,300})<\/|\s{1,20}value\s{0,4}=\s{0,4}["']([^"'\n]{4,300})["']|\s{0,4},?\s{0,4}\r?\n\s{0,40}["']?value["']?:\s{1,4}["']?([^\s"']{4,300}))/iy;
/** Values without quotes, as in files of settings, addresses and on the command line. */
const bare = /(?:\\?["'])?(\s{0,40})(=>|:=|=|:)(\s{0,40})([^\s"'`,;(){}[\]<>|\\]{4,512})/y;
/** Values behind a blank: flags, `ENV NAME value`, the words of netrc and of servers' configurations. */
const spaced = /[ \t]{1,8}(["']?)([^\s"'`(){}[\];,]{4,512})\1(?=\s|$)/y;
const spacedBefore =
  /(?:--?|(?:^|\n)[ \t]*(?:ENV|ARG|SETX?|setx?)[ \t]+|\b(?:login|user|username)[ \t]+\S{1,80}[ \t]+|(?:^|\n)[ \t]*)$/i;

/** Literals that are given to a name which says that they are secret. */
export const assignedRule: SecretRule = {
  id: 'values of secret names',
  find(text) {
    const found: Finding[] = [];
    let inside = 0;
    for (const name of secretNames(text)) {
      // What looks like names in a long value is part of it.
      if (name.start < inside) continue;
      const value = valueOf(text, name);
      if (value === null) continue;
      if (!value.quoted && value.text.length > 64) inside = value.start + value.text.length;
      if (!isSecretValue(name, value)) continue;
      const [kind, label] = described(name, value.text);
      found.push({ start: value.start, end: value.start + value.text.length, kind, label });
    }
    return found;
  },
};

interface Value {
  readonly text: string;
  readonly start: number;
  /** A literal for sure; what stands without quotes may be the name of a variable. */
  readonly literal: boolean;
  readonly quoted: boolean;
}

function valueOf(text: string, name: SecretName): Value | null {
  return (
    quotedValue(text, name) ?? markedValue(text, name) ?? bareValue(text, name) ?? spacedValue(text, name)
  );
}

function quotedValue(text: string, name: SecretName): Value | null {
  const literal = literalAt(text, name);
  if (literal === null) return null;
  const { start, end } = literal;
  return { text: text.slice(start, end), start, literal: true, quoted: true };
}

/** The literal in quotes behind a name; `open`: the text ends before it does. Null for none, and for one that is broken off. */
export function literalAt(
  text: string,
  name: SecretName,
): { readonly start: number; readonly end: number; readonly open: boolean } | null {
  quoted.lastIndex = name.end;
  const [, quote = ''] = quoted.exec(text) ?? [];
  if (quote === '') return null;
  const start = quoted.lastIndex;
  const mark = quote.at(-1) ?? '';
  for (let at = start; at < Math.min(text.length, start + longest); at += 1) {
    const char = text[at];
    if (char === '\n' && quote.length < 3) return null;
    // The end of a literal inside a literal has a backslash of its own.
    if (char === '\\' && quote[0] !== '\\') at += 1;
    else if (char === mark) {
      const end = quote[0] === '\\' && text[at - 1] === '\\' ? at - 1 : at;
      return { start, end, open: false };
    }
  }
  return text.length < start + longest ? { start, end: text.length, open: true } : null;
}

function markedValue(text: string, { end }: SecretName): Value | null {
  marked.lastIndex = end;
  const [whole, element, attribute, entry] = marked.exec(text) ?? [];
  const value = element ?? attribute ?? entry;
  if (whole === undefined || value === undefined) return null;
  return { text: value.trim(), start: end + whole.lastIndexOf(value.trim()), literal: true, quoted: true };
}

function bareValue(text: string, name: SecretName): Value | null {
  bare.lastIndex = name.end;
  const [whole, before = '', sign = '', after = '', raw = ''] = bare.exec(text) ?? [];
  if (whole === undefined) return null;
  // In an address the value ends where the next one begins.
  const inAddress = /[?&]$/.test(text.slice(0, name.start).slice(-1));
  const value = inAddress ? (raw.split(/[&#]/)[0] ?? '') : raw.replace(/[.:]$/, '');
  const start = name.end + whole.length - raw.length;
  const next = text[start + value.length] ?? '\n';
  if (value === raw && /[([]/.test(next)) return null;
  const line = text.slice(Math.max(0, name.start - 80), name.start);
  return {
    text: value,
    start,
    literal: isSetting(line, name.name, { before, sign, after, next }),
    quoted: false,
  };
}

/** Whether a value without quotes is a literal of a settings file, an environment, an address or a connection string. */
export function isSetting(
  line: string,
  name: string,
  { before, sign, after, next }: { before: string; sign: string; after: string; next: string },
): boolean {
  if (/[\r\n]/.test(after)) return false;
  if (sign === '=' && before === '' && after === '') {
    // `NAME=value` of an environment, `--name=value`, `;Password=value;` of a connection, `?token=value`.
    if (/^(?:--?[a-z]|[A-Z][A-Z0-9_]*$)/.test(name)) return true;
    if (/[;?&]\s?$|[;"'](?:[\w ]{1,30}\s)?$|(?:^|\n)[\w. :/@-]{0,80}$/.test(line)) return true;
    // A word of a command: `--set auth.password=value`.
    return /[\s=,]$/.test(line) && /[\s"']/.test(next);
  }
  const beginsLine = /(?:^|\n)[ \t]*(?:- )?["']?$/.test(line);
  return beginsLine && /[\r\n]/.test(next) && (sign === ':' ? after !== '' && before === '' : sign === '=');
}

function spacedValue(text: string, name: SecretName): Value | null {
  if (/\s/.test(name.name)) return null;
  const line = text.slice(Math.max(0, name.start - 200), name.start);
  // The name of a flag has its dashes in it.
  const flag = /^--?[a-z]/i.test(name.name);
  if (!flag && !spacedBefore.test(line)) return null;
  spaced.lastIndex = name.end;
  const [whole, , value = ''] = spaced.exec(text) ?? [];
  if (whole === undefined) return null;
  return { text: value, start: name.end + whole.lastIndexOf(value), literal: true, quoted: false };
}

/** Whether a value is a secret, by what its name says and by its looks. */
function isSecretValue({ class: kind, name }: SecretName, { text, literal }: Value): boolean {
  if (text.length > longest || isBearer(text)) return false;
  // A name of a program, where it may be one, is none that was drawn only by having a digit.
  if (!literal && (!/\d/.test(text) || !isDrawn(text, 12) || /^[A-Za-z_$][\w$]{0,23}$/.test(text)))
    return false;
  if (/auth|basic/i.test(name) && isBasicCredential(text)) return true;
  if (kind === 'password') return mayBePassword(text, literal ? 5 : 12) || isDrawn(text, 12);
  if (kind === 'secret' || (kind === 'key' && /secret|jwt|sign|encrypt|master|session|private/i.test(name))) {
    return isDrawn(text, 12) || isUuid(text) || isPhrase(text);
  }
  return (
    isDrawn(text, 16) ||
    (kind === 'key' && isUuid(text)) ||
    (/heroku|auth_?token$/i.test(name) && isUuid(text))
  );
}

/** What stands behind `Bearer` and its like is found by them. */
function isBearer(value: string): boolean {
  return /^(?:Bearer|Basic|Token|Bot|ApiKey)\s/i.test(value);
}

function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value);
}

/** A secret that a person thought up: words with digits or signs between them. */
function isPhrase(value: string): boolean {
  if (value.length < 10 || /\s/.test(value) || isWritten(value) || isStandIn(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return !/[\\/(){}[\]:,]/.test(value) && (isWordlike(value) ? /\d{2}|[!@#$%^&*+]/.test(value) : true);
}

function described({ class: kind, name }: SecretName, value: string): readonly [SecretKind, string] {
  if (kind === 'password') return ['password', 'password'];
  if (/aws|secret.?access.?key/i.test(name) && value.length === 40) return ['key', 'AWS secret key'];
  if (/account.?key/i.test(name) && value.length >= 80) return ['key', 'Azure account key'];
  if (kind === 'secret') return ['key', 'secret'];
  if (kind === 'token') return ['token', 'token'];
  return ['key', /api/i.test(name) ? 'API key' : 'secret key'];
}
