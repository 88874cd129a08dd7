import { escaped } from '../../text/pattern.ts';

/** Longer patterns are not tried: what they cost grows with their length. */
const longest = 300;

/**
 * The paths that a glob stands for, as test runners of JavaScript write them: `*`, `**`, `?`, classes, `{a,b}`, `?(a)`,
 * `@(a|b)`, `+(a)`, `*(a)`. Null where it has something else, or what could take very long to match.
 */
export function globPattern(glob: string): RegExp | null {
  if (glob.length > longest) return null;
  const reader = new GlobReader(glob.replace(/^(?:\.\/)+/, ''));
  const source = reader.all();
  return source === null ? null : patternOf(`^${source}$`);
}

/** Whether one of several globs fits a path; null where one that can't be read may do. */
export function fitsGlobs(path: string, globs: readonly string[]): boolean | null {
  const patterns = globs.map(globPattern);
  if (patterns.some((pattern) => pattern?.test(path))) return true;
  return patterns.includes(null) ? null : false;
}

/** A pattern of Python's fnmatch, whose `*` and `?` stand for slashes too. */
export function fnmatchPattern(glob: string): RegExp | null {
  if (glob.length > longest || /\*{3}/.test(glob)) return null;
  const source = glob.replace(/\[(!?)([^\]]+)\]|\*+|\?|[^*?[]+|\[/g, (part, not: string, set: string) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (part === '[' || !part.startsWith('[')) return escaped(part);
    return `[${not === '!' ? '^' : ''}${classBody(set)}]`;
  });
  return patternOf(`^${source}$`);
}

/**
 * A regular expression of a project's settings; null where it is none, or has a repeated group with repetitions in it:
 * such ones can take for ever.
 */
export function settingPattern(source: string): RegExp | null {
  if (source.length > longest || /\)(?:[*+]|\{\d)/.test(source)) return null;
  return patternOf(source);
}

/** Null for what is no regular expression, as a class whose range runs backwards. */
function patternOf(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}

function classBody(set: string): string {
  return set.replace(/[\\\]^[]/g, String.raw`\$&`);
}

/** Reads a glob from left to right. */
class GlobReader {
  readonly #glob: string;
  #at = 0;

  constructor(glob: string) {
    this.#glob = glob;
  }

  all(): string | null {
    const source = this.#until('');
    return source !== null && this.#at === this.#glob.length ? source : null;
  }

  /** What stands before the next of these characters, or up to the end, as the source of a pattern. */
  #until(ends: string): string | null {
    let source = '';
    while (this.#at < this.#glob.length && !ends.includes(this.#glob[this.#at] ?? '')) {
      const part = this.#part();
      if (part === null) return null;
      source += part;
    }
    return source;
  }

  #part(): string | null {
    const rest = this.#glob.slice(this.#at);
    const group = /^[?@+*!]\(/.exec(rest)?.[0];
    if (group !== undefined) return this.#group(group[0] ?? '');
    // `**` stands for folders where it is all of a part of the path.
    const atStart = this.#at === 0 || this.#glob[this.#at - 1] === '/';
    const stars = /^\*+/.exec(rest)?.[0].length ?? 0;
    if (stars > 0) {
      this.#at += stars;
      const next = this.#glob[this.#at];
      if (stars < 2 || !atStart || (next !== '/' && next !== undefined)) return '[^/]*';
      if (next === undefined) return '.*';
      this.#at += 1;
      return '(?:[^/]+/)*';
    }
    if (rest.startsWith('{')) return this.#braces();
    const set = /^\[([!^]?)([^\]]+)\]/.exec(rest);
    if (set !== null) {
      this.#at += set[0].length;
      return `[${set[1] === '' ? '' : '^'}${classBody(set[2] ?? '')}]`;
    }
    const taken = rest.startsWith('\\') ? 2 : 1;
    this.#at += taken;
    return rest.startsWith('?') ? '[^/]' : escaped(rest.slice(taken - 1, taken));
  }

  /** `?(a|b)` and its like. */
  #group(sign: string): string | null {
    this.#at += 2;
    const choices = this.#choices('|', ')');
    if (choices === null || sign === '!') return null;
    if (sign === '@' || sign === '?') return `${choices}${sign === '?' ? '?' : ''}`;
    return /[*+]/.test(choices) ? null : `${choices}${sign}`;
  }

  #braces(): string | null {
    this.#at += 1;
    return this.#choices(',', '}');
  }

  #choices(between: string, end: string): string | null {
    const choices: string[] = [];
    for (;;) {
      const one = this.#until(between + end);
      if (one === null || one.includes('\\.\\.')) return null;
      choices.push(one);
      const sign = this.#glob[this.#at];
      this.#at += 1;
      if (sign === end) return choices.length === 1 && end === '}' ? null : `(?:${choices.join('|')})`;
      if (sign !== between) return null;
    }
  }
}
