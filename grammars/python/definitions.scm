(module) @visibility.underscore
(decorator) @decoration
(function_definition name: (_) @name body: (_) @body) @definition.function
(class_definition name: (_) @name body: (_) @body) @definition.class
(class_definition body: (block (expression_statement (assignment
  left: (identifier) @name) @definition.property)))
(function_definition body: (block (expression_statement (assignment
  left: (attribute object: (identifier) @self attribute: (_) @name)) @definition.property))
  (#eq? @self "self"))
(module (expression_statement (assignment left: (identifier) @name) @definition.variable))
(type_alias_statement left: (type) @name) @definition.type
