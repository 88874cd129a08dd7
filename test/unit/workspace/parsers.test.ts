import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { grammarNames } from '../../../src/core/syntax/languages.ts';
import { cutWindow } from '../../../src/core/text/window.ts';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { Syntax } from '../../../src/workspace/syntax.ts';
import { grammarsFolder, shippedParsers } from '../../support/grammars.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

describe('Parsers', () => {
  for (const name of grammarNames) {
    it(`has every query of ${name}`, async () => {
      const grammar = await parsers.grammar(name === 'tsx' ? 'tsx' : name === 'bash' ? 'sh' : name);
      assert.equal(grammar?.name, name);
      for (const query of ['facts', 'scopes', 'blocks', 'documentation'] as const) {
        assert.ok(grammar[query].captureNames.length > 0, query);
        assert.equal(grammar[query], grammar[query]);
      }
    });
  }

  it('parses Kotlin that ends in an annotation, which its scanner never finishes by itself', async () => {
    const grammar = await parsers.grammar('kotlin');
    assert.ok(grammar !== null);
    for (const end of ['@', '@file:x', '@Inject', '@x(y', '@/*']) {
      const tree = parsers.parseWith(grammar, `class A\n${end}`);
      const again = parsers.parseWithin(grammar, `val a = 1\n${end}`, 1000);
      assert.ok(tree !== null && again !== null && again !== 'slow', end);
      assert.equal(tree.rootNode.namedChildren[0]?.type, 'class_declaration');
      tree.delete();
      again.delete();
    }
  });

  it('counts a grammar with a broken query as none, and says so once', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-grammars-'));
    cpSync(path.join(grammarsFolder, 'tree-sitter.wasm'), path.join(folder, 'tree-sitter.wasm'));
    cpSync(path.join(grammarsFolder, 'json'), path.join(folder, 'json'), { recursive: true });
    writeFileSync(path.join(folder, 'json/imports.scm'), '(no_such_node) @import');
    const messages: string[] = [];
    const broken = new Parsers(folder, (message) => messages.push(message));
    assert.equal(await broken.grammar('json'), null);
    assert.equal(await broken.grammar('json'), null);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', /grammar json can't be used.*no_such_node/);
    await broken.dispose();
    rmSync(folder, { recursive: true });
  });
});

describe('Parsers.parseWithin', () => {
  const long = 'const a = [1, 2, 3].map((x) => x + 1);\n'.repeat(2_000);

  it('gives up where its time is over, and parses the next text from its beginning', async () => {
    let looks = 0;
    const clocked = new Parsers(grammarsFolder, undefined, { now: () => 10 * looks++ });
    const grammar = await clocked.grammar('typescript');
    assert.ok(grammar);
    assert.equal(clocked.parseWithin(grammar, long, 25), 'slow');
    // One look at the beginning, and one after 10, 20 and 30 milliseconds.
    assert.equal(looks, 4);
    const tree = clocked.parseWithin(grammar, 'let b;', 25);
    assert.ok(tree !== null && tree !== 'slow');
    assert.equal(
      tree.rootNode.toString(),
      '(program (lexical_declaration (variable_declarator name: (identifier))))',
    );
    tree.delete();
    await clocked.dispose();
  });

  it('gives the tree that parse gives where there is time', async () => {
    const clocked = new Parsers(grammarsFolder, undefined, { now: () => 0 });
    const grammar = await clocked.grammar('typescript');
    assert.ok(grammar);
    const tree = clocked.parseWithin(grammar, long, 1);
    const whole = clocked.parseWith(grammar, long);
    assert.ok(tree !== null && tree !== 'slow' && whole !== null);
    assert.equal(tree.rootNode.toString(), whole.rootNode.toString());
    assert.equal(clocked.parses, 2);
    tree.delete();
    whole.delete();
    await clocked.dispose();
  });
});

describe('Syntax in a language that is not judged while typing', () => {
  const text = 'class A {\n  int x;\n  int f() {\n    return x;\n  }\n}\n';
  const document = { document: 'a', version: 1, languageId: 'java', text };

  it('knows anchors and facts, but neither where a completion ends nor whether it fits', async () => {
    const syntax = new Syntax(parsers);
    const window = cutWindow(text, text.indexOf('return'), { before: 1000, after: 1000 });
    assert.deepEqual(await syntax.anchors(document, window), [0, text.indexOf('  int f')]);
    const facts = await syntax.facts(document);
    assert.deepEqual(
      facts?.definitions.map(({ name }) => name),
      ['A', 'x', 'f'],
    );
    const place = { offset: text.indexOf('return') };
    assert.equal(await syntax.end(document, place, 'return 1;\n', true), null);
    assert.equal(await syntax.check(document, place, [{ text: '}}}', replaceRight: 0 }]), null);
    syntax.dispose();
  });
});

describe('Parsers.factsWithin', () => {
  it('gives up where its time is over, and matches the next tree whole', async () => {
    let looks = 0;
    const parserOf = await parsers.grammar('typescript');
    assert.ok(parserOf);
    const clocked = new Parsers(grammarsFolder, undefined, { now: () => 10 * looks++ });
    const grammar = await clocked.grammar('typescript');
    assert.ok(grammar);
    const long = parsers.parseWith(
      parserOf,
      'export function a(b: number) { return [b].map((x) => x); }\n'.repeat(500),
    );
    assert.ok(long);
    assert.equal(clocked.factsWithin(grammar, long, 25), 'slow');
    assert.equal(looks, 4);
    const short = parsers.parseWith(parserOf, 'export function a() {}');
    assert.ok(short);
    assert.deepEqual(clocked.factsWithin(grammar, short, 25), grammar.facts.matches(short.rootNode));
    long.delete();
    short.delete();
    await clocked.dispose();
  });
});
