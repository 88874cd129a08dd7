(stylesheet (_) @block)
(stylesheet (comment) @comment)
(media_statement (block (rule_set) @block))
