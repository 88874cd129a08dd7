(module (_) @block)
(module (comment) @comment)
(class_definition body: (block [(function_definition) (decorated_definition)] @block))
(class_definition body: (block (comment) @comment))
