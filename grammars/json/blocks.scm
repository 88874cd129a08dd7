(document (object (pair) @block))
(document (array (_) @block))
