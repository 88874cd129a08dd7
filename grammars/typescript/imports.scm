(import_statement source: (string) @source) @import
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @name)))
  source: (string) @source) @import
(import_statement
  (import_clause (identifier) @name)
  source: (string) @source) @import
(export_statement source: (string) @source) @import @reexport
(export_statement
  (export_clause (export_specifier name: (_) @name))
  source: (string) @source) @import
(variable_declarator
  value: (call_expression
    function: (identifier) @function
    arguments: (arguments . (string) @source .))
  (#eq? @function "require")) @import
(variable_declarator
  name: (object_pattern [
    (shorthand_property_identifier_pattern) @name
    (pair_pattern key: (property_identifier) @name)
  ])
  value: (call_expression
    function: (identifier) @function
    arguments: (arguments . (string) @source .))
  (#eq? @function "require")) @import
(call_expression
  function: (import)
  arguments: (arguments . (string) @source)) @import
