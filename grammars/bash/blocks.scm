(program (_) @block)
(program (comment) @comment)
