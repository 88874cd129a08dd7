(compilation_unit (_) @block)
(compilation_unit (comment) @comment)
(declaration_list (_) @block)
(declaration_list (comment) @comment)
