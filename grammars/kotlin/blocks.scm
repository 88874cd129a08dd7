(source_file (_) @block)
(source_file [(line_comment) (block_comment)] @comment)
(class_body (_) @block)
(class_body [(line_comment) (block_comment)] @comment)
