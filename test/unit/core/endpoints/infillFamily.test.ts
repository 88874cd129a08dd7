import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  familyById,
  familyByTemplate,
  familyByVocabulary,
} from '../../../../src/core/endpoints/infillFamily.ts';
import { fimFamilies, nextEditTokens } from '../../../../src/core/prompt/families.ts';
import { family, vocabularyOf } from '../../../support/tokenizer.ts';

describe('the family of a server’s model', () => {
  it('is found in its vocabulary, each family in its own', () => {
    for (const known of fimFamilies) {
      const found = familyByVocabulary(new Set(vocabularyOf(known)), known.architecture ?? null);
      assert.equal(found?.id, known.id);
    }
    assert.equal(familyByVocabulary(new Set(['<|im_start|>']), null), null);
    // Models that rewrite a region have the markers, but use them in another way.
    const next = [...vocabularyOf(family('qwen-coder')), ...nextEditTokens.slice(0, 1)];
    assert.equal(familyByVocabulary(new Set(next), null), null);
  });

  it('is found in a template where that leaves one', () => {
    const fim = '<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>';
    const star = '<fim_prefix>{{ .Prompt }}<fim_suffix>{{ .Suffix }}<fim_middle>';
    const cases: [string, string | null, string | null][] = [
      [fim, 'qwen2', 'qwen-coder'],
      [fim, 'qwen3moe', 'qwen-coder'],
      [fim, 'gemma', 'codegemma'],
      [fim, 'granitehybrid', 'granite-4'],
      // Somebody's, whose other tokens nobody told of.
      [fim, 'llama', null],
      [fim, null, null],
      [star, 'starcoder2', 'starcoder2'],
      [star, 'llama', null],
      ['<｜fim▁begin｜>{{ .Prompt }}<｜fim▁hole｜>{{ .Suffix }}<｜fim▁end｜>', 'deepseek2', 'deepseek-coder'],
      ['[SUFFIX]{{ .Suffix }}[PREFIX]{{ .Prompt }}', 'llama', 'codestral'],
      ['<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>', 'llama', null],
      ['{{ .Prompt }}', 'qwen2', null],
    ];
    for (const [template, architecture, id] of cases) {
      assert.equal(
        familyByTemplate(template, architecture)?.id ?? null,
        id,
        `${template} of ${architecture}`,
      );
    }
  });

  it('is known by its id', () => {
    assert.equal(familyById('mellum'), family('mellum'));
    assert.equal(familyById('none'), null);
    assert.equal(familyById(null), null);
  });
});
