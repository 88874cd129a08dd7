/** A line of an ignore file, made ready to be compared with paths. */
export interface IgnorePattern {
  /** As it stands in the file. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  /** Whether it re-includes what it matches (`!`). */
  readonly negated: boolean;
  /** Whether it matches folders only (a `/` at its end). */
  readonly foldersOnly: boolean;
  /** Whether it matches a path, given by its segments from the pattern's own folder at `from` on. */
  matches(segments: readonly string[], from: number): boolean;
}

type Segment = (name: string) => boolean;
/** Any number of segments: `**` between slashes. */
const globstar = Symbol('**');

/** The patterns of an ignore file, in its order. Where `ignoreCase` is set, paths must come in `foldCase`. */
export function parseIgnoreFile(content: string, ignoreCase: boolean): IgnorePattern[] {
  const lines = content.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((line, index) => parseLine(line.replace(/\r$/, ''), index + 1, ignoreCase) ?? []);
}

/** Git disregards the case of ASCII letters only. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Follows git's dir.c (`parse_path_pattern`); null for comments and for what can match nothing. */
function parseLine(text: string, line: number, ignoreCase: boolean): IgnorePattern | null {
  if (text.startsWith('#')) return null;
  let rest = withoutTrailingBlanks(text);
  const negated = rest.startsWith('!');
  if (negated) rest = rest.slice(1);
  const foldersOnly = rest.endsWith('/');
  if (foldersOnly) rest = rest.slice(0, -1);
  // A pattern without a slash before its end matches at any depth, by the last segment alone.
  const anywhere = !rest.includes('/');
  const pattern = compile(rest.replace(/^\//, ''), ignoreCase);
  if (rest === '' || pattern === null) return null;
  return {
    text,
    line,
    negated,
    foldersOnly,
    matches: (segments, from) => matchSegments(pattern, segments, anywhere ? segments.length - 1 : from),
  };
}

/** Blanks at the end count only behind a backslash. */
function withoutTrailingBlanks(text: string): string {
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ' ') continue;
    end = at + 1;
  }
  return text.slice(0, end);
}

/** Null for a pattern that matches nothing: an open bracket, or a backslash at the end. */
function compile(pattern: string, ignoreCase: boolean): (Segment | typeof globstar)[] | null {
  const compiled: (Segment | typeof globstar)[] = [];
  let tokens: Token[] = [];
  const finish = (): void => {
    compiled.push(segmentOf(tokens, ignoreCase));
    tokens = [];
  };
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] ?? '';
    if (char === '*') {
      let end = at;
      while (pattern[end] === '*') end += 1;
      const alone = end - at > 1 && tokens.length === 0 && (pattern[at - 1] ?? '/') === '/';
      if (alone && end === pattern.length) {
        // At the end it stands for something, not for nothing.
        compiled.push(globstar, () => true);
        return compiled;
      }
      if (alone && pattern[end] === '/') {
        compiled.push(globstar);
        end += 1;
      } else tokens.push(anyText);
      at = end;
    } else if (char === '/') {
      finish();
      at += 1;
    } else if (char === '[') {
      const set = parseSet(pattern, at, ignoreCase);
      if (set === null) return null;
      tokens.push(set.matches);
      at = set.end;
    } else if (char === '\\') {
      const next = pattern[at + 1];
      if (next === undefined) return null;
      if (next !== '/') tokens.push(next);
      at += next === '/' ? 1 : 2;
    } else {
      tokens.push(char === '?' ? () => true : char);
      at += 1;
    }
  }
  finish();
  return compiled;
}

/** A UTF-16 unit, a test of a character, or any text. */
type Token = string | ((code: number) => boolean) | typeof anyText;
const anyText = Symbol('*');

