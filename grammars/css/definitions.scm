(rule_set (selectors) @name (block) @body) @definition.rule
(keyframes_statement (keyframes_name) @name (_) @body) @definition.keyframes
(declaration . (property_name) @name (#match? @name "^--")) @definition.variable
