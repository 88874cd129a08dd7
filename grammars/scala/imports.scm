(import_declaration . path: (_) @source (_) @source .) @import
(import_declaration . path: (_) @source .) @import
