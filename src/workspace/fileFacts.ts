import path from 'node:path';
import type { Tree } from 'web-tree-sitter';
import { isExclusion, type Exclusion } from '../core/index/exclusions.ts';
import type { FileFacts } from '../core/index/types.ts';
import { scanScript, type ScannedScript } from '../core/syntax/scriptScanner.ts';
import { headings } from '../core/syntax/headings.ts';
import { importedModules } from '../core/syntax/imports.ts';
import { grammarFor } from '../core/syntax/languages.ts';
import { outline } from '../core/syntax/outline.ts';
import { inWhole, withoutParts } from '../core/syntax/textParts.ts';
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
 * The facts of TypeScript that is read for others only: a fifth of the text is parsed (see `scanScript`), and all of it only
 * where that fifth is not sound by itself. JSX stands in the bodies of functions, as a rule, so that what is parsed of a
 * file with JSX is mostly without.
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
  const part = parsers.parseWithin(plain, withoutParts(text, script.leftOut), longestParseMs);
  if (part === null || part === 'slow' || !part.rootNode.hasError)
    return factsIn(parsers, plain, text, part, script);
  part.delete();
  return wholeFacts(parsers, grammar, text);
}

function wholeFacts(parsers: Parsers, grammar: Grammar, text: string): SyntaxFacts | Exclusion {
  return factsIn(parsers, grammar, text, parsers.parseWithin(grammar, text, longestParseMs));
}

/** The facts of a text, given the tree of it or of what a scan left of it. Frees the tree. */
function factsIn(
  parsers: Parsers,
  grammar: Grammar,
  text: string,
  tree: Tree | 'slow' | null,
  script: ScannedScript = { leftOut: [], imports: [] },
): SyntaxFacts | Exclusion {
  if (tree === 'slow') return tooSlow;
  if (tree === null) return { definitions: [], imports: [] };
  try {
    const found = parsers.factsWithin(grammar, tree, longestParseMs);
    if (found === 'slow') return tooSlow;
    const matches = inWhole(found, script.leftOut);
    const imports = [...script.imports, ...importedModules(text, matches)].sort((a, b) => a.start - b.start);
    return { definitions: outline(text, matches), imports };
  } finally {
    tree.delete();
  }
}
