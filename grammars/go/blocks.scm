(source_file (_) @block)
(source_file (comment) @comment)
