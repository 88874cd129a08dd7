(source_file (_) @block)
(source_file [(comment) (multiline_comment)] @comment)
(class_body (_) @block)
(class_body [(comment) (multiline_comment)] @comment)
