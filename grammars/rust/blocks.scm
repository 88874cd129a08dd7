(source_file (_) @block)
(source_file [(line_comment) (block_comment) (attribute_item)] @comment)
(declaration_list (_) @block)
(declaration_list [(line_comment) (block_comment) (attribute_item)] @comment)
