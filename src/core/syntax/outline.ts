import { isMemberKind, signatureOf, wholeRange } from './definitionText.ts';
import { Lines } from './lines.ts';
import type { SyntaxMatch, SyntaxSpan } from './node.ts';
import { readCaptures, type Captures, type Entry } from './outlineCaptures.ts';
import { isFunction, isVisible } from './visibility.ts';

/** Something that a file defines. */
export interface Definition {
  readonly name: string;
  /**
   * As the query names it: `function`, `method`, `class`, `interface`, `type`, `enum`, `module`, …; and of members
   * without a body `property` and `enumMember`.
   */
  readonly kind: string;
  /** The definition up to its body, on one line of at most `longestSignature` UTF-16 units. */
  readonly signature: string;
  /** UTF-16 offsets into the parsed text; decorators and `export` belong to the definition. */
  readonly start: number;
  readonly end: number;
  /** Lines of the first and the last character, from 1. */
  readonly startLine: number;
  readonly endLine: number;
  /** Name of the definition around it, such as a method's class; a Rust or Go method's type; else null. */
  readonly container: string | null;
  /** Whether other files can see it, as far as the syntax of its own file tells. */
  readonly exported: boolean;
}

export { longestSignature } from './definitionText.ts';

/** Methods in which fields are made by assigning to `self`, or by their parameters. */
const constructors: ReadonlySet<string> = new Set(['constructor', '__init__', 'initialize', '__construct']);

/**
 * The definitions of a file, in order of their start, from the matches of its language's `definitions.scm`;
 * `grammars/README.md` tells what that query captures. Only offsets are asked of the parser's nodes: all else takes
 * it far longer than to look at the text.
 */
export function outline(text: string, matches: readonly SyntaxMatch<SyntaxSpan>[]): Definition[] {
  return new Outline(text, readCaptures(text, matches)).definitions;
}

/** An entry in which what comes next may lie. */
interface Open {
  readonly entry: Entry;
  readonly kind: string;
  readonly isPublic: boolean;
  /** The definition or scope around it. */
  readonly owner: Open | null;
  exported: boolean;
  ambient: boolean;
  section: string;
}

class Outline {
  readonly definitions: Definition[] = [];
  readonly #text: string;
  readonly #captures: Captures;
  readonly #lines: Lines;
  readonly #inModule: boolean;
  /** What lies around the present place, the innermost last. */
  readonly #open: Open[] = [];
  readonly #fields = new Set<string>();

  constructor(text: string, captures: Captures) {
    this.#text = text;
    this.#captures = captures;
    this.#lines = new Lines(text);
    const { entries, exportedNames } = captures;
    this.#inModule = exportedNames.size > 0 || entries.some(({ role }) => role === 'export');
    const names = new Set<number>();
    for (const entry of entries) {
      if (entry.role === 'definition') {
        // The same definition by a more general pattern.
        if (names.has(entry.nameStart)) continue;
        names.add(entry.nameStart);
      }
      this.#take(entry);
    }
  }

  #take(entry: Entry): void {
    const open = this.#open;
    for (let top = open.at(-1); top !== undefined && !liesIn(entry, top.entry); top = open.at(-1)) open.pop();
    const around = open.findLast(({ entry: { role } }) => role === 'definition' || role === 'scope') ?? null;
    if (entry.role === 'section') {
      if (around !== null) around.section = entry.name;
      return;
    }
    const owner = ownerOf(entry, around);
    const { kind, isPublic } = entry;
    const one: Open = {
      entry,
      kind,
      isPublic,
      owner: owner ?? null,
      exported: true,
      ambient: false,
      section: '',
    };
    const isDropped = owner === undefined || (kind === 'property' && this.#isKnownField(entry, one.owner));
    if (entry.role === 'definition' && !isDropped) this.definitions.push(this.#define(one));
    open.push(one);
  }

  /** Whether a field of that name was seen; a class may assign to it in several places. */
  #isKnownField({ name }: Entry, owner: Open | null): boolean {
    if (owner === null) return false;
    const key = `${owner.entry.start} ${name}`;
    const known = this.#fields.has(key);
    this.#fields.add(key);
    return known;
  }

  #define(one: Open): Definition {
    const text = this.#text;
    const { entry, owner } = one;
    const { decorations } = this.#captures;
    const wrapper = this.#open.at(-1)?.entry;
    const isWrapped = wrapper?.role === 'wrapper' && /^[;\s]*$/.test(text.slice(entry.end, wrapper.end));
    const { start, end } = wholeRange(text, isWrapped ? wrapper : entry, decorations);
    const first = decorations.skip(text, start);
    const head = text.slice(first, Math.max(first, entry.nameStart));
    one.ambient = owner?.ambient === true || /\bdeclare\b/.test(head);
    one.exported = this.#isVisible(one, head, text.slice(start, first));
    return {
      name: entry.name,
      kind: entry.kind,
      signature: signatureOf(text, entry, first, end),
      start,
      end,
      startLine: this.#lines.lineOf(start),
      endLine: this.#lines.lineOf(Math.max(start, end - 1)),
      container: entry.container ?? owner?.entry.name ?? null,
      exported: one.exported,
    };
  }

  #isVisible({ entry: { name, kind }, owner }: Open, head: string, decorations: string): boolean {
    let isExported = false;
    for (let around = this.#open.length - 1; around >= 0; around -= 1) {
      const role = this.#open[around]?.entry.role;
      if (role === 'hidden') return false;
      if (role === 'definition' || role === 'scope') break;
      isExported ||= role === 'export';
    }
    const { rule, exportedNames } = this.#captures;
    const inModule = this.#inModule;
    return isVisible({ name, kind, head, decorations, owner, isExported, inModule, exportedNames }, rule);
  }
}

/** Whether an entry lies in one that comes before it; several names of one declaration lie beside each other. */
function liesIn({ role, start, end }: Entry, outer: Entry): boolean {
  const isSame = start === outer.start && end === outer.end && role === outer.role;
  return start < outer.end && !isSame;
}

/** What a definition belongs to, given what is around it; undefined where it is no definition after all. */
function ownerOf({ kind, onSelf, isDeclaration }: Entry, around: Open | null): Open | null | undefined {
  const isLocal = kind === 'variable' || isDeclaration;
  if (isLocal && around !== null && isFunction(around.kind)) return undefined;
  if (!isMemberKind(kind)) {
    let owner = around;
    while (owner !== null && isMemberKind(owner.kind)) owner = owner.owner;
    return owner;
  }
  if (onSelf) return around !== null && constructors.has(around.entry.name) ? around.owner : undefined;
  // A function's variables, and the fields of a type that has no name of its own.
  if (around !== null && (isFunction(around.kind) || isMemberKind(around.kind))) return undefined;
  return around;
}
