(compilation_unit) @visibility.modifiers
(annotation) @decoration
(class_definition name: (_) @name body: (_)? @body) @definition.class
(object_definition name: (_) @name body: (_)? @body) @definition.object
(trait_definition name: (_) @name body: (_)? @body) @definition.trait
(enum_definition name: (_) @name body: (_) @body) @definition.enum
(simple_enum_case name: (_) @name) @definition.enumMember
(full_enum_case name: (_) @name) @definition.enumMember
(type_definition name: (_) @name) @definition.type
(function_definition name: (_) @name body: (_) @body) @definition.function
(template_body (function_definition name: (_) @name body: (_) @body) @definition.method)
(function_declaration name: (_) @name) @definition.method
(template_body [
  (val_definition pattern: (identifier) @name)
  (var_definition pattern: (identifier) @name)
  (val_declaration name: (_) @name)
  (var_declaration name: (_) @name)
] @definition.property)
(compilation_unit [
  (val_definition pattern: (identifier) @name)
  (var_definition pattern: (identifier) @name)
] @definition.variable)
(class_parameter ["val" "var"] name: (_) @name) @definition.property
(class_definition
  "case"
  class_parameters: (class_parameters (class_parameter name: (_) @name) @definition.property))
