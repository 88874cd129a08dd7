[(line_comment) (block_comment)] @documentation
