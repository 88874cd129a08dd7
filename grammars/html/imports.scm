(script_element
  (start_tag (attribute
    (attribute_name) @attribute
    [(attribute_value) @source (quoted_attribute_value (attribute_value) @source)]))
  (#eq? @attribute "src")) @import
(start_tag
  (tag_name) @tag
  (attribute
    (attribute_name) @attribute
    [(attribute_value) @source (quoted_attribute_value (attribute_value) @source)])
  (#eq? @tag "link")
  (#eq? @attribute "href")) @import
(self_closing_tag
  (tag_name) @tag
  (attribute
    (attribute_name) @attribute
    [(attribute_value) @source (quoted_attribute_value (attribute_value) @source)])
  (#eq? @tag "link")
  (#eq? @attribute "href")) @import
