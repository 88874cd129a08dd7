import { trimTrailing } from '../../../../../src/core/completion/filters/trimTrailing.ts';
import { filterTable } from '../../../../support/filterTable.ts';

filterTable(trimTrailing, [
  ['blanks', 'x = █', '1;  \t', '1;│  \t'],
  ['blank lines', 'f() {█', '\n  a\n  \n\n', '\n  a│\n  \n\n'],
  ['nothing to trim', 'x = █', ' 1;', ' 1;'],
  ['a blank before a closer', 'f(█)', 'a ', 'a│ '],
  ['a blank before a word separates', 'const █= 1', 'a ', 'a '],
  ['a blank before a call goes', 'f█(x)', 'oo ', 'oo│ '],
  ['a line end before a word goes', 'const █= 1', 'a \n', 'a│ \n'],
]);
