(program) @visibility.export
(export_statement) @export
(export_statement !source (export_clause (export_specifier name: (_) @exported)))
(export_statement value: (identifier) @exported)
(export_statement "=" (identifier) @exported)
(decorator) @decoration
(function_declaration name: (_) @name body: (_) @body) @definition.function
(generator_function_declaration name: (_) @name body: (_) @body) @definition.function
(function_signature name: (_) @name) @definition.function
(class_declaration name: (_) @name body: (_) @body) @definition.class
(abstract_class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.interface
(type_alias_declaration name: (_) @name) @definition.type
(enum_declaration name: (_) @name body: (_) @body) @definition.enum
(internal_module name: (_) @name body: (_)? @body) @definition.module
(module name: (_) @name body: (_)? @body) @definition.module
(method_definition name: (_) @name body: (_) @body) @definition.method
(method_signature name: (_) @name) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(public_field_definition
  name: (_) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
  ]) @definition.method
(public_field_definition name: (_) @name) @definition.property
(property_signature name: (_) @name) @definition.property
(required_parameter (accessibility_modifier) @self pattern: (identifier) @name) @definition.property
(required_parameter "readonly" @self pattern: (identifier) @name) @definition.property
(enum_body name: (_) @name @definition.enumMember)
(enum_body (enum_assignment name: (_) @name) @definition.enumMember)
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
(ambient_declaration (lexical_declaration (variable_declarator
  name: (identifier) @name) @definition.variable))
(ambient_declaration (variable_declaration (variable_declarator
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
