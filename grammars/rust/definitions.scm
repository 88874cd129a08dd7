(source_file) @visibility.pub
(attribute_item) @decoration
(function_item name: (_) @name body: (_) @body) @definition.function
(function_signature_item name: (_) @name) @definition.function
(struct_item name: (_) @name body: (field_declaration_list)? @body) @definition.struct
(enum_item name: (_) @name body: (_) @body) @definition.enum
(union_item name: (_) @name body: (_) @body) @definition.union
(trait_item name: (_) @name body: (_) @body) @definition.trait
(type_item name: (_) @name) @definition.type
(associated_type name: (_) @name) @definition.type
(mod_item name: (_) @name body: (_) @body) @definition.module
(macro_definition name: (_) @name) @definition.macro
(const_item name: (_) @name) @definition.constant
(static_item name: (_) @name) @definition.variable
(struct_item body: (field_declaration_list (field_declaration name: (_) @name) @definition.property))
(union_item body: (field_declaration_list (field_declaration name: (_) @name) @definition.property))
(enum_variant name: (_) @name) @definition.enumMember
(impl_item
  trait: (_)? @public
  type: [
    (type_identifier) @container
    (scoped_type_identifier name: (_) @container)
    (generic_type type: (type_identifier) @container)
    (generic_type type: (scoped_type_identifier name: (_) @container))
  ]) @scope
