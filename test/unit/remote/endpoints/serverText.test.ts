import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { serverText, withoutKeys } from '../../../../src/remote/endpoints/serverText.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_'];
const keys = fc
  .array(fc.constantFrom(...letters), { minLength: 16, maxLength: 60 })
  .map((parts) => `sk-${parts.join('')}`);

describe('what a server says', () => {
  it('never has six characters of the key, wherever it is put', () => {
    fc.assert(
      fc.property(keys, fc.nat(), fc.nat(), fc.string(), fc.string(), (key, from, length, before, after) => {
        const at = from % key.length;
        const part = key.slice(at, at + 6 + (length % key.length));
        const body = JSON.stringify({
          error: { message: `${before} "${part}" ${after} ${encodeURIComponent(key)}` },
        });
        const text = serverText(body, key);
        for (let start = 0; start + 6 <= key.length; start += 1) {
          const piece = key.slice(start, start + 6);
          assert.ok(
            !text.includes(piece) || before.includes(piece) || after.includes(piece),
            `${text} has ${piece}`,
          );
        }
      }),
    );
  });

  it('keeps words, names of models and addresses', () => {
    for (const text of [
      'The model `Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf` was not found at api.openai.com, try hf.co/unsloth/gpt-oss-20b',
      'max_completion_tokens is not supported with this model, waiting... try again',
      'registry.ollama.ai/library/llama3:latest does not support tools',
    ]) {
      assert.equal(withoutKeys(text, 'sk-zzzzzz-0000'), text);
    }
  });

  it('loses keys of others and what looks like one', () => {
    assert.equal(withoutKeys('got sk-proj-abcd1234efgh5678', null), 'got [key]');
    assert.equal(withoutKeys('got AIzaSyA1234567890abcdefg', null), 'got [key]');
    assert.equal(withoutKeys('key abcd****wxyz or xx...yy12', null), 'key [key] or [key]');
    assert.equal(withoutKeys('id 0123456789abcdef0123456789abcdef', null), 'id [key]');
  });
});
