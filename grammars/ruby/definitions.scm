(program) @visibility.modifiers
(module name: (_) @name body: (_)? @body) @definition.module
(class name: (_) @name body: (_)? @body) @definition.class
(method name: (_) @name body: (_)? @body) @definition.method
(singleton_method name: (_) @name body: (_)? @body) @definition.method
(assignment left: (constant) @name) @definition.constant
(method body: (body_statement
  (assignment left: (instance_variable) @name @self) @definition.property))
(call
  method: (identifier) @function
  arguments: (argument_list (simple_symbol) @name)
  (#any-of? @function "attr_reader" "attr_writer" "attr_accessor")) @definition.property
(body_statement
  (identifier) @section
  (#any-of? @section "private" "protected" "public"))
