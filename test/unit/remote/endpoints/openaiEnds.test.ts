import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { chatCall, question } from '../../../support/endpoints.ts';
import { OpenAiWorld, chunk, end, failure, key, text } from '../../../support/fakeServers/openAiWorld.ts';
import { stream } from '../../../support/fakeServers/server.ts';
import { FakeTimers, settled } from '../../../support/fakeTimers.ts';

let world: OpenAiWorld;
beforeEach(async () => {
  world = await OpenAiWorld.start();
});
afterEach(() => world.stop());

describe('the end of an answer', () => {
  it('has a reason', async () => {
    for (const [finish, reason] of [
      ['stop', 'end'],
      ['eos', 'end'],
      ['length', 'max-tokens'],
      ['model_length', 'window-full'],
    ] as const) {
      world.serve([text('a'), chunk({ delta: {}, finish_reason: finish }), '[DONE]']);
      assert.equal((await world.api().chat(question(), chatCall())).stopReason, reason);
    }
  });

  it('may be the stream’s marker alone, or a reason without a marker', async () => {
    world.serve([text('a'), '[DONE]']);
    assert.equal((await world.api().chat(question(), chatCall())).text, 'a');
    world.serve([text('a'), end]);
    assert.equal((await world.api().chat(question(), chatCall())).text, 'a');
  });

  it('is missing where the connection ends first', async () => {
    world.serve([text('a')]);
    const call = chatCall();
    const error = await failure(world.api().chat(question(), call));
    assert.equal(error.code, 'broken');
    assert.deepEqual(call.events, [{ kind: 'text', text: 'a' }]);
    world.chat(stream(`data: ${text('a')}\n\n`, 'cut'));
    assert.equal((await failure(world.api().chat(question(), chatCall()))).code, 'broken');
  });

  it('stands although the connection breaks behind it', async () => {
    world.chat(stream(`data: ${text('a')}\n\ndata: ${end}\n\n`, 'cut'));
    assert.equal((await world.api().chat(question(), chatCall())).text, 'a');
  });

  it('is not waited for once the answer and its cost are there', async () => {
    world.serve([]);
    const handler = world.server.reply;
    const last = chunk(
      { delta: {}, finish_reason: 'stop' },
      { usage: { prompt_tokens: 3, completion_tokens: 1 } },
    );
    world.server.reply = (request) =>
      request.method === 'GET' ? handler(request) : stream(`data: ${text('a')}\n\ndata: ${last}\n\n`, 'hang');
    assert.equal((await world.api().chat(question(), chatCall())).tokens.prompt, 3);
    await world.server.allClosed();
  });

  it('is waited for two seconds at most behind the reason', async () => {
    const timers = new FakeTimers();
    world.chat(stream(`data: ${text('a')}\n\ndata: ${end}\n\n`, 'hang'));
    const answered = world.api({}, timers).chat(question(), chatCall());
    while (timers.waiting === 0) await settled();
    await timers.pass(1999);
    assert.equal(world.server.open, 1);
    await timers.pass(1);
    const { text: said, stopReason } = await answered;
    assert.deepEqual([said, stopReason], ['a', 'end']);
    await world.server.allClosed();
    assert.equal(timers.waiting, 0);
  });

  it('comes where a model repeats itself, or a server knows no end', async () => {
    world.serve([]);
    const handler = world.server.reply;
    world.server.reply = (request) =>
      request.method === 'GET'
        ? handler(request)
        : stream([`data: ${text('the same line again\n'.repeat(10))}\n\n`], 'endless');
    const repeated = await world.api().chat(question({ maxTokens: 4000 }), chatCall());
    assert.equal(repeated.stopReason, 'repetition');
    let count = 0;
    const endless = Array.from({ length: 200 }, () => text(`${(count += 1) * 7919} `));
    world.serve(endless);
    const cut = await world.api().chat(question({ maxTokens: 8 }), chatCall());
    assert.equal(cut.stopReason, 'max-tokens');
    assert.ok(cut.text.length < 300);
    await world.server.allClosed();
  });

  it('is an error where a filter made it, or the server failed', async () => {
    world.serve([text('a'), chunk({ delta: {}, finish_reason: 'content_filter' }), '[DONE]']);
    const filtered = await failure(world.api().chat(question(), chatCall()));
    assert.equal(filtered.code, 'refused');
    assert.match(filtered.message, /content filter: ask in other words/);
    const failed = chunk(
      { delta: { content: '' }, finish_reason: 'error' },
      { error: { code: 502, message: `Provider disconnected ${key}` } },
    );
    world.serve([text('a'), failed]);
    const error = await failure(world.api().chat(question(), chatCall()));
    assert.deepEqual([error.code, error.status], ['server', 502]);
    assert.match(
      error.message,
      /^team has a problem of its own \(HTTP 502, “Provider disconnected \[key\]”\)/,
    );
  });

  it('is an error in any of the forms that servers report one in', async () => {
    for (const [value, code] of [
      [{ error: { message: 'out of memory', type: 'server_error', code: 500 } }, 'server'],
      [
        { object: 'error', message: 'context length exceeded', type: 'BadRequestError', code: 400 },
        'too-long',
      ],
      [{ error: 'The model has crashed without additional information.' }, 'server'],
      [{ error: { message: 'Rate limit', type: 'rate_limit_error' } }, 'rate-limited'],
    ] as const) {
      world.serve([text('a'), JSON.stringify(value)]);
      const error = await failure(world.api().chat(question(), chatCall()));
      assert.equal(error.code, code, JSON.stringify(value));
    }
  });

  it('is an error where the events are none', async () => {
    for (const events of [
      ['{"choices":[{"delta":'],
      ['nonsense'],
      ['[1,2]'],
      ['{"choices":"none"}'],
      ['{"choices":[{"delta":{"content":7}}]}'],
      ['{"other":1}', '[DONE]'],
      [],
    ]) {
      world.serve(events.length === 0 ? [] : [...events, end]);
      const handler = world.server.reply;
      world.server.reply = (request) =>
        request.method === 'GET' || events.length > 0 ? handler(request) : stream('');
      const error = await failure(world.api().chat(question(), chatCall()));
      assert.ok(error.code === 'bad-answer', `${error.code} ${JSON.stringify(events)}`);
    }
  });

  it('comes at once where the question is stopped', async () => {
    world.chat(stream(`data: ${text('a')}\n\n`, 'hang'));
    const stop = new AbortController();
    const call = chatCall(stop.signal);
    const failed = failure(world.api().chat(question(), call));
    while (call.events.length === 0) await settled();
    stop.abort();
    assert.equal((await failed).code, 'cancelled');
    await world.server.allClosed();
    assert.equal(world.server.closedEarly, 1);
  });
});
