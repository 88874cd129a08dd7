(compilation_unit (_) @block)
(compilation_unit [(comment) (block_comment)] @comment)
(template_body (_) @block)
(template_body [(comment) (block_comment)] @comment)
