import { isDrawn, isStandIn, isWordlike } from './literals.ts';
import { entropy, likenessToWords } from './words.ts';
import type { Finding, SecretRule } from './types.ts';

/**
 * Tokens of issuers that the other rules don't know, by the form that most took over from GitHub: a short name, a sign,
 * and a long body that was drawn. Digests have a name that says so, and names of files a dot behind them.
 */
const prefixed = /^([A-Za-z][A-Za-z0-9]{1,11})[_-]([\w-]{28,300})$/;
const digests =
  /^(?:sha|md5|integrity|commit|rev|hash|etag|build|chunk|cache|blob|uuid|guid|id|tree|v\d|file|page|asset|img|css|js|bundle|main|index|test|trace|span|req|session|request|event|digest|key$|tmp|temp|container|image|layer|node|git)/i;

export const prefixedRule: SecretRule = {
  id: 'tokens with a prefix',
  find(text) {
    const found: Finding[] = [];
    for (const [start, end] of longWords(text)) {
      if (/[/+.@%#]/.test(text[start - 1] ?? '') || /[/+=@%.]/.test(text[end] ?? '')) continue;
      const whole = text.slice(start, end);
      const [, name, rest = ''] = prefixed.exec(whole) ?? [];
      if (name === undefined || digests.test(name) || isWordlike(whole)) continue;
      if (!rest.split(/[_-]/).some(isBody) && !isBody64(rest)) continue;
      if (isStandIn(whole) || isUuidBehind(rest)) continue;
      found.push({ start, end, kind: 'token', label: 'token' });
    }
    return found;
  },
};

/** Words of at least 31 letters, digits, `_` and `-`, from and to: few of a text are that long. */
function* longWords(text: string): Generator<readonly [number, number]> {
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isLetter = (code | 32) >= 97 && (code | 32) <= 122;
    if (isLetter || (code >= 48 && code <= 57) || code === 95 || code === 45) continue;
    if (at - start > 30) yield [start, at];
    start = at + 1;
  }
}

/** A part that was drawn: small letters, capitals and digits; or long, of small letters and digits; or hexadecimal. */
function isBody(part: string): boolean {
  if (/^[0-9a-f]{32,}$/.test(part)) return entropy(part) >= 3;
  const figures = part.match(/\d/g)?.length ?? 0;
  if (/^[0-9a-z]{40,}$/.test(part))
    return figures >= 6 && likenessToWords(part) < 0.35 && entropy(part) >= 3.8;
  const isMixed = /[a-z]/.test(part) && /[A-Z]/.test(part) && figures >= 2;
  return part.length >= 20 && isMixed && isDrawn(part, 20) && entropy(part) >= 3.8;
}

/** The same with `_` and `-` as two of the 64 signs. */
function isBody64(rest: string): boolean {
  const isMixed = /[a-z]/.test(rest) && /[A-Z]/.test(rest) && (rest.match(/\d/g)?.length ?? 0) >= 3;
  return isMixed && isDrawn(rest, 32) && likenessToWords(rest) < 0.4 && entropy(rest) >= 4.2;
}

function isUuidBehind(rest: string): boolean {
  return /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(rest);
}
