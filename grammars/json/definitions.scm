(document (object (pair
  key: (_) @name
  value: [(object) @body (array) @body (_)]) @definition.key))
(document (object (pair value: (object (pair
  key: (_) @name
  value: [(object) @body (array) @body (_)]) @definition.key))))
