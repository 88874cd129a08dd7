import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outputFormat } from '../../../../../src/core/chat/output/format.ts';
import { templates, type Family } from './answers.ts';

const none = () => false;

describe('the format of a template', () => {
  const abilities: [Family, tools: boolean, thinking: boolean][] = [
    ['plain', false, false],
    ['qwen', true, true],
    ['coder', true, false],
    ['glm', true, true],
    ['mistral', true, true],
    ['llama', true, false],
    ['deepSeek', true, true],
    ['granite', true, false],
    ['gemma', true, true],
    ['harmony', true, true],
  ];
  for (const [family, tools, thinking] of abilities) {
    it(`${family}: tools ${String(tools)}, thinking ${String(thinking)}`, () => {
      const format = outputFormat(templates[family], none);
      assert.deepEqual([format.tools, format.thinking], [tools, thinking]);
    });
  }

  it('has no tools where the template only shows calls, or takes tools in an unknown format', () => {
    assert.equal(outputFormat('{{ message.content }}<｜tool▁call▁begin｜>', none).tools, false);
    assert.equal(outputFormat('{% if tools %}Write ```tool_code{% endif %}', none).tools, false);
    assert.equal(outputFormat('Ask for tools. <tool_call>', none).tools, false);
  });

  it('without a template is known by the vocabulary', () => {
    const format = outputFormat(null, (token) => token === '[THINK]');
    assert.deepEqual([format.tools, format.thinking], [false, true]);
    assert.equal(outputFormat(null, none).thinking, false);
  });

  it('begins inside of thinking where the prompt ends so', () => {
    const qwen = outputFormat(templates.qwen, none);
    assert.equal(qwen.beginsThinking('<|im_start|>assistant\n<think>\n'), true);
    assert.equal(qwen.beginsThinking('<|im_start|>assistant\n<think>\n\n</think>\n\n'), false);
    assert.equal(qwen.beginsThinking('<think> is a tag<|im_end|>\n<|im_start|>assistant\n'), false);
    const harmony = outputFormat(templates.harmony, none);
    assert.equal(harmony.beginsThinking('<|start|>assistant'), false);
    assert.equal(harmony.beginsThinking('<|start|>assistant<|channel|>analysis<|message|>'), true);
  });

  it('gets to the answer itself without a thought', () => {
    const qwen = outputFormat(templates.qwen, none);
    assert.equal(qwen.answerHead('<|im_start|>assistant\n<think>\n'), '\n</think>\n\n');
    assert.equal(qwen.answerHead('<|im_start|>assistant\n<think>\n\n</think>\n\n'), '');
    assert.equal(qwen.answerHead('<|im_start|>assistant\n'), '');
    const harmony = outputFormat(templates.harmony, none);
    const final = '<|channel|>final<|message|>';
    assert.equal(harmony.answerHead('<|start|>assistant'), final);
    assert.equal(harmony.answerHead(`<|start|>assistant${final}`), '');
    assert.equal(
      harmony.answerHead('<|start|>assistant<|channel|>analysis<|message|>'),
      `<|end|><|start|>assistant${final}`,
    );
  });
});
