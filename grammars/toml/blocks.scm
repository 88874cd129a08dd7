(document [(pair) (table) (table_array_element)] @block)
(comment) @comment
