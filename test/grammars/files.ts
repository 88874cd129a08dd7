import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { grammarFor, type GrammarName } from '../../src/core/syntax/languages.ts';

const root = path.join(import.meta.dirname, '../..');

/** A file to parse, by its path in the checkout. */
export interface RealFile {
  readonly file: string;
  readonly text: string;
}

const packages = [
  'tree-sitter',
  'tree-sitter-swift',
  'node-addon-api',
  'node-llama-cpp',
  'cmake-js',
  'flatted',
]
  .concat(['playwright-core', 'mocha', 'jszip', 'fast-json-stable-stringify', 'typescript-eslint'])
  .map((name) => `node_modules/${name}`);
/** Files of our own, of packages whose versions the lock file holds, and what `npm run sources` fetched, if it did. */
const folders = ['src', 'scripts', 'test', 'docs', 'grammars', 'media', ...packages, '.vscode-test/sources'];

/** Of each language; there are thousands of some. */
const mostFiles = 60;
const mostBytes = 200_000;

let found: Map<GrammarName, string[]> | null = null;

/** Real files of a grammar's language, and some of them changed. */
export function filesFor(grammar: GrammarName): RealFile[] {
  found ??= findFiles();
  const files = (found.get(grammar) ?? []).slice(0, mostFiles).map((file) => ({
    file: path.relative(root, file),
    text: readFileSync(file, 'utf8'),
  }));
  return [...files, ...files.slice(0, 3).map(changed)];
}

/** The file with other line ends, and with comments that hold text outside the basic plane. */
function changed({ file, text }: RealFile): RealFile {
  const commented = text.replaceAll('\n', '\r\n').replace(/(\/\/|\/\*\*?|#|--|<!--) /g, '$1 é😀 ');
  return { file: `${file}, changed`, text: commented };
}

function findFiles(): Map<GrammarName, string[]> {
  const files = new Map<GrammarName, string[]>();
  // The fixtures first, so that each language has one.
  for (const folder of ['test/fixtures/languages', ...folders]) {
    for (const file of filesBelow(path.join(root, folder))) {
      const grammar = grammarFor(path.extname(file).slice(1));
      if (grammar === null || statSync(file).size > mostBytes) continue;
      const known = files.get(grammar) ?? [];
      files.set(grammar, known);
      if (!known.includes(file)) known.push(file);
    }
  }
  // A header is C or C++.
  files.set('cpp', [...(files.get('cpp') ?? []), ...(files.get('c') ?? [])]);
  return files;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
