(command
  name: (command_name (word) @function)
  . argument: (_) @source
  (#any-of? @function "source" ".")) @import
