(import_declaration [(scoped_identifier) (identifier)] @source (asterisk)? @source) @import
