(import (qualified_identifier) @source "*"? @source) @import
