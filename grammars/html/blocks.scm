(element
  (start_tag (attribute (attribute_name) @attribute))
  (#eq? @attribute "id")) @block
(script_element) @block
(style_element) @block
(comment) @comment
