(program (_) @block)
(program (comment) @comment)
(class_body [(method_definition) (field_definition)] @block)
(class_body (comment) @comment)
