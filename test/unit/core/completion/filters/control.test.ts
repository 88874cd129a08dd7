import { control } from '../../../../../src/core/completion/filters/control.ts';
import { filterTable } from '../../../../support/filterTable.ts';

filterTable(control, [
  ['NUL', '█', 'a\0', 'unreadable'],
  ['bytes that are no text', '█', 'a\ufffd', 'unreadable'],
  ['escape', '█', '\x1b[0m', 'unreadable'],
  ['carriage return', '█', 'a\r\nb', 'unreadable'],
  ['half a pair', '█', 'a\ud83d', 'unreadable'],
  ['tabs, line ends, emoji, accents', '█', '\ta\né\u{1f525}', '\ta\né\u{1f525}'],
]);
