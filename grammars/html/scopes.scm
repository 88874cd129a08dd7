(element) @scope
(script_element) @scope
(style_element) @scope
