import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, calls, describedModel, promptTokens, says, tokensOf } from '../../../../support/chatPorts.ts';
import { textOf, TurnWorld } from '../../../../support/chatTurn.ts';

const files = { 'src/counter.ts': 'let count = 0;\nexport function add() {\n  count += 1;\n}\n' };

describe('the tools of an answer', () => {
  it('are called, shown and answered, and what they read may be cited', async () => {
    const world = new TurnWorld({ files });
    const search = call('search', { text: 'add' });
    const read = call('read_file', { path: 'src/counter.ts' });
    const script = [calls(search), calls(read), says('It is `src/counter.ts:2-4`.')];
    world.model.script = [...script];
    const answer = await world.ask('Where is add?');
    assert.deepEqual(
      answer.steps.map((step) =>
        step.kind === 'tool' ? [step.call.name, step.result?.split('\n')[0]] : step.text,
      ),
      [
        ['search', 'src/counter.ts:2: export function add() {'],
        ['read_file', 'src/counter.ts:1-4'],
        'It is `src/counter.ts:2-4`.',
      ],
    );
    assert.deepEqual(
      world.of('returned').map(({ callId }) => callId),
      [search.id, read.id],
    );
    assert.equal(answer.citations[0]?.verified, true);
    assert.equal(answer.tokens?.generated, tokensOf('It is `src/counter.ts:2-4`.'));
    const [first, second, third] = world.model.asked.map(({ messages }) => messages);
    assert.deepEqual(second?.slice(0, first?.length), first);
    assert.deepEqual(third?.slice(0, second?.length), second);
    assert.deepEqual(
      third?.slice(-4).map(({ role }) => role),
      ['assistant', 'tool', 'assistant', 'tool'],
    );
  });

  it('gives several calls of one breath together, and the next question finds the same beginning', async () => {
    const world = new TurnWorld({ files });
    const both = [call('search', { text: 'add' }), call('search', { text: 'count' })];
    world.model.script = [calls(...both), says('Here.'), says('There.')];
    await world.ask('Where?');
    await world.ask('And?');
    const [, second, third] = world.model.asked.map(({ messages }) => messages);
    assert.deepEqual(second?.at(-3)?.toolCalls, both);
    assert.deepEqual(third?.slice(0, second?.length), second);
  });

  it('say what is wrong with a call, and the model goes on', async () => {
    const world = new TurnWorld({ files });
    world.model.script = [calls(call('delete_file', {}), call('search', '{')), says('Well.')];
    const answer = await world.ask('Delete it.');
    const results = answer.steps.flatMap((step) => (step.kind === 'tool' ? [step.result] : []));
    assert.match(results[0] ?? '', /There is no tool "delete_file"/);
    assert.match(results[1] ?? '', /no JSON object/);
    assert.equal(textOf(answer), 'Well.');
  });

  it('are taken away after eight calls, for one last answer', async () => {
    const world = new TurnWorld({ files });
    let search = 0;
    world.model.script = Array.from({ length: 9 }, () =>
      calls(call('search', { text: `text ${(search += 1)}` })),
    );
    world.model.script.push(says('That is all I know.'));
    const answer = await world.ask('Where?');
    assert.equal(answer.reason, 'tool-limit');
    assert.equal(answer.state, 'done');
    assert.match(answer.message ?? '', /called 8 times/);
    assert.equal(textOf(answer), 'That is all I know.');
    assert.equal(world.model.asked.length, 10);
    assert.deepEqual(world.model.asked.at(-1)?.tools, []);
    const results = answer.steps.flatMap((step) => (step.kind === 'tool' ? [step.result ?? ''] : []));
    assert.deepEqual(
      results.map((result) => result.startsWith('Not called')),
      [...Array<boolean>(8).fill(false), true],
    );
  });

  it('are taken away from a model that makes the same call again and again', async () => {
    const world = new TurnWorld({ files });
    world.model.script = [1, 2, 3].map(() => calls(call('search', { text: 'add' })));
    world.model.script.push(says('So.'));
    const answer = await world.ask('Where?');
    assert.equal(answer.reason, 'tool-limit');
    assert.match(answer.message ?? '', /called search in the same way/);
    assert.equal(world.model.asked.length, 4);
  });

  it('ignore calls that are made without them', async () => {
    const world = new TurnWorld({ files, settings: { tools: false } });
    world.model.script = [{ events: [{ kind: 'tool-call', call: call('search', {}) }, ...says('x').events] }];
    const answer = await world.ask('Where?');
    assert.deepEqual(answer.steps, [{ kind: 'text', text: 'x' }]);
    assert.equal(world.of('called').length, 0);
  });

  it('are not offered to a model that can call none, nor in a small window', async () => {
    for (const more of [{ tools: false }, { contextTokens: 4095 }]) {
      const world = new TurnWorld({ files });
      world.model.description = { ...describedModel, ...more };
      await world.ask('Where?');
      assert.deepEqual(world.model.asked[0]?.tools, []);
    }
  });

  it('give only what has room in the window', async () => {
    const long = Array.from({ length: 4000 }, (_, index) => `let name${index} = ${index};`).join('\n');
    const world = new TurnWorld({ files: { 'long.ts': long } });
    let line = 1;
    world.model.script = Array.from({ length: 8 }, () =>
      calls(call('read_file', { path: 'long.ts', start_line: (line += 400) })),
    );
    world.model.withoutTools = says('Long.');
    const answer = await world.ask('What is in it?');
    for (const { messages, tools, maxTokens } of world.model.asked)
      assert.ok(promptTokens(messages, tools) + maxTokens <= 4096);
    assert.equal(answer.reason, 'tool-limit');
    assert.match(answer.message ?? '', /no room for more of what the tools give/);
    assert.equal(textOf(answer), 'Long.');
  });

  it('stop where the user stops', async () => {
    const controller = new AbortController();
    const search = (): Promise<never> => {
      controller.abort();
      return new Promise(() => undefined);
    };
    const world = new TurnWorld({ files, workspace: { search } });
    world.model.script = [calls(call('search', { text: 'add' })), says('Never.')];
    const answer = await world.ask('Where?', { signal: controller.signal });
    assert.equal(answer.state, 'stopped');
    assert.equal(world.model.asked.length, 1);
    assert.equal(world.of('returned').length, 0);
  });
});
