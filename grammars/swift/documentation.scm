[(comment) (multiline_comment)] @documentation
