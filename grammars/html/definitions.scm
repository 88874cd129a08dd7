(element
  (start_tag (attribute
    (attribute_name) @attribute
    [(attribute_value) @name (quoted_attribute_value (attribute_value) @name)]))
  . (_)? @body
  (#eq? @attribute "id")) @definition.element
(element
  (self_closing_tag (attribute
    (attribute_name) @attribute
    [(attribute_value) @name (quoted_attribute_value (attribute_value) @name)]))
  (#eq? @attribute "id")) @definition.element
