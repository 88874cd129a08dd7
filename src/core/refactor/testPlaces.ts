/** A file that tests are written for. */
export interface Tested {
  /** '' or with `/` at its end. */
  readonly folder: string;
  /** Its name without extension. */
  readonly stem: string;
  /** With its dot. */
  readonly extension: string;
}

/** More paths are not made of one pattern. */
const mostPaths = 24;

/**
 * Paths that a test of a file may have by a pattern of what a test runner runs, likeliest first; whether each fits the
 * pattern is not certain. `wanted`: its path without the pattern.
 */
export function pathsLike(pattern: string, tested: Tested, wanted: string): string[] {
  const slash = pattern.lastIndexOf('/') + 1;
  const name = wanted.slice(wanted.lastIndexOf('/') + 1);
  const usual = wanted.slice(0, -name.length);
  const folders = foldersLike(pattern.slice(0, slash), [usual, tested.folder]);
  const names = [name, ...namesLike(pattern.slice(slash), tested)];
  return [...new Set(folders.flatMap((folder) => names.map((one) => folder + one)))].slice(0, mostPaths);
}

/** Folders that a pattern of folders stands for: of `test/**` the one that mirrors the tested file's, and `test` itself. */
function foldersLike(pattern: string, [usual, own]: readonly [string, string]): string[] {
  return braceless(pattern).flatMap((one) => {
    const wild = one.search(/[^/]*[*?[(]/);
    if (wild === -1) return [one];
    const [fixed, rest] = [one.slice(0, wild), one.slice(wild)];
    if (!rest.startsWith('**/')) return [];
    const below = rest.slice(3).replaceAll('**/', '');
    if (/[*?[(]/.test(below)) return [];
    const inside = [usual, own].flatMap((one) => (one.startsWith(fixed) ? [one.slice(fixed.length)] : []));
    // `src/a/` is mirrored as `test/a/`.
    return [...inside, own.replace(/^[^/]*\//, ''), own, ''].map((folder) => `${fixed}${folder}${below}`);
  });
}

/** Names that a pattern of names stands for: `*` is the tested file's, and a choice of endings is its own. */
function namesLike(pattern: string, { stem, extension }: Tested): string[] {
  return braceless(pattern).flatMap((one) => {
    const found = /^([^*?[(@+!]*)\*([^*?[(@+!]*)(.*)$/.exec(one.replace(/^\?\(\*\.\)/, '*.'));
    if (found === null) return [];
    const [, before = '', behind = '', rest = ''] = found;
    const group = /^[@+]\(([^*?[|)]+)/.exec(rest)?.[1];
    if (rest === '') return [`${before}${stem}${behind}`];
    const end = group === undefined ? behind : `${behind}${group}.`;
    return end.endsWith('.') ? [`${before}${stem}${end.slice(0, -1)}${extension}`] : [];
  });
}

/** What a pattern with `{a,b}` stands for, without braces in it. */
function braceless(pattern: string): string[] {
  const found = /^([^{]*)\{([^{}]*)\}(.*)$/.exec(pattern);
  if (found === null) return [pattern];
  const [, before = '', choices = '', behind = ''] = found;
  return choices.split(',').flatMap((one) => braceless(`${before}${one}${behind}`));
}
