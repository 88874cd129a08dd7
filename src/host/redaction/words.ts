/** The pairs of letters that English words are mostly made of; by chance a pair is one of them one time in five. */
const commonPairs = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ' +
    'ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so ' +
    'rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ' +
    'ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke ap pp ue up ub ck da do pu ss rd cl cr ag oc ui'
  ).split(' '),
);

/** Words that stand in for a secret in examples, templates and tests, whatever is put together of them. */
const standInWords = new Set(
  (
    'your my the a an any some this that our new old api app key keys token tokens secret secrets password passwd ' +
    'passphrase pass pwd pw user users username name login email mail client server service admin root guest owner ' +
    'here there goes change changed changeme me it in to be with replace insert enter put set use fill example ' +
    'examples sample test tests testing tester demo dummy fake mock mocked stub foo bar baz qux quux abc abcd abcde ' +
    'abcdef xyz value values string strings text default defaults redacted removed hidden none null nil undefined ' +
    'empty unset missing invalid wrong incorrect bad good valid true false yes no on off todo tbd na local localhost ' +
    'host database db postgres postgresql mysql mariadb mongo mongodb redis rabbitmq minio sqlite oracle sa ' +
    'development dev debug prod production staging public private access auth oauth bearer basic id super very long ' +
    'strong safe secure please do not use for only and or of is as hello world letmein welcome qwerty asdf ' +
    'hunter github gitlab aws azure google gcp openai anthropic stripe slack twilio required optional number boolean ' +
    'any unknown type field input label placeholder'
  ).split(' '),
);
const longestWord = Math.max(...[...standInWords].map((word) => word.length));
/** Digits that people put behind a word: one alone, counted up, or repeated. */
const idleDigits = /^(?:0?123456789|0?12345678|0?1234567|0?123456|0?12345|0?1234|0?123|12|\d|(\d)\1{1,11})$/;

/**
 * Share of a text's neighbouring letters that are common in English, 0 to 1; 0 where there are too few of them to tell,
 * as in hexadecimal numbers.
 */
export function likenessToWords(text: string): number {
  let pairs = 0;
  let common = 0;
  for (const [run] of text.matchAll(/[A-Za-z]+/g)) {
    // A hump of camel case begins a word; the letters on both sides of it are no pair.
    for (let at = 0; at + 1 < run.length; at += 1) {
      const pair = run.slice(at, at + 2);
      if (/[a-z][A-Z]/.test(pair)) continue;
      pairs += 1;
      if (commonPairs.has(pair.toLowerCase())) common += 1;
    }
  }
  return pairs < 3 || pairs * 5 < text.length * 2 ? 0 : common / pairs;
}

/** Whether a text is put together of words that stand in for a secret, and idle digits: `your-api-key-123`. */
export function isMadeOfStandIns(text: string): boolean {
  const letters = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (letters.length === 0 || letters.length > 80) return letters.length === 0;
  // reached[n]: the first n characters are words.
  const reached = new Array<boolean>(letters.length + 1).fill(false);
  reached[0] = true;
  for (let from = 0; from < letters.length; from += 1) {
    if (reached[from] !== true) continue;
    for (let to = from + 1; to <= Math.min(letters.length, from + longestWord); to += 1) {
      const part = letters.slice(from, to);
      const digitsEnd = !/\d/.test(letters[to] ?? '') && (from === 0 || !/\d/.test(letters[from - 1] ?? ''));
      if (standInWords.has(part) || (digitsEnd && idleDigits.test(part))) reached[to] = true;
    }
  }
  return reached[letters.length] === true;
}

/** Shannon entropy of the characters of `text`, in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
