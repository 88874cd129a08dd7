import { leftOutLine, leftOutLines } from './leftOut.ts';

/**
 * A unified diff as git writes it, without the files of which `whyNot` gives a reason (a sentence) for any of their
 * names in it: these are named in its end. What is in no form that is known is left out too, since nobody can tell
 * whose it is.
 */
export async function diffWithout(
  diff: string,
  whyNot: (path: string) => Promise<string | null>,
): Promise<string> {
  const sections = sectionsOf(diff);
  const reasons = new Map<string, Promise<string | null>>();
  const reasonOf = (path: string): Promise<string | null> => {
    const reason = reasons.get(path) ?? whyNot(path);
    reasons.set(path, reason);
    return reason;
  };
  const notes = new Set<string>();
  const kept: string[] = [];
  for (const section of sections) {
    const note = await noteOn(section, reasonOf);
    if (note === null) kept.push(section);
    else notes.add(note);
  }
  return `${kept.join('')}${leftOutLines([...notes])}`;
}

/** The names that files have in a unified diff, each once, in their order. */
export function namesInDiff(diff: string): readonly string[] {
  return [...new Set(sectionsOf(diff).flatMap((section) => (isOfFile(section) ? pathsOf(section) : [])))];
}

function sectionsOf(diff: string): readonly string[] {
  return diff.split(/^(?=diff --(?:git|cc|combined) )/m).filter((section) => section.trim() !== '');
}

function isOfFile(section: string): boolean {
  return section.startsWith('diff --');
}

/** What stands in the place of a section that is left out; null where it stays. */
async function noteOn(
  section: string,
  reasonOf: (path: string) => Promise<string | null>,
): Promise<string | null> {
  const paths = isOfFile(section) ? pathsOf(section) : [];
  if (paths.length === 0) return '(Changes are left out that are in no form which Hearth can read.)\n';
  const reasons = await Promise.all(paths.map(reasonOf));
  const refused = reasons.findIndex((reason) => reason !== null);
  return refused < 0 ? null : leftOutLine(paths[refused] ?? '', reasons[refused] ?? '');
}

/** The names that a file has in its section, old and new. */
function pathsOf(section: string): string[] {
  const head = section.slice(0, /^@@/m.exec(section)?.index ?? section.length);
  const paths = new Set<string>();
  const [, same] = /^diff --git (.+) \1$/m.exec(head) ?? [];
  // With the setting diff.noprefix both names are the same; else no two of git's prefixes ever are.
  if (same !== undefined) return [same.startsWith('"') ? unquoted(same.slice(1, -1)) : same];
  for (const [, quoted, plain] of head.matchAll(/^(?:---|\+\+\+) (?:"(.+)"|(.+?))\t?$/gm)) {
    const name = quoted === undefined ? (plain ?? '') : unquoted(quoted);
    if (name !== '/dev/null') paths.add(name.replace(/^[abciw]\//, ''));
  }
  for (const [, quoted, plain] of head.matchAll(/^(?:rename|copy) (?:from|to) (?:"(.+)"|(.+))$/gm))
    paths.add(quoted === undefined ? (plain ?? '') : unquoted(quoted));
  // A new file without content, or one that is not text, has no other names.
  const [, both] = /^diff --git [abciw]\/(.+) [abciw]\/\1$/m.exec(head) ?? [];
  if (both !== undefined) paths.add(both);
  const [, quotedBoth] = /^diff --git "[abciw]\/((?:[^"\\]|\\.)+)" /m.exec(head) ?? [];
  if (quotedBoth !== undefined) paths.add(unquoted(quotedBoth));
  const [, merged] = /^diff --(?:cc|combined) (.+)$/m.exec(head) ?? [];
  if (merged !== undefined) paths.add(merged);
  return [...paths];
}

/** A path as git quotes it: bytes beyond ASCII stand as octal numbers. */
function unquoted(path: string): string {
  const letters: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    b: '\b',
    f: '\f',
    v: '\v',
    a: '\x07',
  };
  const bytes: number[] = [];
  for (const [, octal, escaped, plain] of path.matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gsu)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else bytes.push(...Buffer.from(plain ?? letters[escaped ?? ''] ?? escaped ?? ''));
  }
  return Buffer.from(bytes).toString();
}
