import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingsToUse, settingsWithout } from '../../../../src/vscode/models/roleSettings.ts';
import { Wishes } from '../../../../src/vscode/models/wishes.ts';
import { installedRow } from '../../../support/modelRows.ts';

const coder = installedRow('/coder.gguf', { roles: ['completion'] });
const talker = installedRow('/talker.gguf', { roles: ['completion', 'chat'] });
const starter = installedRow('/starter.gguf', { source: 'starter', roles: ['completion'] });

describe('the settings that make a model the one for a role', () => {
  const fresh = { rows: [{ ...starter, inUse: ['completion'] as const }, coder, talker], chatSetting: '' };

  it('name its path', () => {
    assert.deepEqual(settingsToUse(coder, ['completion'], fresh), { 'model.completion': '/coder.gguf' });
    assert.deepEqual(settingsToUse(talker, ['chat'], fresh), { 'model.chat': '/talker.gguf' });
  });

  it('are empty for the starter', () => {
    assert.deepEqual(settingsToUse(starter, ['completion'], fresh), { 'model.completion': undefined });
  });

  it('let chat follow the completion where one model does both', () => {
    assert.deepEqual(settingsToUse(talker, ['completion', 'chat'], fresh), {
      'model.completion': '/talker.gguf',
      'model.chat': undefined,
    });
  });

  it('keep the model that chats when the next one for completion can not', () => {
    const shared = { rows: [{ ...talker, inUse: ['completion', 'chat'] as const }, coder], chatSetting: '' };
    assert.deepEqual(settingsToUse(coder, ['completion'], shared), {
      'model.completion': '/coder.gguf',
      'model.chat': '/talker.gguf',
    });
  });

  it('leave chat alone where it has a model of its own, or where the next one can chat too', () => {
    const own = { rows: [{ ...talker, inUse: ['chat'] as const }, coder], chatSetting: '/talker.gguf' };
    assert.deepEqual(settingsToUse(coder, ['completion'], own), { 'model.completion': '/coder.gguf' });
    const other = installedRow('/other.gguf', { roles: ['completion', 'chat'] });
    const shared = { rows: [{ ...talker, inUse: ['completion', 'chat'] as const }, other], chatSetting: ' ' };
    assert.deepEqual(settingsToUse(other, ['completion'], shared), { 'model.completion': '/other.gguf' });
  });

  it('say nothing for no role', () => assert.deepEqual(settingsToUse(coder, [], fresh), {}));
});

describe('the settings without a model that goes', () => {
  it('are the defaults for what it did', () => {
    const both = { ...talker, inUse: ['completion', 'chat'] as const };
    assert.deepEqual(settingsWithout(both, '/talker.gguf'), {
      'model.completion': undefined,
      'model.chat': undefined,
    });
    assert.deepEqual(settingsWithout(both, ''), { 'model.completion': undefined });
    assert.deepEqual(settingsWithout(coder, ''), {});
  });
});

describe('what a model is wanted for', () => {
  function memory(kept?: unknown) {
    const values = new Map<string, unknown>();
    if (kept !== undefined) values.set('hearth.useWhenFetched', kept);
    return {
      get: (key: string) => values.get(key),
      update: (key: string, value: unknown) => {
        values.set(key, value);
        return Promise.resolve();
      },
    };
  }

  it('is remembered over a restart, and forgotten once it is done', async () => {
    const kept = memory();
    await new Wishes(kept).add('a:Q4', ['completion', 'chat']);
    await new Wishes(kept).add('b:Q4', ['chat']);
    assert.deepEqual(await new Wishes(kept).take('a:Q4'), ['completion', 'chat']);
    assert.deepEqual(await new Wishes(kept).take('a:Q4'), []);
    assert.deepEqual(await new Wishes(kept).take('b:Q4'), ['chat']);
  });

  it('is nothing where something else was kept', async () => {
    for (const kept of [null, 'text', { 'a:Q4': 'chat' }, { 'a:Q4': ['painting'] }])
      assert.deepEqual(await new Wishes(memory(kept)).take('a:Q4'), []);
  });
});