function segmentOf(tokens: readonly Token[], ignoreCase: boolean): Segment {
  const plain = (part: readonly Token[]): string | null =>
    part.every((token) => typeof token === 'string') ? part.join('') : null;
  const fold = ignoreCase ? foldCase : (text: string): string => text;
  const whole = plain(tokens);
  if (whole !== null) {
    const wanted = fold(whole);
    // Segments are never empty: `a//b` matches nothing.
    return (name) => name === wanted;
  }
  const ending = tokens[0] === anyText ? plain(tokens.slice(1)) : null;
  if (ending !== null) {
    const wanted = fold(ending);
    return (name) => name.endsWith(wanted);
  }
  const folded = tokens.map((token) => (typeof token === 'string' ? fold(token) : token));
  return (name) => matchTokens(folded, name);
}

/** Where a `*` must take more, only the last one need be tried: the time stays within pattern times name. */
function matchTokens(tokens: readonly Token[], name: string): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let taken = 0;
  while (at < name.length) {
    const wanted = tokens[token];
    const length = wanted === undefined ? 0 : lengthMatched(wanted, name, at);
    if (wanted === anyText) [star, taken, token] = [token, at, token + 1];
    else if (length > 0) [at, token] = [at + length, token + 1];
    else if (star >= 0) [taken, at, token] = [taken + 1, taken + 1, star + 1];
    else return false;
  }
  return tokens.slice(token).every((rest) => rest === anyText);
}

/** How many units of `name` one token takes at `at`; 0 where it doesn't match. */
function lengthMatched(token: Token, name: string, at: number): number {
  if (typeof token === 'string') return name[at] === token ? 1 : 0;
  if (typeof token === 'symbol') return 0;
  const code = name.codePointAt(at) ?? 0;
  return token(code) ? String.fromCodePoint(code).length : 0;
}

/** The same as `matchTokens`, with segments in place of characters. */
function matchSegments(
  pattern: readonly (Segment | typeof globstar)[],
  segments: readonly string[],
  from: number,
): boolean {
  let wanted = 0;
  let at = from;
  let star = -1;
  let taken = from;
  while (at < segments.length) {
    const segment = pattern[wanted];
    if (segment === globstar) [star, taken, wanted] = [wanted, at, wanted + 1];
    else if (segment?.(segments[at] ?? '') === true) [at, wanted] = [at + 1, wanted + 1];
    else if (star >= 0) [taken, at, wanted] = [taken + 1, taken + 1, star + 1];
    else return false;
  }
  return pattern.slice(wanted).every((rest) => rest === globstar);
}

/** POSIX classes as git defines them: ASCII only. */
const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // eslint-disable-next-line no-control-regex
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** `[…]` at `start`, read as git's wildmatch.c does; null where it doesn't end or names an unknown class. */
function parseSet(
  pattern: string,
  start: number,
  ignoreCase: boolean,
): { matches: (code: number) => boolean; end: number } | null {
  const negated = /[!^]/.test(pattern[start + 1] ?? '');
  const ranges: [number, number][] = [];
  const named: RegExp[] = [];
  const codeAt = (index: number): number | null => pattern.codePointAt(index) ?? null;
  let at = start + (negated ? 2 : 1);
  let previous: number | null = null;
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const posix = /^\[:([^\]]*):\]/.exec(pattern.slice(at));
    if (posix !== null) {
      const found = classes[posix[1] ?? ''];
      if (found === undefined) return null;
      named.push(found);
      previous = null;
      at += posix[0].length;
      continue;
    }
    const range: boolean =
      pattern[at] === '-' && previous !== null && ![']', undefined].includes(pattern[at + 1]);
    if (range) at += 1;
    if (pattern[at] === '\\') at += 1;
    const code = codeAt(at);
    if (code === null) return null;
    ranges.push([range && previous !== null ? previous : code, code]);
    previous = range ? null : code;
    at += String.fromCodePoint(code).length;
  }
  const holds = (code: number): boolean =>
    ranges.some(([low, high]) => code >= low && code <= high) ||
    named.some((found) => found.test(String.fromCodePoint(code)));
  const upper = (code: number): number => (code >= 97 && code <= 122 ? code - 32 : code);
  const matches = (code: number): boolean => (holds(code) || (ignoreCase && holds(upper(code)))) !== negated;
  return { matches, end: at + 1 };
}
