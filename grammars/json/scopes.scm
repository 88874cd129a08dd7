(pair value: (object)) @scope
(pair value: (array)) @scope
