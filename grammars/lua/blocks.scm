(chunk (_) @block)
(chunk (comment) @comment)
