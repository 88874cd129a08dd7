(comment) @documentation
