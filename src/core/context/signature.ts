import type { ContextItem } from './items.ts';

/** A signature as it stands in a prompt: shorter ones say the same to a model, and more of them fit. */
export const longestLine = 90;
/** What a value may take of a constant's line. */
const longestValue = 24;

/** Words that say who may use something, not how it is used. */
const visibility =
  /^(?:(?:export|default|declare|public|private|protected|internal|pub(?:\([^)]*\))?|async|override|final|open)\s+)+/;
/** What introduces a member in some language, and goes where its type's name is put before it. */
const introduction =
  /^(?:(?:static|readonly|abstract|virtual|sealed|inline|const|constexpr|def|fn|func|fun|function|val|var|let|lateinit|unsafe|extern|mutable|get|set)\s+)+/;

/** What a signature is made of. */
export interface SignatureParts {
  readonly name: string;
  readonly signature: string;
  readonly container: string | null;
}

/** A definition's line by itself, and where its type's name stands above it. */
type DefinitionLines = Pick<ContextItem, 'text' | 'member'>;

/** The lines of definitions that were items before: at the next place, most of them are again. */
const knownLines = new WeakMap<object, DefinitionLines>();

/** A definition as an item of context; `parts` are always the same for the same `definition`. */
export function definitionItem(
  kind: ContextItem['kind'],
  definition: object,
  parts: SignatureParts,
  { path, startLine, endLine }: Pick<ContextItem, 'path' | 'startLine' | 'endLine'>,
  { score, why }: Pick<ContextItem, 'score' | 'why'>,
): ContextItem {
  const { name, container } = parts;
  let lines = knownLines.get(definition);
  if (lines === undefined) {
    const member = memberLine(parts);
    lines = { text: withContainer(member, parts), member };
    knownLines.set(definition, lines);
  }
  const { text, member } = lines;
  return { kind, path, startLine, endLine, name, container, text, member, score, why };
}

/** A definition's line by itself: a member has its type's name before its own. */
export function standaloneLine(parts: SignatureParts): string {
  return withContainer(memberLine(parts), parts);
}

function withContainer(line: string, { name, container }: SignatureParts): string {
  // A Go method's receiver names its type already.
  if (container === null || /^\(|^func \(/.test(line) || line.includes(`${container}.${name}`))
    return cut(line);
  const at = indexOfName(line, name);
  return cut(at === -1 ? `${container}.${line}` : `${line.slice(0, at)}${container}.${line.slice(at)}`);
}

/** A definition's line where its type's name stands above it. */
export function memberLine({ name, signature, container }: SignatureParts): string {
  let line = signature.replace(visibility, '');
  if (container !== null && !/^func \(/.test(line))
    line = line.replace(introduction, '').replace(visibility, '');
  return cut(withoutValue(line.replace(/\s*[,;]$/, ''), name));
}

/** A value that is longer than it helps goes, its type stays. */
function withoutValue(line: string, name: string): string {
  const at = indexOfName(line, name);
  const equals = / = |=(?=[^>=])/.exec(line.slice(Math.max(0, at)));
  if (at === -1 || equals === null) return line;
  const start = at + equals.index;
  // The default of a parameter is no value of the definition.
  if (/[(<]/.test(line.slice(at, start))) return line;
  return line.length - start > longestValue ? line.slice(0, start).trimEnd() : line;
}

function indexOfName(line: string, name: string): number {
  // The parser makes up names that are missing.
  if (name === '') return -1;
  for (let at = line.indexOf(name); at !== -1; at = line.indexOf(name, at + 1)) {
    const before = line[at - 1] ?? ' ';
    const after = line[at + name.length] ?? ' ';
    if (!/[\p{L}\p{N}_$]/u.test(before) && !/[\p{L}\p{N}_$]/u.test(after)) return at;
  }
  return -1;
}

function cut(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
