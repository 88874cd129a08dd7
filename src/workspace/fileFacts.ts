import path from 'node:path';
import type { Tree } from 'web-tree-sitter';
import { isExclusion, type Exclusion } from '../core/index/exclusions.ts';
import type { FileFacts } from '../core/index/types.ts';
import { scanScript } from '../core/syntax/scriptScanner.ts';
import { headings } from '../core/syntax/headings.ts';
import { importedModules, type ImportedModule } from '../core/syntax/imports.ts';
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
  const isScript = grammar.name === 'typescript' || grammar.name === 'tsx';
  const facts = isScript ? await scriptFacts(parsers, grammar, text) : wholeFacts(parsers, grammar, text);
  return isExclusion(facts) ? facts : { ...plain, ...facts };
}

/**
 * The facts of TypeScript that is read for others only: a third of the text is parsed (see `scanScript`), and the rest only
 * where that third is not sound by itself. JSX stands in the bodies of functions, as a rule, so that the third of a file
 * with JSX is mostly without.
 */
async function scriptFacts(
  parsers: Parsers,
  grammar: Grammar,
  text: string,
): Promise<SyntaxFacts | Exclusion> {
  const script = scanScript(text);
  const plain = await parsers.grammar('typescript');
  if (script === null || script.leftOut.length === 0 || plain === null)
    return wholeFacts(parsers, grammar, text);
  const part = parsers.parseWithin(plain, text, longestParseMs, script.leftOut);
  const isSound = part === null || part === 'slow' || !part.rootNode.hasError;
  if (isSound) return factsIn(parsers, plain, text, part, script.imports);
  try {
    return wholeFacts(parsers, grammar, text, plain === grammar ? part : null);
  } finally {
    part.delete();
  }
}

/** The facts of all of a text; `previous` is a tree of a part of it. */
function wholeFacts(
  parsers: Parsers,
  grammar: Grammar,
  text: string,
  previous: Tree | null = null,
): SyntaxFacts | Exclusion {
  const tree = parsers.parseWithin(grammar, text, longestParseMs, [], previous);
  return factsIn(parsers, grammar, text, tree, []);
}

/** The facts of a parsed text, with imports that are known already. Frees the tree. */
function factsIn(
  parsers: Parsers,
  grammar: Grammar,
  text: string,
  tree: Tree | 'slow' | null,
  known: readonly ImportedModule[],
): SyntaxFacts | Exclusion {
  if (tree === 'slow') return tooSlow;
  if (tree === null) return { definitions: [], imports: [] };
  try {
    const matches = parsers.factsWithin(grammar, tree, longestParseMs);
    if (matches === 'slow') return tooSlow;
    const imports = [...known, ...importedModules(text, matches)].sort((a, b) => a.start - b.start);
    return { definitions: outline(text, matches), imports };
  } finally {
    tree.delete();
  }
}
