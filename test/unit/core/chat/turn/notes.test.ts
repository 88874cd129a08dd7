import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, calls, describedModel, promptTokens, says } from '../../../../support/chatPorts.ts';
import { TurnWorld } from '../../../../support/chatTurn.ts';

const files = { 'src/counter.ts': 'let count = 0;\n' };

describe('the note below an answer', () => {
  it('says that a question had no room beside the tools, which are given up', async () => {
    const world = new TurnWorld({ settings: { contextTokens: 4096 } });
    await world.ask('Why?');
    assert.ok((world.model.asked[0]?.tools.length ?? 0) > 0);
    const answer = await world.ask('why '.repeat(2700));
    assert.equal(answer.reason, 'end');
    assert.deepEqual(world.model.asked[1]?.tools, []);
    assert.match(answer.message ?? '', /no room for the tools\.$/);
  });

  it('says that the map and the instructions had no room beside a large question', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `  map ${index}`).join('\n');
    const label = 'AGENTS.md';
    const instructions = { kind: 'instructions', label, place: null, language: 'md', cut: false } as const;
    const world = new TurnWorld({
      settings: { contextTokens: 4096, tools: false },
      workspace: { map: () => Promise.resolve({ text: `a.ts\n${lines}`, files: ['a.ts'], tokens: 90 }) },
      surroundings: {
        instructions: () => Promise.resolve([{ ...instructions, text: 'Be kind. '.repeat(99) }]),
      },
    });
    assert.equal((await world.ask('Why?')).message, null);
    const system = promptTokens(world.model.asked[0]?.messages.slice(0, 1) ?? [], []);
    const room = 4096 - 1024 - system;
    const noMap = await world.ask('why '.repeat(room + 40));
    assert.match(noMap.message ?? '', /no room for the map of the repository\.$/);
    const neither = await world.ask('why '.repeat(room + 250));
    assert.match(neither.message ?? '', /no room for the map of the repository and the instructions\.$/);
  });

  it('says what there is to know at every end but that by the user', async () => {
    const workspace = { retrieve: () => Promise.reject(new Error('Dead.')) };
    const world = new TurnWorld({ workspace });
    const dead = 'The repository could not be searched: Dead.';
    const error = Object.assign(new Error('The engine ended.'), { code: 'crashed' });
    world.model.script = [says('Yes.'), { events: [], error }, { events: [], hangs: true }];
    const controller = new AbortController();
    assert.equal((await world.ask('One?')).message, dead);
    assert.equal((await world.ask('Two?')).message, `The engine ended. ${dead}`);
    world.onEvent = ({ type }) => void (type === 'prefill' && controller.abort());
    assert.equal((await world.ask('Three?', { signal: controller.signal })).message, null);
    world.model.description = { code: 'no-chat-model', message: 'None is chosen.' };
    assert.equal((await world.ask('Four?')).message, `None is chosen. ${dead}`);
  });

  it('says once in a conversation what is wrong with the template of a model, however its answers end', async () => {
    const world = new TurnWorld();
    const limitation = 'This model has no chat template: it may answer poorly.';
    world.model.description = { ...describedModel, limitation };
    const controller = new AbortController();
    world.onEvent = ({ type }) => type === 'prefill' && controller.abort();
    const stopped = await world.ask('One?', { signal: controller.signal });
    assert.deepEqual([stopped.state, stopped.message], ['stopped', null]);
    assert.equal((await world.ask('Two?')).message, limitation);
    assert.equal((await world.ask('Three?')).message, null);
    world.model.description = { ...describedModel, name: 'Other 1B', fingerprint: 'other', limitation };
    assert.equal((await world.ask('Four?')).message, limitation);
  });

  it('says where the template of a model failed with this conversation only', async () => {
    const world = new TurnWorld({ files });
    const failing = { templateFailure: 'Roles must alternate' };
    world.model.script = [
      { ...calls(call('search', { text: 'count' })), ...failing },
      { ...says('Done.'), ...failing },
    ];
    const answer = await world.ask('Why?');
    assert.equal(answer.message?.match(/failed with this conversation \(Roles must alternate\)/g)?.length, 1);
    assert.equal((await world.ask('And?')).message, null);
  });
});
