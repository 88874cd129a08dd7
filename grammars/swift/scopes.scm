[
  (class_declaration)
  (protocol_declaration)
  (function_declaration)
  (init_declaration)
  (deinit_declaration)
  (lambda_literal)
] @scope
