(program) @visibility.export
(export_statement) @export
(export_statement !source (export_clause (export_specifier name: (_) @exported)))
(export_statement value: (identifier) @exported)
(assignment_expression
  left: (member_expression) @exports
  right: [
    (identifier) @exported
    (object (shorthand_property_identifier) @exported)
    (object (pair value: (identifier) @exported))
  ]
  (#match? @exports "^(module\\.)?exports(\\.[A-Za-z0-9_$]+)?$"))
(decorator) @decoration
(function_declaration name: (_) @name body: (_) @body) @definition.function
(generator_function_declaration name: (_) @name body: (_) @body) @definition.function
(class_declaration name: (_) @name body: (_) @body) @definition.class
(method_definition name: (_) @name body: (_) @body) @definition.method
(method_definition
  name: (property_identifier)
  body: (statement_block (expression_statement (assignment_expression
    left: (member_expression object: (this) @self property: (_) @name)) @definition.property)))
(field_definition
  property: (_) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.method
(field_definition property: (_) @name) @definition.property
(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
(variable_declarator
  name: (identifier) @name
  value: (class body: (_) @body)) @definition.class
(program (lexical_declaration (variable_declarator
  name: (identifier) @name) @definition.variable))
(program (variable_declaration (variable_declarator
  name: (identifier) @name) @definition.variable))
(export_statement (lexical_declaration (variable_declarator
  name: (identifier) @name) @definition.variable))
(export_statement (variable_declaration (variable_declarator
  name: (identifier) @name) @definition.variable))
(assignment_expression
  left: (member_expression property: (_) @name)
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.function
(pair
  key: (property_identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.method
