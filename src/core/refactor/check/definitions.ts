import { fileLines } from '../fileText.ts';
import type { FileChange, ParsedFacts, RefactorKind, RefactorTarget } from '../types.ts';

/** What a parser said of a file before and after; null without a grammar. */
export interface FileFacts {
  readonly before: ParsedFacts | null;
  readonly after: ParsedFacts | null;
}

/** What is checked. */
export interface Checked {
  readonly kind: RefactorKind;
  readonly instruction: string;
  readonly target: RefactorTarget;
  readonly changes: readonly FileChange[];
  /** By path. */
  readonly facts: ReadonlyMap<string, FileFacts>;
}

type Named = ParsedFacts['definitions'][number];

/** Languages in which functions of one name may stand anywhere in a type, with other parameters. */
const overloading = new Set(
  'java c cpp cc cxx h hpp hh hxx csharp cs kotlin kt kts swift scala sc'.split(' '),
);

/** Why the definitions after a change are not what they should be: one is lost, or there twice; null where all is well. */
export function definitionsProblem(checked: Checked): string | null {
  const before: FileDefinitions[] = [];
  const after: FileDefinitions[] = [];
  for (const { path, language, before: was, after: now } of checked.changes) {
    const facts = checked.facts.get(path);
    if (facts?.after == null) continue;
    if (facts.before !== null) before.push(new FileDefinitions(facts.before, was ?? '', language));
    after.push(new FileDefinitions(facts.after, now, language));
  }
  const [hadNames, hasNames] = [countsBy(before, 'all', nameOf), countsBy(after, 'all', nameOf)];
  const [had, has] = [countsBy(before, 'all', keyOf), countsBy(after, 'all', keyOf)];
  const isFewer = (one: Named): boolean =>
    (has.get(keyOf(one)) ?? 0) < (had.get(keyOf(one)) ?? 0) &&
    (hasNames.get(one.name) ?? 0) < (hadNames.get(one.name) ?? 0);
  const all = before.flatMap((file) => file.all);
  const lost = all.filter((one) => isFewer(one) && !mayGo(one, checked));
  if (lost.length > 0)
    return `The change loses ${listed(lost.map(nameOf))}, which the instruction does not name.`;
  const enclosing = new Set(enclosingNames(checked));
  const [was, is] = [countsBy(before, 'single', keyOf), countsBy(after, 'single', keyOf)];
  const twice = all.filter((one) => {
    if (was.has(keyOf(one)) && (is.get(keyOf(one)) ?? 0) > (was.get(keyOf(one)) ?? 0)) return true;
    return enclosing.has(one.name) && (hasNames.get(one.name) ?? 0) > (hadNames.get(one.name) ?? 0);
  });
  return twice.length > 0 ? `The change defines ${listed(twice.map(nameOf))} once more.` : null;
}

/** What a file defines, but for what stands inside functions. */
class FileDefinitions {
  readonly all: readonly Named[];
  /** Without those of which there may be several with one name. */
  readonly single: readonly Named[];

  constructor(facts: ParsedFacts, text: string, language: string) {
    this.all = ownDefinitions(facts);
    this.single = withoutOverloads(this.all, text, language);
  }
}

function nameOf({ name }: Named): string {
  return name;
}

function keyOf({ name, container }: Named): string {
  return `${container ?? ''}\n${name}`;
}

function countsBy(
  files: readonly FileDefinitions[],
  which: 'all' | 'single',
  key: (one: Named) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files)
    for (const one of file[which]) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return counts;
}

/** Without what stands inside a function, which is that function's own business. */
function ownDefinitions({ definitions }: ParsedFacts): Named[] {
  const functions = definitions.filter(({ kind }) => kind === 'function' || kind === 'method');
  return definitions.filter(
    (one) =>
      !functions.some(
        (other) =>
          other !== one &&
          other.startLine <= one.startLine &&
          other.endLine >= one.endLine &&
          (other.startLine < one.startLine || other.endLine > one.endLine),
      ),
  );
}

/** Without functions of which there may be several with one name: overloads, and the parts of a property. */
function withoutOverloads(definitions: readonly Named[], text: string, language: string): Named[] {
  const lines = fileLines(text).map((line) => line.text);
  return definitions.filter((one) => {
    if (one.kind !== 'function' && one.kind !== 'method') return true;
    return (
      !overloading.has(language) && !isDeclaration(lines.slice(one.startLine - 1, one.endLine), language)
    );
  });
}

/** Whether a function may be followed by another one of its name. */
function isDeclaration(lines: readonly string[], language: string): boolean {
  const first = lines[0]?.trim() ?? '';
  const last = lines.at(-1)?.trim() ?? '';
  // `@overload`, and the parts of a property.
  if (/^py/.test(language)) return first.startsWith('@');
  return /^(?:typescript|ts|tsx|mts|cts|javascript|js|jsx|mjs|cjs)/.test(language)
    ? !last.endsWith('}') || /\b(?:get|set)\s+[\w$#[]/.test(first)
    : false;
}

/** Names of the definitions around the target: an answer that brings them along puts them into themselves. */
function enclosingNames({ target, facts }: Checked): string[] {
  const first = fileLines(target.file.text.slice(0, target.start)).length;
  const last = fileLines(target.file.text.slice(0, target.end)).length;
  const definitions = facts.get(target.file.path)?.before?.definitions ?? [];
  return definitions.filter((one) => one.startLine < first && one.endLine > last).map(nameOf);
}

/** A definition may go where the instruction says its name, or is to give it another one. */
function mayGo({ name }: Named, { kind, instruction, target }: Checked): boolean {
  if (kind === 'rename' && target.definition?.name === name) return true;
  const words: string[] = instruction.match(/[\p{L}\p{N}_$]+/gu) ?? [];
  return words.includes(name);
}

/** At most four names. */
export function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, 4).join(', ');
  return unique.length > 4 ? `${shown} and ${unique.length - 4} more` : shown;
}
