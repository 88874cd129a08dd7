import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fimFamilies } from '../../../../src/core/prompt/families.ts';
import { resolveFormat } from '../../../../src/core/prompt/format.ts';
import { layoutPrompt, type PromptInput } from '../../../../src/core/prompt/layout.ts';
import { preambleLength } from '../../../../src/core/prompt/preamble.ts';
import { characterTokenizer, declaration, vocabularyOf } from '../../../support/tokenizer.ts';

const segment = { kind: 'import', path: 'b.ts', startLine: 1, endLine: 1, text: 'let other = 1;\n' };
const input: PromptInput = {
  repository: 'shop',
  path: 'current.ts',
  segments: [segment],
  prefix: 'let a = 1;\nlet b',
  suffix: ';\n',
};

describe('the preamble', () => {
  for (const family of fimFamilies) {
    it(`of ${family.id} has nothing of the current file, and is the same in another`, () => {
      const tokenizer = characterTokenizer({ special: vocabularyOf(family) });
      const format = resolveFormat(declaration({ architecture: family.architecture ?? null }), tokenizer);
      const lay = (more: Partial<PromptInput>): string => {
        const layout = layoutPrompt({ ...input, ...more }, format, tokenizer, 2000);
        return tokenizer.show(layout.tokens.slice(0, preambleLength(layout, format, tokenizer)));
      };
      const preamble = lay({});
      assert.equal(lay({ path: 'elsewhere.py', prefix: 'x = 1\ny', suffix: '' }), preamble);
      assert.ok(!preamble.includes('current.ts') && !preamble.includes('let a'), preamble);
      assert.equal(lay({ segments: [] }), '');
    });
  }

  it('of Qwen holds the repository’s name and the other files', () => {
    const family = fimFamilies.find(({ id }) => id === 'qwen-coder');
    assert.ok(family !== undefined);
    const tokenizer = characterTokenizer({ special: vocabularyOf(family) });
    const format = resolveFormat(declaration({ architecture: family.architecture ?? null }), tokenizer);
    const layout = layoutPrompt(input, format, tokenizer, 2000);
    const shown = tokenizer.show(layout.tokens.slice(0, preambleLength(layout, format, tokenizer)));
    assert.match(shown, /shop[^]*b\.ts[^]*let other = 1;/);
  });
});
