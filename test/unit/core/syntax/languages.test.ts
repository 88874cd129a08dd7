import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grammarFor, grammarNames, judgedWhileTyping } from '../../../../src/core/syntax/languages.ts';

describe('grammarFor', () => {
  const known: [grammar: string, languages: string][] = [
    ['typescript', 'typescript ts mts cts'],
    ['tsx', 'typescriptreact tsx'],
    ['javascript', 'javascript javascriptreact js mjs cjs jsx'],
    ['python', 'python py pyi'],
    ['go', 'go'],
    ['rust', 'rust rs'],
    ['java', 'java'],
    ['c', 'c'],
    ['cpp', 'cpp cc cxx h hpp hh hxx'],
    ['csharp', 'csharp cs'],
    ['ruby', 'ruby rb'],
    ['php', 'php'],
    ['kotlin', 'kotlin kt kts'],
    ['swift', 'swift'],
    ['scala', 'scala sc'],
    ['lua', 'lua'],
    ['bash', 'shellscript bash sh zsh'],
    ['html', 'html htm'],
    ['css', 'css'],
    ['json', 'json jsonc'],
    ['yaml', 'yaml yml'],
    ['toml', 'toml'],
  ];
  for (const [grammar, languages] of known) {
    it(`finds ${grammar} by ${languages}`, () => {
      for (const language of languages.split(' ')) assert.equal(grammarFor(language), grammar);
    });
  }

  it('knows every grammar', () => {
    assert.deepEqual(
      known.map(([grammar]) => grammar),
      [...grammarNames],
    );
  });

  it('has none for others', () => {
    for (const language of ['', 'markdown', 'md', 'constructor', 'TS']) {
      assert.equal(grammarFor(language), null);
    }
  });
});

describe('judgedWhileTyping', () => {
  it('holds for the languages of the tables of statements alone', () => {
    const judged = grammarNames.filter(judgedWhileTyping);
    assert.deepEqual(judged, ['typescript', 'tsx', 'javascript', 'python', 'go', 'rust']);
  });
});
