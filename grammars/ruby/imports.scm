(call
  !receiver
  method: (identifier) @function
  arguments: (argument_list . (string) @source)
  (#any-of? @function "require" "require_relative" "load")) @import
