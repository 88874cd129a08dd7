(table . [(bare_key) (quoted_key) (dotted_key)] @name . (pair)? @body) @definition.table
(table_array_element . [(bare_key) (quoted_key) (dotted_key)] @name . (pair)? @body) @definition.table
(document (pair . (_) @name) @definition.key)
(table (pair . (_) @name) @definition.key)
(table_array_element (pair . (_) @name) @definition.key)
