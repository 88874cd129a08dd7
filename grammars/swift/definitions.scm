(source_file) @visibility.modifiers
(modifiers (attribute) @decoration)
(class_declaration declaration_kind: "class" name: (_) @name body: (_) @body) @definition.class
(class_declaration declaration_kind: "actor" name: (_) @name body: (_) @body) @definition.class
(class_declaration declaration_kind: "struct" name: (_) @name body: (_) @body) @definition.struct
(class_declaration declaration_kind: "enum" name: (_) @name body: (_) @body) @definition.enum
(class_declaration declaration_kind: "extension" name: (_) @container) @scope
(protocol_declaration name: (_) @name body: (_) @body) @definition.interface
(protocol_function_declaration name: (simple_identifier) @name) @definition.method
(protocol_property_declaration name: (pattern bound_identifier: (_) @name)) @definition.property
(associatedtype_declaration name: (type_identifier) @name) @definition.type
(typealias_declaration name: (type_identifier) @name) @definition.type
(function_declaration name: (simple_identifier) @name body: (_)? @body) @definition.function
(class_body
  (function_declaration name: (simple_identifier) @name body: (_)? @body) @definition.method)
(enum_class_body
  (function_declaration name: (simple_identifier) @name body: (_)? @body) @definition.method)
(init_declaration name: _ @name body: (_)? @body) @definition.method
(enum_entry name: (simple_identifier) @name) @definition.enumMember
(class_body (property_declaration
  name: (pattern bound_identifier: (_) @name)
  computed_value: (_)? @body) @definition.property)
(enum_class_body (property_declaration
  name: (pattern bound_identifier: (_) @name)
  computed_value: (_)? @body) @definition.property)
(source_file (property_declaration
  name: (pattern bound_identifier: (_) @name)
  computed_value: (_)? @body) @definition.variable)
