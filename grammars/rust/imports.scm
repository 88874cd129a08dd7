(use_declaration (visibility_modifier)? @reexport argument: (_) @source) @import
(mod_item name: (_) @source !body) @import
(extern_crate_declaration name: (_) @source) @import
