(document (block_node (block_mapping (block_mapping_pair) @block)))
(document (block_node (block_sequence (block_sequence_item) @block)))
(comment) @comment
