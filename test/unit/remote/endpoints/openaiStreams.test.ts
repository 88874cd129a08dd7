import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ChatAnswer, ChatQuery } from '../../../../src/core/chat/types.ts';
import { openAiApi } from '../../../../src/remote/endpoints/openai.ts';
import {
  chatCall,
  cutInPieces,
  cutInTwo,
  endpointAt,
  httpThatAnswers,
  joined,
  question,
} from '../../../support/endpoints.ts';
import {
  eventStream,
  openAiCalls,
  openAiHandler,
  openAiText,
  openAiThoughts,
} from '../../../support/fakeServers/openai.ts';
import { openAiProducts, type OpenAiProductName } from '../../../support/fakeServers/openaiProducts.ts';
import { OpenAiWorld, chunk, end, shapesOf, text } from '../../../support/fakeServers/openAiWorld.ts';
import { byteByByte, stream } from '../../../support/fakeServers/server.ts';
import { FakeTimers } from '../../../support/fakeTimers.ts';

let world: OpenAiWorld;
beforeEach(async () => {
  world = await OpenAiWorld.start();
});
afterEach(() => world.stop());

const names = Object.keys(openAiProducts) as OpenAiProductName[];

describe('what the products stream', () => {
  // Each boundary by itself for some, which takes long; all of them together, in pieces of several sizes, for all.
  const exhaustive: ReadonlySet<OpenAiProductName> = new Set(['OpenAI', 'think tags']);
  const cuts = (name: OpenAiProductName, bytes: Uint8Array) =>
    exhaustive.has(name) ? cutInTwo(bytes) : cutInPieces(bytes);

  for (const name of names) {
    const { chat, calls } = shapesOf(name);
    const thinks = JSON.stringify(chat).includes('größer');
    it(`is the same however it is cut, of ${name}`, async () => {
      const bytes = Buffer.from(eventStream(chat));
      for (const pieces of cuts(name, bytes)) {
        const { answer, events } = await readWithoutNetwork(pieces);
        assert.equal(answer.text, openAiText, cutAs(pieces));
        assert.equal(answer.reasoning, thinks ? openAiThoughts : '', cutAs(pieces));
        assert.equal(answer.stopReason, 'end');
        assert.deepEqual(events, [
          ...(thinks ? [{ kind: 'reasoning', text: openAiThoughts }] : []),
          { kind: 'text', text: openAiText },
        ]);
      }
    });

    it(`comes byte by byte from a server like ${name}`, async () => {
      const seen: string[] = [];
      world.server.reply = openAiHandler(shapesOf(name), (body) => {
        seen.push(String(body['model']));
        return byteByByte(eventStream(chat));
      });
      const answer = await world.api().chat(question(), chatCall());
      assert.equal(answer.text, openAiText);
      assert.deepEqual(seen, ['m']);
      await world.server.allClosed();
    });

    if (calls === undefined) continue;
    it(`calls tools, however it is cut, of ${name}`, async () => {
      const bytes = Buffer.from(eventStream(calls));
      for (const pieces of cuts(name, bytes)) {
        const { answer, events } = await readWithoutNetwork(pieces);
        assert.deepEqual(answer.toolCalls, openAiCalls, cutAs(pieces));
        assert.equal(answer.stopReason, 'tool-calls');
        assert.deepEqual(
          events,
          openAiCalls.map((call) => ({ kind: 'tool-call', call })),
        );
      }
    });
  }

  function cutAs(pieces: readonly Uint8Array[]): string {
    return `cut into ${pieces
      .slice(0, 3)
      .map(({ length }) => length)
      .join(', ')}`;
  }

  async function readWithoutNetwork(pieces: readonly Uint8Array[]) {
    const endpoint = endpointAt('http://made.up/v1', { model: 'm' });
    // The same body answers the question for the models, which is no list: its word is taken.
    const http = httpThatAnswers(endpoint, pieces, 'text/event-stream');
    const call = chatCall();
    const answer = await openAiApi(http, endpoint).chat(question(), call);
    return { answer, events: joined(call.events) };
  }
});

