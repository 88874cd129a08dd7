import type { SyntaxMatch, SyntaxNode } from './node.ts';

/** Something that a file defines. */
export interface Definition {
  readonly name: string;
  /** As the query names it: `function`, `method`, `class`, `interface`, `type`, `enum`, `module`, … */
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
}

export const longestSignature = 200;

/** Nodes that only wrap a definition and begin its text: what is exported, decorated or declared. */
const wrappers: ReadonlySet<string> = new Set([
  'export_statement',
  'ambient_declaration',
  'decorated_definition',
  'lexical_declaration',
  'variable_declaration',
  'type_declaration',
]);

/** Kinds that give way where the query says something more precise of the same definition. */
const general: ReadonlySet<string> = new Set(['variable', 'type']);

const definitionPrefix = 'definition.';

interface Found {
  readonly definition: SyntaxNode;
  readonly name: SyntaxNode;
  readonly kind: string;
  readonly container: SyntaxNode | undefined;
}

/**
 * The definitions of a file, in order of their start, from the matches of its language's `definitions.scm`. That
 * query captures `@definition.<kind>`, `@name`, and `@container` where nesting does not say whose definition it is
 * (a Go method's receiver, or the scope of an `impl`, as `@scope` with its `@container`).
 */
export function outline(text: string, matches: readonly SyntaxMatch[]): Definition[] {
  const found: Found[] = [];
  const scopes: { start: number; end: number; name: string }[] = [];
  for (const { captures } of matches) {
    const captured = new Map(captures.map(({ name, node }) => [name, node]));
    const container = captured.get('container');
    const scope = captured.get('scope');
    if (scope !== undefined && container !== undefined) scopes.push(scopeOf(scope, container, text));
    const kind = captures.find(({ name }) => name.startsWith(definitionPrefix));
    const name = captured.get('name');
    if (kind === undefined || name === undefined) continue;
    found.push({ definition: kind.node, name, kind: kind.name.slice(definitionPrefix.length), container });
  }
  for (const { definition, name } of found) scopes.push(scopeOf(definition, name, text));
  scopes.sort((a, b) => a.start - b.start || b.end - a.end);
  const definitions = found
    .sort(
      (a, b) =>
        a.definition.startIndex - b.definition.startIndex ||
        b.definition.endIndex - a.definition.endIndex ||
        Number(general.has(a.kind)) - Number(general.has(b.kind)),
    )
    .map((one) => toDefinition(one, scopes, text));
  return definitions.filter(
    (one, index) => one.start !== definitions[index - 1]?.start || one.name !== definitions[index - 1]?.name,
  );
}

function scopeOf(scope: SyntaxNode, name: SyntaxNode, text: string) {
  return { start: scope.startIndex, end: scope.endIndex, name: textOf(name, text) };
}

function toDefinition(
  { definition, name, kind, container }: Found,
  scopes: readonly { start: number; end: number; name: string }[],
  text: string,
): Definition {
  const whole = withWrappers(definition);
  const first = mayBeDecorated(whole.startIndex, text) ? withDecorations(whole) : whole;
  const { startIndex: start } = first;
  const { endIndex: end } = whole;
  return {
    name: textOf(name, text),
    kind,
    signature: signatureOf(whole, definition, text),
    start,
    end,
    startLine: first.startPosition.row + 1,
    endLine: whole.endPosition.row + (whole.endPosition.column === 0 && end > start ? 0 : 1),
    container: container === undefined ? innermost(scopes, definition) : textOf(container, text),
  };
}

/** The name of the smallest scope strictly around `node`. */
function innermost(
  scopes: readonly { start: number; end: number; name: string }[],
  node: SyntaxNode,
): string | null {
  // Asked of the parser once: it computes them anew each time.
  const { startIndex: start, endIndex: end } = node;
  let name: string | null = null;
  for (const scope of scopes) {
    if (scope.start > start) break;
    const same = scope.start === start && scope.end === end;
    if (!same && scope.end >= end) name = scope.name;
  }
  return name;
}

/** The node with what it is wrapped in, as long as it is the wrapper's one definition. */
function withWrappers(node: SyntaxNode): SyntaxNode {
  let whole = node;
  for (let { parent } = whole; parent !== null && wrappers.has(parent.type); { parent } = whole) {
    const parts = parent.children.filter(
      (child) => child.isNamed && !child.isExtra && child.type !== 'decorator',
    );
    if (parts.length > 1) break;
    whole = parent;
  }
  return whole;
}

/**
 * False where what ends before `start` can be no decorator or attribute. To ask for a sibling takes the parser as long
 * as there are siblings, which in a file of thousands of statements is felt.
 */
function mayBeDecorated(start: number, text: string): boolean {
  let at = start - 1;
  while (at >= 0 && /\s/.test(text.charAt(at))) at -= 1;
  return at >= 0 && !';{},'.includes(text.charAt(at));
}

/** The first of the decorators and attributes that stand before the node as its siblings, or the node itself. */
function withDecorations(node: SyntaxNode): SyntaxNode {
  let first = node;
  for (let before = node.previousNamedSibling; before !== null; before = before.previousNamedSibling) {
    if (before.type !== 'decorator' && before.type !== 'attribute_item') break;
    first = before;
  }
  return first;
}

function signatureOf(whole: SyntaxNode, definition: SyntaxNode, text: string): string {
  const end = bodyOf(definition)?.startIndex ?? whole.endIndex;
  let start = whole.startIndex;
  // Decorators are no part of what a caller needs.
  for (const child of whole.children) {
    if (child.type === 'decorator') start = Math.min(end, child.endIndex);
  }
  // Far more than fits, so that a table of a thousand lines is not copied.
  const line = text
    .slice(start, Math.min(end, start + 4 * longestSignature))
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\s*[{:=]$/, '');
  if (line.length <= longestSignature) return line;
  return `${line.slice(0, longestSignature - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The body of a function, class or type: its own, or that of the function that a variable is bound to. */
function bodyOf(definition: SyntaxNode): SyntaxNode | null {
  const own = definition.childForFieldName('body');
  if (own !== null) return own;
  const bound = definition.childForFieldName('value')?.childForFieldName('body') ?? null;
  if (bound !== null) return bound;
  const fields = definition.childForFieldName('type')?.children ?? [];
  return fields.find(({ type }) => type === 'field_declaration_list') ?? null;
}

function textOf(node: SyntaxNode, text: string): string {
  return text.slice(node.startIndex, node.endIndex);
}
