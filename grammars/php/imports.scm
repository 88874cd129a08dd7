(namespace_use_declaration (namespace_use_clause . [(qualified_name) (name)] @source)) @import
(namespace_use_declaration
  (namespace_name) @source
  body: (namespace_use_group (namespace_use_clause . [(qualified_name) (namespace_name) (name)] @name))) @import
(require_expression (_) @source) @import
(require_once_expression (_) @source) @import
(include_expression (_) @source) @import
(include_once_expression (_) @source) @import
