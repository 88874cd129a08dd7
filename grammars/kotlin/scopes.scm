[
  (class_declaration)
  (object_declaration)
  (companion_object)
  (function_declaration)
  (secondary_constructor)
  (anonymous_function)
  (lambda_literal)
] @scope
