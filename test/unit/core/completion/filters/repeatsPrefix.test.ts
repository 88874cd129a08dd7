import { repeatsPrefix } from '../../../../../src/core/completion/filters/repeatsPrefix.ts';
import { filterTable } from '../../../../support/filterTable.ts';

filterTable(repeatsPrefix, [
  ['the line above', 'a();\n█', 'a();', 'repeats-prefix'],
  ['the three lines above', 'a\nb\n\nc\n█', 'a\nb\nc', 'repeats-prefix'],
  ['four lines', 'a\nb\nc\nd\n█', 'a\nb\nc\nd', 'a\nb\nc\nd'],
  ['a line further up', 'a();\nb();\n█', 'a();', 'a();'],
  ['a line more', 'a();\n█', 'a();\nb();', 'a();\nb();'],
  ['a closer at another column', '  {\n    {\n    }\n  █', '}', '}'],
  ['the blanks left of the cursor belong to it', '  a();\n  █', 'a();', 'repeats-prefix'],
  ["the cursor's line, from the next one", '  a();█', '\n  a();', 'repeats-prefix'],
  ['a line begun like the one above', 'f(a);\nf(█', 'a);', 'a);'],
  ['nothing above', '█', 'a', 'a'],
]);
