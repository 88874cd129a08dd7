[
  (module)
  (class)
  (singleton_class)
  (method)
  (singleton_method)
  (block)
  (do_block)
  (lambda)
] @scope
