import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { blocksOf } from '../../../../src/core/syntax/blocks.ts';
import { documentationOf, longestDocumentation } from '../../../../src/core/syntax/documentation.ts';
import { importedModules } from '../../../../src/core/syntax/imports.ts';
import { grammarFor, grammarNames } from '../../../../src/core/syntax/languages.ts';
import { longestSignature, outline } from '../../../../src/core/syntax/outline.ts';
import { Parsers } from '../../../../src/workspace/parsers.ts';
import { grammarsFolder, shippedParsers } from '../../../support/grammars.ts';
import { describeFile, languageFixtures } from '../../../support/languageFixtures.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());
const fixtures = languageFixtures();
/** A clock that goes on with each look at it, and how many looks a parse may take: a usual one takes some tens. */
let ticks = 0;
const counted = new Parsers(grammarsFolder, (message) => assert.fail(message), { now: () => (ticks += 1) });
const mostTicks = 2_000;
after(() => counted.dispose());

describe('what is found in a file of each language', () => {
  it('is recorded for every grammar', () => {
    assert.deepEqual(fixtures.map(({ grammar }) => grammar).sort(), [...grammarNames].sort());
  });

  for (const { grammar, extension, text, expected } of fixtures) {
    it(`is as recorded: ${grammar}`, async () => {
      assert.equal(grammarFor(extension), grammar);
      assert.deepEqual(await describeFile(parsers, extension, text), expected);
    });

    it(`is the same in a file with CRLF: ${grammar}`, async () => {
      // A macro's text is all of the rest of its line.
      const written = await describeFile(parsers, extension, text.replaceAll('\n', '\r\n'));
      assert.deepEqual(written, expected);
    });
  }
});

describe('what is found in a broken file', () => {
  for (const { grammar: name, extension, text } of fixtures) {
    it(`lies in it, in order, whatever is cut out or put in: ${name}`, async () => {
      const grammar = await counted.grammar(extension);
      assert.ok(grammar);
      const offset = fc.nat({ max: text.length });
      const inserted = fc.constantFrom(
        '',
        '{',
        '}',
        '(',
        '"',
        '/*',
        '\n',
        '\r',
        '😀',
        'class ',
        'export ',
        '@',
      );
      fc.assert(
        fc.property(offset, fc.nat({ max: 200 }), inserted, (at, length, put) => {
          const broken = text.slice(0, at) + put + text.slice(at + length);
          const tree = counted.parseWithin(grammar, broken, mostTicks);
          // Some broken files keep a parser busy for minutes: those are given up, here as in the index.
          if (tree === 'slow') return;
          assert.ok(tree);
          const facts = grammar.facts.matches(tree.rootNode);
          const definitions = outline(broken, facts);
          const said = documentationOf(broken, grammar.documentation.matches(tree.rootNode), definitions);
          const imports = importedModules(broken, facts);
          const blocks = blocksOf(grammar.blocks.matches(tree.rootNode), broken);
          tree.delete();
          const lines = broken.split('\n').length;
          definitions.forEach((one, index) => {
            assert.ok(one.name !== '' && one.signature.length <= longestSignature);
            assert.ok(one.start <= one.end && one.end <= broken.length);
            assert.ok(one.startLine >= 1 && one.startLine <= one.endLine && one.endLine <= lines);
            assert.ok((said[index] ?? '').length <= longestDocumentation);
          });
          for (const { start, end } of imports) assert.ok(start <= end && end <= broken.length);
          for (const { startLine, endLine } of blocks) assert.ok(startLine <= endLine && endLine <= lines);
        }),
        { numRuns: 40 },
      );
    });
  }
});
