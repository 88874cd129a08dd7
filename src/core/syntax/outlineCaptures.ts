import type { SyntaxMatch, SyntaxSpan } from './node.ts';
import { isRule, type Rule } from './visibility.ts';

export type Role = 'definition' | (typeof otherRoles)[number];

const otherRoles = ['scope', 'export', 'hidden', 'wrapper', 'section'] as const;

/** Something that `definitions.scm` captures and that may lie around something else. */
export interface Entry {
  /**
   * What it is: a definition; a `scope` that lends its name to what is in it, as an `impl`; an `export` of what is
   * in it; something `hidden` from other files; a `wrapper` whose text belongs to the definition in it; or a
   * `section`: a word after which members are public or private.
   */
  readonly role: Role;
  readonly start: number;
  readonly end: number;
  /** The kind of a definition, else empty. */
  readonly kind: string;
  /** The name of a definition or scope; the word of a section. */
  readonly name: string;
  /** Where the name starts. */
  readonly nameStart: number;
  /** Where the body starts, or -1. */
  readonly bodyStart: number;
  /** Name of the type to which a definition says that it belongs. */
  readonly container: string | null;
  /** Whether it is a definition only outside of functions. */
  readonly isDeclaration: boolean;
  /** Whether a field is made by assigning to `self`, or by a parameter of the constructor. */
  readonly onSelf: boolean;
  /** Whether members of a scope need no word to be seen: those of a trait's implementation. */
  readonly isPublic: boolean;
}

/** What the matches of `definitions.scm` say of a file. */
export interface Captures {
  /** By start, the outer before the inner, and of the same node the more precise before the general. */
  readonly entries: readonly Entry[];
  readonly decorations: Decorations;
  readonly rule: Rule;
  /** Names that are exported apart from their definition. */
  readonly exportedNames: ReadonlySet<string>;
}

/** Kinds that give way where the query says something more precise of the same definition; the greater first. */
const generality: Readonly<Partial<Record<string, number>>> = {
  variable: 3,
  property: 2,
  type: 2,
  function: 1,
  class: 1,
};

/** White space and comments. */
const blank = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

/** Decorators, attributes and annotations: where they start and end. */
export class Decorations {
  readonly #starts = new Map<number, number>();
  readonly #ends = new Map<number, number>();

  add(start: number, end: number): void {
    this.#starts.set(end, start);
    this.#ends.set(start, end);
  }

  /** The start of the one that ends at an offset. */
  endingAt(end: number): number | undefined {
    return this.#starts.get(end);
  }

  /** The offset of what follows the decorations that begin at `offset`, which is itself where none does. */
  skip(text: string, offset: number): number {
    let at = offset;
    for (let end = this.#ends.get(at); end !== undefined; end = this.#ends.get(at)) {
      blank.lastIndex = end;
      blank.test(text);
      at = blank.lastIndex;
    }
    return at;
  }
}

/** Sorts out the matches of a language's `definitions.scm`; those of other queries are passed over. */
export function readCaptures(text: string, matches: readonly SyntaxMatch<SyntaxSpan>[]): Captures {
  const entries: Entry[] = [];
  const decorations = new Decorations();
  const exportedNames = new Set<string>();
  let rule: Rule = 'open';
  for (const match of matches) {
    const first = match.captures[0];
    if (first === undefined) continue;
    const { name, node } = first;
    if (name === 'decoration') decorations.add(node.startIndex, node.endIndex);
    else if (name === 'exported' || name === 'exports') addExported(exportedNames, text, match);
    else if (name.startsWith('visibility.')) rule = ruleOf(name.slice('visibility.'.length)) ?? rule;
    else {
      const entry = entryOf(text, match);
      if (entry !== null) entries.push(entry);
    }
  }
  const rank = ({ kind }: Entry): number => generality[kind] ?? 0;
  entries.sort((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b));
  return { entries, decorations, rule, exportedNames };
}

/** Takes the names that a match exports; `@exports` is what they are assigned to. */
function addExported(names: Set<string>, text: string, { captures }: SyntaxMatch<SyntaxSpan>): void {
  for (const { name, node } of captures) if (name === 'exported') names.add(nameOf(node, text));
}

function ruleOf(name: string): Rule | null {
  return isRule(name) ? name : null;
}

function entryOf(text: string, { captures }: SyntaxMatch<SyntaxSpan>): Entry | null {
  let whole: SyntaxSpan | null = null;
  let meaning = nothing;
  let named: SyntaxSpan | null = null;
  let body: SyntaxSpan | null = null;
  let owner: SyntaxSpan | null = null;
  let onSelf = false;
  let isPublic = false;
  for (const { name, node } of captures) {
    if (name === 'name') named = node;
    else if (name === 'body') body = node;
    else if (name === 'container') owner = node;
    else if (name === 'self') onSelf = true;
    else if (name === 'public') isPublic = true;
    else {
      const own = meaningOf(name);
      if (own.role === null) continue;
      meaning = own;
      whole = node;
    }
  }
  const { role, kind, isDeclaration } = meaning;
  if (role === null || whole === null) return null;
  const container = owner === null ? null : nameOf(owner, text);
  if (role === 'section') named = whole;
  const name = named === null ? (container ?? '') : nameOf(named, text);
  // Such as one that the parser put in to go on.
  if (role === 'definition' && name === '') return null;
  return {
    role,
    start: whole.startIndex,
    end: whole.endIndex,
    kind,
    name,
    nameStart: (named ?? whole).startIndex,
    bodyStart: body?.startIndex ?? -1,
    container,
    isDeclaration,
    onSelf,
    isPublic,
  };
}

/** What the name of a capture says of the node: nothing, where there is no role. */
type Meaning = Pick<Entry, 'kind' | 'isDeclaration'> & { readonly role: Role | null };

const nothing: Meaning = { role: null, kind: '', isDeclaration: false };
/** What was read from the names of captures so far; queries have a few dozen. */
const meanings = new Map<string, Meaning>();

function meaningOf(name: string): Meaning {
  let meaning = meanings.get(name);
  if (meaning === undefined) {
    const [first = '', kind = ''] = name.split('.', 2);
    const isDeclaration = first === 'declaration';
    if (isDeclaration || first === 'definition') meaning = { role: 'definition', kind, isDeclaration };
    else meaning = isOtherRole(name) ? { ...nothing, role: name } : nothing;
    meanings.set(name, meaning);
  }
  return meaning;
}

function isOtherRole(name: string): name is (typeof otherRoles)[number] {
  return (otherRoles as readonly string[]).includes(name);
}

/** The text of a node on one line, without the quotes or the colon of a quoted name or symbol. */
function nameOf(node: SyntaxSpan, text: string): string {
  const { startIndex, endIndex } = node;
  const written = text.slice(startIndex, endIndex);
  if (/^[\w$]+$/.test(written)) return written;
  if (written.startsWith(':') && node.type === 'simple_symbol') return written.slice(1);
  return written.replace(/\s+/g, ' ').replace(/^(["'`])(.*)\1$/, '$2');
}
