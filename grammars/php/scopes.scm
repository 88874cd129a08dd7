[
  (namespace_definition)
  (class_declaration)
  (interface_declaration)
  (trait_declaration)
  (enum_declaration)
  (function_definition)
  (method_declaration)
  (anonymous_function)
  (arrow_function)
] @scope
