import type { GrammarName } from '../../src/core/syntax/languages.ts';

/**
 * Whether the names in a node are declared there: for a node with this type, in this field of a parent of that type,
 * where `already` says the same of the parent.
 */
export type Declares = (parent: string, field: string | null, type: string, already: boolean) => boolean;

interface Rules {
  /** `parent.field` or `parent` (any child) whose names are declared. */
  readonly declare: ReadonlySet<string>;
  /** `parent.field` or a node's own type, within such a place, that only uses names. */
  readonly use: ReadonlySet<string>;
}

const none: Rules = { declare: new Set(), use: new Set() };

const script: Rules = {
  declare: new Set([
    'variable_declarator.name',
    'required_parameter.pattern',
    'optional_parameter.pattern',
    'formal_parameters',
    'arrow_function.parameter',
    'for_in_statement.left',
    'catch_clause.parameter',
    'function_declaration.name',
    'type_parameter.name',
    'mapped_type_clause.name',
    'infer_type',
  ]),
  use: new Set([
    'required_parameter.type',
    'optional_parameter.type',
    'required_parameter.value',
    'optional_parameter.value',
    'required_parameter.decorator',
    'assignment_pattern.right',
    'object_assignment_pattern.right',
    'pair_pattern.key',
    'type_annotation',
  ]),
};

/** Of the languages that the repositories are in. */
const rules: Readonly<Partial<Record<GrammarName, Rules>>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python: {
    declare: new Set([
      'parameters',
      'lambda_parameters',
      'assignment.left',
      'for_statement.left',
      'for_in_clause.left',
      'as_pattern_target',
      'named_expression.name',
      'global_statement',
      'nonlocal_statement',
    ]),
    use: new Set([
      'typed_parameter.type',
      'typed_default_parameter.type',
      'typed_default_parameter.value',
      'default_parameter.value',
      'attribute',
      'subscript',
      'type',
    ]),
  },
  go: {
    declare: new Set([
      'parameter_declaration.name',
      'variadic_parameter_declaration.name',
      'type_parameter_declaration.name',
      'short_var_declaration.left',
      'range_clause.left',
      'receive_statement.left',
      'var_spec.name',
      'const_spec.name',
    ]),
    use: new Set(['selector_expression', 'index_expression']),
  },
  rust: {
    declare: new Set([
      'let_declaration.pattern',
      'parameter.pattern',
      'closure_parameters',
      'for_expression.pattern',
      'match_pattern',
      'let_condition.pattern',
      'type_parameters',
    ]),
    use: new Set([
      'parameter.type',
      'tuple_struct_pattern.type',
      'struct_pattern.type',
      'field_pattern.name',
      'scoped_identifier',
      'match_pattern.condition',
      'trait_bounds',
      'let_condition.value',
      'macro_invocation',
    ]),
  },
};

/** How a language declares parameters, variables and other local names. */
export function declarationsOf(language: GrammarName): Declares {
  const { declare, use } = rules[language] ?? none;
  return (parent, field, type, already) => {
    const place = `${parent}.${field}`;
    if (use.has(type) || use.has(place)) return false;
    if (declare.has(place) || (declare.has(parent) && !declare.has(type))) return true;
    return already;
  };
}
