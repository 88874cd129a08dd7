import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ChatAnswer, ChatQuery } from '../../../../src/core/chat/types.ts';
import type { EndpointApiClient } from '../../../../src/remote/endpoints/api.ts';
import { partedThoughts } from '../../../../src/remote/endpoints/begunThoughts.ts';
import { chatCall, joined, question } from '../../../support/endpoints.ts';
import { OpenAiWorld, chunk, end, text } from '../../../support/fakeServers/openAiWorld.ts';

let world: OpenAiWorld;
let client: EndpointApiClient;
beforeEach(async () => {
  world = await OpenAiWorld.start();
  client = world.api();
});
afterEach(() => world.stop());

const parts = ({ reasoning, text: said }: ChatAnswer): readonly string[] => [reasoning, said];

describe('thoughts that the template of a server begins', () => {
  const thought = [text('We should'), text(' think.\n</th'), text('ink>\n\nAnswer'), end, '[DONE]'];
  const ask = async (events: readonly string[], query: Partial<ChatQuery> = {}) => {
    world.serve(events);
    const call = chatCall();
    const answer = await client.chat(question(query), call);
    return { answer, events: joined(call.events) };
  };

  it('are parted from the text at its end, and from the next answer on as they come', async () => {
    const first = await ask(thought);
    assert.deepEqual(parts(first.answer), ['We should think.', 'Answer']);
    const second = await ask(thought);
    assert.deepEqual(parts(second.answer), ['We should think.', 'Answer']);
    assert.deepEqual(second.events, [
      { kind: 'reasoning', text: 'We should think.' },
      { kind: 'text', text: 'Answer' },
    ]);
  });

  it('are none where an answer does not end them: it is text, and the next is as any', async () => {
    await ask(thought);
    const plain = [text('Plain STOP more'), end, '[DONE]'];
    const first = await ask(plain, { stops: ['STOP'] });
    assert.deepEqual([...parts(first.answer), first.answer.stop], ['', 'Plain ', 'STOP']);
    assert.deepEqual(first.events.at(-1), { kind: 'text', text: 'Plain ' });
    assert.deepEqual((await ask([text('Again'), end, '[DONE]'])).events, [{ kind: 'text', text: 'Again' }]);
  });

  it('stay thoughts where they are cut off', async () => {
    await ask(thought);
    const cut = [text('Still thin'), chunk({ delta: {}, finish_reason: 'length' }), '[DONE]'];
    assert.deepEqual(parts((await ask(cut)).answer), ['Still thin', '']);
    assert.deepEqual(parts((await ask(thought)).answer), ['We should think.', 'Answer']);
  });

  it('are those of the server where it parts them itself', async () => {
    await ask(thought);
    const parted = [chunk({ delta: { reasoning_content: 'Hm.' } }), text('Answer'), end, '[DONE]'];
    assert.deepEqual((await ask(parted)).events, [
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Answer' },
    ]);
  });

  it('are expected of questions of the same kind only', async () => {
    await ask(thought, { thinking: true });
    const quick = await ask([text('Quick'), end, '[DONE]'], { thinking: false });
    assert.deepEqual(quick.events, [{ kind: 'text', text: 'Quick' }]);
  });

  it('are not what an answer says of the marker', () => {
    for (const said of [
      'The marker `</think>` ends it.',
      'Models write </think> behind their thoughts.',
      'So:\n```\nthoughts\n</think>\nanswer\n```\n',
    ]) {
      assert.equal(partedThoughts(said), null, said);
    }
    assert.deepEqual(partedThoughts('a\n</think>'), { reasoning: 'a', text: '' });
  });

  it('are not parted twice', async () => {
    const both = [text('<think>Hm.</think>The end is\n</think>\nthere'), end, '[DONE]'];
    assert.deepEqual(parts((await ask(both)).answer), ['Hm.', 'The end is\n</think>\nthere']);
  });
});
