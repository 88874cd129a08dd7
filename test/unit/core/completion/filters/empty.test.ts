import { empty } from '../../../../../src/core/completion/filters/empty.ts';
import { filterTable } from '../../../../support/filterTable.ts';

filterTable(empty, [
  ['nothing', '█', '', 'empty'],
  ['blanks and line ends', '█', ' \n\t', 'empty'],
  ['something', '█', ' ;', ' ;'],
]);