describe('what an answer cost', () => {
  const tokens = async (name: OpenAiProductName): Promise<ChatAnswer['tokens']> => {
    world.serve(shapesOf(name).chat);
    return (await world.api().chat(question(), chatCall())).tokens;
  };

  it('is what the server counted, with what it had in its cache', async () => {
    assert.deepEqual(await tokens('OpenAI'), { prompt: 31, reused: 16, evaluated: 15, generated: 12 });
    assert.deepEqual(await tokens('DeepSeek'), { prompt: 31, reused: 24, evaluated: 7, generated: 12 });
    assert.deepEqual(await tokens('llama.cpp'), { prompt: 31, reused: 20, evaluated: 11, generated: 12 });
    assert.deepEqual(await tokens('Mistral'), { prompt: 31, reused: 0, evaluated: 31, generated: 12 });
  });

  it('is estimated at 3.6 characters a token where it does not count', async () => {
    world.serve([text('x'.repeat(36)), end, '[DONE]']);
    const messages: ChatQuery['messages'] = [{ role: 'user', content: 'y'.repeat(72) }];
    const { tokens: estimated } = await world.api().chat(question({ messages }), chatCall());
    assert.deepEqual(estimated, { prompt: 20, reused: 0, evaluated: 20, generated: 10 });
  });

  it('is asked for in time by the clock that it is given', async () => {
    const timers = new FakeTimers();
    world.serve([text('a'), end, '[DONE]']);
    const handler = world.server.reply;
    world.server.reply = async (request) => {
      if (request.method === 'POST') await timers.pass(1200);
      return handler(request);
    };
    const { milliseconds } = await world.api({}, timers).chat(question(), chatCall());
    assert.deepEqual(milliseconds, { queue: 0, prompt: 1200, firstToken: 1200, total: 1200 });
  });
});

describe('stops', () => {
  it('end an answer, however they are cut', async () => {
    const whole = 'before\n```\nafter';
    for (let at = 1; at < whole.length; at += 1) {
      for (let to = at; to < whole.length; to += 3) {
        world.serve([
          text(whole.slice(0, at)),
          text(whole.slice(at, to)),
          text(whole.slice(to)),
          end,
          '[DONE]',
        ]);
        const call = chatCall();
        const answer = await world.api().chat(question({ stops: ['\n```', 'never'] }), call);
        assert.deepEqual([answer.text, answer.stop, answer.stopReason], ['before', '\n```', 'end']);
        assert.deepEqual(joined(call.events), [{ kind: 'text', text: 'before' }]);
      }
    }
  });

  it('close the connection at the server', async () => {
    world.serve([]);
    const handler = world.server.reply;
    world.server.reply = (request) =>
      request.method === 'GET'
        ? handler(request)
        : stream([`data: ${text('a STOP b')}\n\n`, `data: ${text('more')}\n\n`], 'endless');
    const answer = await world.api().chat(question({ stops: ['STOP'] }), chatCall());
    assert.equal(answer.text, 'a ');
    await world.server.allClosed();
    assert.equal(world.server.closedEarly, 1);
  });

  it('are those that vLLM says ended it', async () => {
    world.serve([text('a '), chunk({ delta: {}, finish_reason: 'stop', stop_reason: 'STOP' }), '[DONE]']);
    const answer = await world.api().chat(question({ stops: ['STOP'] }), chatCall());
    assert.deepEqual([answer.text, answer.stop], ['a ', 'STOP']);
  });

  it('do not count in what is thought', async () => {
    world.serve([text('<think>STOP'), text('</think>yes STOP no'), end, '[DONE]']);
    const answer = await world.api().chat(question({ stops: ['STOP'] }), chatCall());
    assert.deepEqual([answer.reasoning, answer.text], ['STOP', 'yes ']);
  });

  it('go on behind a text that the answer begins with', async () => {
    world.serve([text('``\nrest'), end, '[DONE]'], { models: openAiProducts.vLLM.models });
    const answer = await world.api().chat(question({ answerStart: 'code\n`', stops: ['\n```'] }), chatCall());
    assert.deepEqual([answer.text, answer.stop], ['', '\n```']);
  });
});
