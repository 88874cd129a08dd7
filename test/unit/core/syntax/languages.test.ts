import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grammarFor } from '../../../../src/core/syntax/languages.ts';

describe('grammarFor', () => {
  const known: [grammar: string, languages: string][] = [
    ['typescript', 'typescript ts mts cts'],
    ['tsx', 'typescriptreact tsx'],
    ['javascript', 'javascript javascriptreact js mjs cjs jsx'],
    ['python', 'python py pyi'],
    ['go', 'go'],
    ['rust', 'rust rs'],
  ];
  for (const [grammar, languages] of known) {
    it(`finds ${grammar} by ${languages}`, () => {
      for (const language of languages.split(' ')) assert.equal(grammarFor(language), grammar);
    });
  }

  it('has none for others', () => {
    for (const language of ['', 'markdown', 'constructor', 'TS']) assert.equal(grammarFor(language), null);
  });
});
