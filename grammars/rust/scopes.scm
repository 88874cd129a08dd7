[
  (function_item)
  (closure_expression)
  (struct_item)
  (enum_item)
  (union_item)
  (trait_item)
  (impl_item)
  (mod_item)
  (macro_definition)
] @scope
