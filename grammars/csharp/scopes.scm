[
  (namespace_declaration)
  (class_declaration)
  (interface_declaration)
  (struct_declaration)
  (record_declaration)
  (enum_declaration)
  (method_declaration)
  (constructor_declaration)
  (property_declaration)
  (local_function_statement)
  (lambda_expression)
  (anonymous_method_expression)
] @scope
