[
  (class_declaration)
  (interface_declaration)
  (annotation_type_declaration)
  (enum_declaration)
  (record_declaration)
  (method_declaration)
  (constructor_declaration)
  (compact_constructor_declaration)
  (lambda_expression)
] @scope
