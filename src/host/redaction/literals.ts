import { entropy, isMadeOfStandIns, likenessToWords } from './words.ts';

/** Beginnings of what is filled in elsewhere: variables, templates, references to stores of secrets. */
const interpolation =
  /\$\{|#\{|\{\{|<%|<[\w .:-]{1,60}>|^\$[A-Za-z_]\w*$|^\[[\w .-]{1,40}\]$|process\.env|os\.environ|getenv/;
const placeholder = /HEARTH_REDACTED_\d{1,9}_[a-z][a-z_]*/g;
/** The same in fewer signs, which a long secret may have by chance. */
const shortInterpolation = /\$\(|%\(|%[sd](?![A-Za-z0-9])|\{\w{0,40}\}|%\w{1,40}%/;
const reference =
  /^(?:[a-z][a-z0-9+.-]{0,20}:\/\/|arn:|vault:|ref\+|ENC\[|ENC\(|@Microsoft\.KeyVault|!vault)/i;
const marked =
  /example|placeholder|change[-_ ]?(?:me|it|this)|dummy|redacted|(?:^|[-_ ])your[-_ ]|(?:^|[-_])todo|lorem|ipsum|(?:^|[-_ ])(?:goes[-_ ])?here$|not[-_ ]?(?:a[-_ ]?)?real|(?:^|[-_])fake|insert[-_ ]|replace[-_ ](?:me|with|this)/i;
const filler = /([xX*.•#0_=?-])\1{3,}/g;

/** Whether a literal only stands in for a secret: a variable, a template, words such as `changeme`, `xxxx`. */
export function isStandIn(value: string): boolean {
  const rest = value.includes('HEARTH_REDACTED_') ? value.replace(placeholder, '') : value;
  // What only has a placeholder in it, or a text like one, may be a secret by what else it has.
  if (rest !== value) return rest.length < 8 || !/\d/.test(rest) || !/[A-Za-z]/.test(rest) || isStandIn(rest);
  if (value.length < 40 && shortInterpolation.test(value)) return true;
  if (interpolation.test(value) || reference.test(value) || marked.test(value)) return true;
  if (/^(.)\1*$/s.test(value)) return true;
  const filled = [...value.matchAll(filler)].reduce((sum, [run]) => sum + run.length, 0);
  return filled * 2 >= value.length || isMadeOfStandIns(value);
}

/** What is written with letters and digits, and is no secret. */
const written: readonly RegExp[] = [
  // Digests, with what says so before them; identifiers; times; versions; numbers; addresses of networks.
  /^(?:sha-?\d{1,3}|md5|crc32|blake\w{1,4})[-:=_]/i,
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  /^\d{4}-\d\d-\d\d(?:[T ]|$)/,
  /^[vV^~]?\d+(?:\.\d+)+(?:[-+][\w.-]+)?$/,
  /^[-+]?(?:0x[\da-f]{1,16}u?l{0,2}|[\d._,]+(?:[a-z]{1,3}|%)?)$/i,
  /^(?:[0-9a-f]{2}[:-]){3,}[0-9a-f]{2}$/i,
  // Flags of commands.
  /^--?[a-z]+(?:-[a-z]+)*$/i,
  // Pictures and other data, names of files.
  /^data:/i,
  /^[\w.-]+\.(?:m?[jt]sx?|json|ya?ml|md|txt|html?|s?css|py|go|rs|java|rb|php|png|svg|jpe?g|gif|pem|crt|key|conf|toml)$/i,
];
/** Paths, of words; base64 may look like one. */
const path = /^(?:\.{0,2}|~|[A-Za-z]:|@[\w-]+)[\\/][\w.-]|^[\w-]+(?:\/[\w.+-]+)+\.[A-Za-z]{1,5}$/;
/** Names of algorithms, formats and protocols that have digits: `sha256`, `utf-8`, `aes-256-gcm`. */
const technical =
  /^(?:[a-z]\d{1,3}|[hrep]s(?:256|384|512)|(?:pbkdf|argon|oauth|http|utf|ucs|base|rsa|aes|hmac|sha|md|ecdsa|ed|curve|secp|u?int|float|saml|tls|ssl|web|ipv|win|pkcs|log)[-_]?\d{1,5}(?:[-_]?[a-z]{1,6}\d{0,3})?)$/i;

/** Whether a literal has a form that secrets don't have: a digest, a UUID, a date, a version, a path, a file's name. */
export function isWritten(value: string): boolean {
  if (path.test(value)) return value.length < 24 || likenessToWords(value) >= 0.35;
  return technical.test(value) || written.some((form) => form.test(value));
}

/** Words of a program: letters of words, joined by dots, dashes, underscores or humps, with few digits or none. */
export function isWordlike(value: string): boolean {
  return likenessToWords(value) >= 0.5;
}

/**
 * Whether a literal was drawn by a machine and not written by a person: at least `least` characters of those that keys
 * are made of, letters mixed with digits (or with capitals, when it is long), of great variety, not like words.
 */
export function isDrawn(value: string, least: number): boolean {
  if (value.length < least || !/^[\w+/=.~!@#%^&*$:()?|-]+$/.test(value)) return false;
  const mixed = /\d/.test(value) || (value.length >= 24 && /[a-z]/.test(value) && /[A-Z]/.test(value));
  if (!mixed || !/[A-Za-z]/.test(value)) return false;
  if (isWritten(value) || isStandIn(value)) return false;
  if (likenessToWords(value) >= (value.length >= 32 && /\d/.test(value) ? 0.55 : 0.45)) return false;
  return entropy(value) >= (value.length >= 20 ? 3 : 2.7);
}

/** How many of these a literal has: small letters, capitals, digits, other characters. */
export function charClasses(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(value)).length;
}

/**
 * Whether a literal that is given to a password's name may be one: no words of a user interface, no identifier, no
 * stand-in. Words without digits or signs are taken for words, although there are such passwords.
 */
export function mayBePassword(value: string, least: number): boolean {
  if (value.length < least || /\s/.test(value) || isWritten(value) || isStandIn(value)) return false;
  // Sentences of languages that set no blanks between words.
  if (/[\u0e00-\u0eff\u1000-\u109f\u3040-\u9fff\uac00-\ud7af]/.test(value)) return false;
  if (/^[A-Za-z]+$/.test(value)) return isDrawn(value, 24);
  // Names and keys of a program: `user.password`, `reset-password`, `PASSWORD_FIELD`, `:password`, `#password`.
  if (/^[.:#@$%&*/\\-]?[A-Za-z]+(?:[._:/\\-][A-Za-z]*)*[?!:*]?$/.test(value) && isPlain(value)) return false;
  // Code that stands in quotes: calls, comparisons, lists.
  if (/^["'`].*["'`]$|^[\w$.]*\(.*\)|[=<>]{2}|^[|&<>=+*/?:.,;()[\]{}^$\\-]+$/.test(value)) return false;
  return charClasses(value) >= 2 && /[A-Za-z0-9]/.test(value);
}

/** Joined words without a digit: dashes and dots join them, other signs do not. */
function isPlain(value: string): boolean {
  return !/\d/.test(value) && (isWordlike(value) || value.length < 12);
}

/** Whether a literal is what basic authorization sends: base64 of `user:password`. */
export function isBasicCredential(value: string): boolean {
  if (!/^[A-Za-z0-9+/]{8,512}={0,2}$/.test(value)) return false;
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  const [, password = ''] = /^[\x21-\x7e][\x20-\x7e]{0,200}?:([\x20-\x7e]{3,300})$/.exec(decoded) ?? [];
  return password !== '' && !isStandIn(password);
}
