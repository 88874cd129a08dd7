import { countErrors, firstErrorOffset } from '../../core/syntax/errors.ts';
import type { FileOutline } from '../../core/refactor/ports.ts';
import { importedModules } from '../../core/syntax/imports.ts';
import { grammarFor } from '../../core/syntax/languages.ts';
import { Lines } from '../../core/syntax/lines.ts';
import { outline } from '../../core/syntax/outline.ts';
import { languageOf } from '../fileFacts.ts';
import type { Parsers } from '../parsers.ts';
import type { RefactorQuestion } from './questions.ts';

/** A key waits behind the parse of a text that nobody types in. */
const longestParseMs = 1_000;
/** UTF-16 units; longer texts are not parsed. */
const longestParsed = 1_000_000;

/** What a text would be as a file: its errors, what it defines and imports. */
export async function parseText(
  parsers: Parsers,
  { language, path, text }: RefactorQuestion,
): Promise<FileOutline | null> {
  const known = grammarFor(language) === null ? languageOf(path) : language;
  const grammar = text.length > longestParsed ? null : await parsers.grammar(known);
  const tree = grammar === null ? null : parsers.parseWithin(grammar, text, longestParseMs);
  if (grammar === null || tree === null || tree === 'slow') return null;
  try {
    const matches = parsers.factsWithin(grammar, tree, longestParseMs);
    if (matches === 'slow') return null;
    const first = firstErrorOffset(tree.rootNode);
    return {
      errors: countErrors(tree.rootNode),
      firstErrorLine: first === null ? null : new Lines(text).lineOf(first),
      definitions: outline(text, matches),
      imports: importedModules(text, matches).map(({ start, end }) => ({ start, end })),
    };
  } finally {
    tree.delete();
  }
}
