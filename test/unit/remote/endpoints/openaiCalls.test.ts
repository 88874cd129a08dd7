import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ToolCall } from '../../../../src/core/chat/types.ts';
import { chatCall, question } from '../../../support/endpoints.ts';
import { OpenAiWorld, chunk } from '../../../support/fakeServers/openAiWorld.ts';

let world: OpenAiWorld;
beforeEach(async () => {
  world = await OpenAiWorld.start();
});
afterEach(() => world.stop());

/** A fragment of a call: its number, what it says of it, and its text. */
type Fragment = readonly [index: number | undefined, head: { id?: string; name?: string }, text: string];

describe('calls of tools in fragments', () => {
  /** The calls that come of fragments, each list of them in one event. */
  const calls = async (...events: readonly (readonly Fragment[])[]): Promise<readonly ToolCall[]> => {
    const chunks = events.map((fragments) =>
      chunk({
        delta: {
          tool_calls: fragments.map(([index, { id, name }, text]) => ({
            ...{ index, id },
            function: { name, arguments: text },
          })),
        },
      }),
    );
    world.serve([...chunks, chunk({ delta: {}, finish_reason: 'tool_calls' }), '[DONE]']);
    return (await world.api().chat(question(), chatCall())).toolCalls;
  };
  const f = { id: 'a', name: 'f' };
  const g = { id: 'b', name: 'g' };
  const both: readonly ToolCall[] = [
    { ...f, arguments: '{"x":1}' },
    { ...g, arguments: '{"y":2}' },
  ];

  it('are told apart where they come in turns', async () => {
    const turns = await calls(
      [[0, f, '']],
      [[1, g, '']],
      [[0, {}, '{"x"']],
      [[1, {}, '{"y"']],
      [[0, {}, ':1}']],
      [[1, {}, ':2}']],
    );
    assert.deepEqual(turns, both);
  });

  it('are told apart where one event begins several', async () => {
    const begun = await calls(
      [
        [0, f, '{"x"'],
        [1, g, '{"y"'],
      ],
      [
        [0, {}, ':1}'],
        [1, {}, ':2}'],
      ],
    );
    assert.deepEqual(begun, both);
  });

  it('are one where each fragment has an id of its own, the first of which holds', async () => {
    const one = await calls([[0, f, '']], [[0, { id: 'a2' }, '{"x"']], [[0, { id: 'a3' }, ':1}']]);
    assert.deepEqual(one, [both[0]]);
  });

  it('are one where the name comes again with each fragment', async () => {
    assert.deepEqual(await calls([[0, f, '{"x"']], [[0, f, ':1}']]), [both[0]]);
    assert.deepEqual(await calls([[undefined, f, '{"x"']], [[undefined, f, ':1}']]), [both[0]]);
  });

  it('are several where all have the first number, or none', async () => {
    assert.deepEqual(await calls([[0, f, '{"x":1}']], [[0, g, '{"y":2}']]), both);
    assert.deepEqual(
      await calls([
        [undefined, f, '{"x":1}'],
        [undefined, g, '{"y":2}'],
      ]),
      both,
    );
    assert.deepEqual(await calls([[0, f, '{"x"']], [[undefined, {}, ':1}']], [[1, g, '{"y":2}']]), both);
  });
});
