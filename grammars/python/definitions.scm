(function_definition name: (_) @name) @definition.function
(class_definition name: (_) @name) @definition.class
(module (expression_statement (assignment left: (identifier) @name) @definition.variable))
(type_alias_statement left: (type) @name) @definition.type
