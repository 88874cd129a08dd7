/**
 * The grammars that ship, in WebAssembly, against the native ones of the packages they come from: the same trees, and
 * for the same queries the same captures. How an error is recovered from is not the grammar's affair but the library's,
 * and the native one is older: files that either side finds errors in are left out.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type NativeParser from 'tree-sitter';
import { Language, Parser, Query } from 'web-tree-sitter';
import { packageOf, readGrammarPackages } from '../../scripts/grammarPackages.ts';
import { ensureNativeTreeSitter } from '../../scripts/nativeTreeSitter.ts';
import { grammarNames, queryNames, type GrammarName } from '../../src/core/syntax/languages.ts';
import { grammarsFolder } from '../support/grammars.ts';
import { filesFor } from './files.ts';

const root = path.join(import.meta.dirname, '../..');
const packages = readGrammarPackages();
const require = createRequire(import.meta.url);

/** What the native library's binding offers besides its documented interface. */
interface NativeBinding {
  getNodeTypeNamesById(language: unknown): readonly (string | null)[];
  getNodeFieldNamesById(language: unknown): readonly (string | null)[];
}

interface Native {
  readonly Parser: typeof NativeParser;
  readonly binding: NativeBinding;
}

interface Captured {
  readonly captures: readonly {
    readonly name: string;
    readonly node: { readonly startIndex: number; readonly endIndex: number; readonly type: string };
  }[];
}

/** The captures of all matches as text, sorted; both sides count offsets in UTF-16 units. */
function captureLines(matches: readonly Captured[]): string[] {
  return matches
    .flatMap(({ captures }) => captures)
    .map(({ name, node }) => `${node.startIndex}-${node.endIndex} @${name} ${node.type}`)
    .sort();
}

async function nativeLanguage(name: GrammarName): Promise<NativeParser.Language> {
  const { native, export: exported } = packages[name];
  const module = (await import(native)) as Record<string, unknown>;
  const found = (module.default ?? module) as Record<string, unknown>;
  return (exported === undefined ? found : found[exported]) as NativeParser.Language;
}

function versionOf(name: string): string {
  const file = path.join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

describe('grammars', () => {
  let native: Native;
  const compared: string[] = [];
  const notLoaded: string[] = [];
  const failed: string[] = [];

  before(async () => {
    const build = ensureNativeTreeSitter();
    const module = (await import('tree-sitter')) as unknown as { default: typeof NativeParser };
    const load = require('node-gyp-build') as (folder: string) => NativeBinding;
    native = { Parser: module.default, binding: load(path.join(root, 'node_modules/tree-sitter')) };
    console.log(`The native tree-sitter ${versionOf('tree-sitter')} is ${build}.`);
    await Parser.init();
  });

  after(() => {
    console.log(`Compared with their native grammars: ${compared.join(', ')}.`);
    console.log(`Not loaded natively: ${notLoaded.join('; ') || 'none'}.`);
    if (failed.length > 0) console.log(`Different: ${failed.join(', ')}.`);
  });

  for (const name of grammarNames) {
    it(`captures what the native grammar captures: ${name}`, async () => {
      let language: NativeParser.Language;
      const parser = new native.Parser();
      try {
        language = await nativeLanguage(name);
        parser.setLanguage(language);
      } catch (error) {
        notLoaded.push(`${name} (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`);
        return;
      }
      const shipped = await Language.load(readFileSync(path.join(grammarsFolder, name, 'grammar.wasm')));
      failed.push(name);
      sameLanguage(name, shipped, language, native.binding);
      const { files, captures } = compare(name, shipped, language, parser);
      assert.ok(files >= 2 && captures > 0);
      failed.pop();
      const { wasm, native: from } = packages[name];
      const origin = packageOf(wasm) === from ? '' : `${packageOf(wasm)} ${versionOf(packageOf(wasm))} with `;
      compared.push(`${name} (${origin}${from} ${versionOf(from)}: ${files} files, ${captures} captures)`);
    });
  }

  it('compares every grammar but those that do not load natively', () => {
    assert.equal(compared.length + notLoaded.length, grammarNames.length);
    assert.ok(compared.length >= 20, notLoaded.join('; '));
  });
});

/** Fails where a WebAssembly file was built from other sources than the native grammar: other symbols or fields. */
function sameLanguage(name: GrammarName, shipped: Language, language: unknown, binding: NativeBinding): void {
  const names = (all: readonly (string | null)[]): string[] =>
    [...new Set(all)].filter((one) => one != null).sort();
  const ids = Array.from({ length: shipped.nodeTypeCount }, (_, id) => id);
  // The binding has no names of punctuation.
  const named = ids.filter((id) => shipped.nodeTypeIsNamed(id) && shipped.nodeTypeIsVisible(id));
  const hint = `${packages[name].wasm} is not of the version of ${packages[name].native}`;
  assert.deepEqual(
    names(named.map((id) => shipped.nodeTypeForId(id))),
    names(binding.getNodeTypeNamesById(language)),
    hint,
  );
  assert.deepEqual(names(shipped.fields), names(binding.getNodeFieldNamesById(language)), hint);
}

/** Compares the trees and captures of real files; how many files and captures there were. */
function compare(
  name: GrammarName,
  shipped: Language,
  language: NativeParser.Language,
  parser: NativeParser,
): { files: number; captures: number } {
  const wasmParser = new Parser().setLanguage(shipped);
  const queries = queryNames.map((query) => {
    const source = readFileSync(path.join(root, 'grammars', name, `${query}.scm`), 'utf8');
    const Native = parser.constructor as typeof NativeParser;
    return { query, wasm: new Query(shipped, source), native: new Native.Query(language, source) };
  });
  let files = 0;
  let captures = 0;
  for (const { file, text } of filesFor(name)) {
    const tree = wasmParser.parse(text);
    const nativeTree = parser.parse(text, null, { bufferSize: 2 * text.length + 2 });
    assert.ok(tree);
    if (!tree.rootNode.hasError && !nativeTree.rootNode.hasError) {
      files += 1;
      assert.equal(tree.rootNode.toString(), nativeTree.rootNode.toString(), `the tree of ${file}`);
      for (const { query, wasm, native } of queries) {
        const found = captureLines(wasm.matches(tree.rootNode));
        assert.deepEqual(found, captureLines(native.matches(nativeTree.rootNode)), `${query} of ${file}`);
        captures += found.length;
      }
    }
    tree.delete();
  }
  for (const { wasm } of queries) wasm.delete();
  wasmParser.delete();
  return { files, captures };
}
