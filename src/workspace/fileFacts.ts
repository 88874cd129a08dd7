import path from 'node:path';
import type { Tree } from 'web-tree-sitter';
import type { Exclusion } from '../core/index/exclusions.ts';
import type { FileFacts } from '../core/index/types.ts';
import { functionBodies } from '../core/syntax/functionBodies.ts';
import { headings } from '../core/syntax/headings.ts';
import { importedModules } from '../core/syntax/imports.ts';
import { grammarFor } from '../core/syntax/languages.ts';
import { outline } from '../core/syntax/outline.ts';
import type { FileText } from './files/folderFiles.ts';
import type { Grammar, Parsers } from './parsers.ts';

/** A file that takes longer to parse is skipped: the next keystroke waits behind it. */
const longestParseMs = 1_000;

const tooSlow: Exclusion = { reason: 'slow', detail: `parsing took more than ${longestParseMs / 1000} s` };

/** Extensions of prose, and of all that defines nothing that code could name. */
const prose = /^(md|markdown|mdx)$/;
const data =
  /^(md|markdown|mdx|rst|txt|json|jsonc|json5|ya?ml|toml|ini|cfg|xml|html?|css|s[ac]ss|less|csv|svg)$/;

/** The name under which a file's language is looked up: its extension. */
export function languageOf(file: string): string {
  return path.posix.extname(file).slice(1).toLowerCase();
}

/** Whether other code can name what a file defines. */
export function isCode(file: string): boolean {
  return !data.test(languageOf(file));
}

/** What the syntax of a file says: what it defines and what it imports. */
export type SyntaxFacts = Pick<FileFacts, 'definitions' | 'imports'>;

/** What the index is to know of a file; without a grammar only its identifiers. */
export async function fileFacts(
  parsers: Parsers,
  file: string,
  content: FileText,
): Promise<FileFacts | Exclusion> {
  const { text, bytes, mtimeMs } = content;
  const language = languageOf(file);
  const plain = { path: file, bytes, mtimeMs, text, code: isCode(file), definitions: [], imports: [] };
  if (prose.test(language)) return { ...plain, definitions: headings(text) };
  const grammar = grammarFor(language) === null ? null : await parsers.grammar(language);
  if (grammar === null) return plain;
  const tree = parsed(parsers, grammar, text);
  if (tree === 'slow') return tooSlow;
  if (tree === null) return plain;
  try {
    const matches = parsers.factsWithin(grammar, tree, longestParseMs);
    if (matches === 'slow') return tooSlow;
    return { ...plain, definitions: outline(text, matches), imports: importedModules(text, matches) };
  } finally {
    tree.delete();
  }
}

/**
 * The tree of a file that is read for others only: without the bodies of its functions, which take half of the parsing
 * and define nothing that others could name, where these are found and the rest is sound.
 */
function parsed(parsers: Parsers, grammar: Grammar, text: string): Tree | 'slow' | null {
  const bodies = grammar.name === 'typescript' ? functionBodies(text) : null;
  if (bodies === null || bodies.length === 0) return parsers.parseWithin(grammar, text, longestParseMs);
  const tree = parsers.parseWithin(grammar, text, longestParseMs, bodies);
  if (tree === null || tree === 'slow' || !tree.rootNode.hasError) return tree;
  tree.delete();
  return parsers.parseWithin(grammar, text, longestParseMs);
}
