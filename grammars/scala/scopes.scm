[
  (class_definition)
  (object_definition)
  (trait_definition)
  (enum_definition)
  (function_definition)
  (lambda_expression)
] @scope
