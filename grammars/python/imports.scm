(import_statement name: (dotted_name) @source) @import
(import_statement name: (aliased_import name: (_) @source)) @import
(import_from_statement module_name: (_) @source) @import
(import_from_statement module_name: (_) @source name: (dotted_name) @name) @import
(import_from_statement module_name: (_) @source name: (aliased_import name: (_) @name)) @import
