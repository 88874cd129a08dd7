import { fileLines, lineEndOf } from '../../core/refactor/fileText.ts';

/** The text of a file as VS Code's document of it has it: without byte order mark, with one kind of line ends. */
export function textAsDocument(text: string): string {
  const plain = text.replace(/^\uFEFF/, '');
  const lineEnd = lineEndOf(plain);
  return fileLines(plain)
    .map((line) => line.text + (line.lineEnd === '' ? '' : lineEnd))
    .join('');
}
