(function_call
  name: (identifier) @function
  arguments: (arguments . (string) @source)
  (#eq? @function "require")) @import
