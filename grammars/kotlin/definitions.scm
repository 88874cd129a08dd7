(source_file) @visibility.modifiers
(modifiers (annotation) @decoration)
(class_declaration name: (_) @name (class_body)? @body) @definition.class
(class_declaration "interface" name: (_) @name (class_body)? @body) @definition.interface
(class_declaration name: (_) @name (enum_class_body) @body) @definition.enum
(object_declaration name: (_) @name (class_body)? @body) @definition.object
(type_alias type: (identifier) @name) @definition.type
(function_declaration name: (_) @name (function_body)? @body) @definition.function
(function_declaration
  (user_type (identifier) @container)
  . name: (_) @name
  (function_body)? @body) @definition.method
(class_body (function_declaration name: (_) @name (function_body)? @body) @definition.method)
(enum_class_body (function_declaration name: (_) @name (function_body)? @body) @definition.method)
(source_file (property_declaration (variable_declaration (identifier) @name)) @definition.variable)
(class_body (property_declaration (variable_declaration (identifier) @name)) @definition.property)
(enum_class_body (property_declaration (variable_declaration (identifier) @name)) @definition.property)
(class_parameter ["val" "var"] . (identifier) @name) @definition.property
(enum_entry (identifier) @name) @definition.enumMember
