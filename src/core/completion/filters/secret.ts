import { leftOfCursor } from '../multiline.ts';
import type { Filter } from './types.ts';

/**
 * Forms that nothing but a secret has. Prefixes and lengths are those that the issuers document, as secret scanners
 * look for them.
 */
const FORMS: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g,
  /PuTTY-User-Key-File-\d/g,
  // AWS: the id of an access key.
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  // Google: an API key, an OAuth token, an OAuth client's secret.
  /(?<![\w-])AIza[\w-]{35}(?![\w-])/g,
  /(?<![\w-])ya29\.[\w-]{20,}/g,
  /(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])/g,
  // GitHub, GitLab.
  /(?<!\w)gh[pousr]_[A-Za-z0-9]{36,}/g,
  /(?<!\w)github_pat_\w{40,}/g,
  /(?<![\w-])glpat-[\w-]{20,}/g,
  // Slack: tokens and webhooks.
  /(?<![\w-])xox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/g,
  // Stripe.
  /(?<!\w)[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /(?<!\w)whsec_[A-Za-z0-9]{24,}/g,
  // OpenAI, Anthropic and who took their form over.
  /(?<![\w-])sk-(?:proj-|ant-|svcacct-|or-)?[\w-]*[A-Za-z0-9]{20,}/g,
  // Hugging Face, npm, PyPI, SendGrid, Twilio.
  /(?<!\w)hf_[A-Za-z]{34}(?!\w)/g,
  /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/g,
  /(?<!\w)pypi-AgEI[\w-]{40,}/g,
  /(?<!\w)SG\.[\w-]{22}\.[\w-]{43}/g,
  /(?<!\w)SK[0-9a-f]{32}(?!\w)/g,
  // JSON Web Tokens: two parts of base64 that begin with `{"`, and a signature.
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g,
];

/** An address with a password in it: `scheme://user:password@host`. */
const CONNECTION = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`<>]*:([^\s/@'"`]+)@[\w.[-]/gi;

/** A literal given to a name that says secret. Not for `tokenize`, `secretName`, `passwordField`. */
const ASSIGNED =
  /(?:^|[^A-Za-z])[\w.-]*?(?:password|passwd|passphrase|pwd|secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|account[_-]?key|auth|token|credentials?)["'\]]*\s*(?::\s*[\w.<>[\]|]+\s*=|:=|=>|=|:)\s*["'`]?([^\s"'`,;(){}[\]]+)/gi;

/** Shorter literals, and those with less variety a character, are words. Bits a character, by Shannon. */
const LEAST_LENGTH = 16;
const LEAST_ENTROPY = 3.3;

/** What stands in for a secret in examples and templates. */
const PLACEHOLDER =
  /[x*.•#0]{6,}|<[^>]*>|[$#%{]\{|\$[A-Za-z_(]|%\w+%|\{\{|\}|change.?me|your|example|placeholder|dummy|fake|sample|redacted|todo|secret|password|passwd|(?:^|[^a-z])test|123456|abcdef(?!\d)/i;

/** Refuses what looks like a secret that the model remembers from its training. */
export const secret: Filter = {
  name: 'secret',
  apply(text, { cursor }) {
    // The beginning may have been typed already.
    const left = leftOfCursor(cursor);
    const whole = left + text;
    const isNew = (found: RegExpMatchArray) => (found.index ?? 0) + found[0].length > left.length;
    return findSecrets(whole).some(isNew) ? { reason: 'secret' } : text;
  },
};

function findSecrets(text: string): RegExpMatchArray[] {
  const formed = FORMS.flatMap((form) => [...text.matchAll(form)]).filter(
    ({ 0: found }) => !/[xX*.]{6,}|example|your|placeholder/i.test(found),
  );
  const addresses = [...text.matchAll(CONNECTION)].filter(([, password = '']) => !isStandIn(password));
  const assigned = [...text.matchAll(ASSIGNED)].filter(([, value = '']) => isRandom(value));
  return [...formed, ...addresses, ...assigned];
}

/** True where `password` is a variable, a placeholder, or one of the words that examples use. */
function isStandIn(password: string): boolean {
  return (
    PLACEHOLDER.test(password) || /^(?:pass|pw|pwd|postgres|mysql|root|admin|guest|user)$/i.test(password)
  );
}

/** True for a literal that was drawn, not written: long, of great variety, letters mixed with digits. */
function isRandom(value: string): boolean {
  if (value.length < LEAST_LENGTH || PLACEHOLDER.test(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // A UUID is a name; code and paths are not literals.
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return false;
  if (/^(?:sha\d+[-:]|data:|https?:|\.{0,2}\/|[\w$]+\.[\w$]+(?:\.[\w$]+)*$)/.test(value)) return false;
  if (!/^[\w+/=.~!@#%^&*-]+$/.test(value)) return false;
  if (isWords(value)) return false;
  return entropy(value) >= LEAST_ENTROPY;
}

/** True for identifiers: words of letters, with few digits, joined by `_`, `-` or capitals. */
function isWords(value: string): boolean {
  const parts = value.split(/[_.-]|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])/);
  const long = parts.filter((part) => /^[A-Za-z]{4,}$/.test(part)).join('').length;
  return long * 2 > value.length;
}

/** Shannon entropy of the characters of `text`, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
