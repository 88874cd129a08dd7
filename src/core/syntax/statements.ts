/** Which nodes of the shipped grammars hold separate statements or items, and which of those end by themselves. */
import type { SyntaxNode } from './node.ts';
import type { Token } from './tokens.ts';

/** Nodes whose named children are separate statements, members or items. */
export const lists: ReadonlySet<string> = new Set([
  // TypeScript and JavaScript
  'program',
  'statement_block',
  'class_body',
  'class_static_block',
  'interface_body',
  'object_type',
  'enum_body',
  'object',
  'array',
  'arguments',
  'formal_parameters',
  'switch_body',
  'switch_case',
  'switch_default',
  'named_imports',
  'export_clause',
  'jsx_element',
  // Python
  'module',
  'block',
  'list',
  'dictionary',
  'set',
  'tuple',
  'argument_list',
  'parameters',
  // Go
  'source_file',
  'statement_list',
  'expression_switch_statement',
  'type_switch_statement',
  'select_statement',
  'expression_case',
  'type_case',
  'communication_case',
  'default_case',
  'field_declaration_list',
  'interface_type',
  'import_spec_list',
  'const_declaration',
  'var_spec_list',
  'type_declaration',
  'literal_value',
  'parameter_list',
  // Rust
  'declaration_list',
  'match_block',
  'enum_variant_list',
  'field_initializer_list',
  'array_expression',
  'tuple_expression',
  'use_list',
  'macro_definition',
  'token_tree',
  'ERROR',
]);

/** Nodes that stand before what they belong to, as its siblings. */
export const decorations: ReadonlySet<string> = new Set([
  'decorator',
  'attribute_item',
  'inner_attribute_item',
]);

/** Statements and definitions that nothing can follow once their last brace is closed. */
const ending: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'class_declaration',
  'abstract_class_declaration',
  'interface_declaration',
  'enum_declaration',
  'internal_module',
  'module',
  'method_definition',
  'class_static_block',
  'if_statement',
  'for_statement',
  'for_in_statement',
  'while_statement',
  'switch_statement',
  'switch_case',
  'switch_default',
  'statement_block',
  'labeled_statement',
  // Go
  'method_declaration',
  'type_declaration',
  'expression_switch_statement',
  'type_switch_statement',
  'select_statement',
  'block',
  // Rust
  'function_item',
  'impl_item',
  'trait_item',
  'struct_item',
  'enum_item',
  'union_item',
  'mod_item',
  'macro_definition',
  'if_expression',
  'match_expression',
  'for_expression',
  'while_expression',
  'loop_expression',
  'unsafe_block',
]);
/** Nodes that are what their last part is. */
const wrapping: ReadonlySet<string> = new Set([
  'export_statement',
  'ambient_declaration',
  'expression_statement',
]);

/**
 * True where `next` begins a statement or item of its own: the smallest node around it and `anchor` is a list, of
 * which both are in items. An opening token of the list itself (`case 1:`) is in none.
 */
export function isSeparate(root: SyntaxNode, text: string, anchor: Token, next: Token): boolean {
  const list = root.descendantForIndex(anchor.start, next.end);
  if (list === null || !lists.has(list.type)) return false;
  const mine = itemAt(list, anchor.start);
  const other = itemAt(list, next.start);
  if (mine === undefined || other === undefined || mine.id === other.id) return false;
  if (list.type === 'jsx_element') return mine.type !== 'jsx_opening_element';
  // The tokens of a macro are no items; there a line's last one tells.
  if (list.type === 'token_tree' || list.type === 'ERROR') {
    return mine.isNamed && /[;}]\s*$/.test(text.slice(0, next.start));
  }
  return mine.isNamed && other.isNamed;
}

/** A file whose writer puts `else` under the closing brace. */
const elseOnItsOwnLine = /^[\t ]*else\b/m;

/** True where nothing that follows could continue what ends with `last`, so that no next token need be seen. */
export function endsForGood(root: SyntaxNode, text: string, anchor: Token, last: Token): boolean {
  if (last.type !== ';' && last.type !== '}') return false;
  const leaf = root.descendantForIndex(last.start, last.end);
  // A closing brace belongs to a list itself; what it ends is that list's own owner.
  let node = last.type === '}' ? leaf?.parent : leaf;
  if (node == null) return false;
  let inner = node;
  while (node.parent !== null && !lists.has(node.parent.type)) {
    if (node.parent.endIndex !== node.endIndex) return false;
    if (!wrapping.has(node.parent.type)) inner = node.parent;
    node = node.parent;
  }
  if (node.parent === null || node.hasError) return false;
  if (node.type === ';') return true;
  if (node.startIndex > anchor.start) return false;
  if (inner.type === 'if_statement' && (last.type === ';' || elseOnItsOwnLine.test(text))) return false;
  return last.type === ';' || ending.has(inner.type);
}

/** Column of the line on which the statement or item around `anchor` starts; what stands left of it is outside. */
export function statementColumn(root: SyntaxNode, text: string, anchor: Token): number {
  let node = root.descendantForIndex(anchor.start, anchor.end);
  while (node !== null && node.parent !== null && !lists.has(node.parent.type)) node = node.parent;
  if (lists.has(node?.parent?.type ?? '') && node?.isNamed === false) node = itemAround(node);
  const start = node?.startIndex ?? anchor.start;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(lineStart).search(/[^\t ]/);
}

/** The statement or item to which a list belongs that `token` opens or closes. */
function itemAround(token: SyntaxNode): SyntaxNode {
  let node = token.parent ?? token;
  while (node.parent !== null && !lists.has(node.parent.type)) node = node.parent;
  return node;
}

function itemAt(list: SyntaxNode, offset: number): SyntaxNode | undefined {
  return list.children.find(({ startIndex, endIndex }) => startIndex <= offset && offset < endIndex);
}
