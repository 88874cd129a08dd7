[
  (rule_set)
  (media_statement)
  (supports_statement)
  (keyframes_statement)
] @scope
