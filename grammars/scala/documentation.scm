[(comment) (block_comment)] @documentation
