import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { OllamaClient } from '../../../../src/remote/endpoints/ollama.ts';
import { OllamaContexts } from '../../../../src/remote/endpoints/ollamaContexts.ts';
import {
  chatCall,
  endpointAt,
  httpThatAnswers,
  httpTo,
  joined,
  question,
} from '../../../support/endpoints.ts';
import { chatTemplate, FakeOllama } from '../../../support/fakeServers/ollama.ts';

const never = new AbortController().signal;
let ollama: FakeOllama;

beforeEach(async () => {
  ollama = await FakeOllama.start();
});
afterEach(() => ollama.server.stop());

function client(): OllamaClient {
  const endpoint = endpointAt(ollama.server.address(), { api: 'ollama' });
  return new OllamaClient({ http: httpTo(endpoint), endpoint, contexts: new OllamaContexts() });
}

describe('a chat with Ollama', () => {
  const tool = {
    name: 'read_file',
    description: 'Reads.',
    parameters: {
      type: 'object',
      properties: { path: { type: 'string', description: 'Which.' } },
      required: ['path'],
    },
  } as const;

  beforeEach(() => {
    ollama.models.clear();
    ollama.models.set('qwen3:8b', {
      template: chatTemplate,
      capabilities: ['completion', 'tools', 'thinking'],
    });
  });

  it('tells thoughts, text and calls apart', async () => {
    ollama.thinking = ['Let me ', 'see.'];
    ollama.answer = ['It is ', 'so.'];
    ollama.calls = [{ name: 'read_file', arguments: { path: 'a.ts' } }];
    const call = chatCall();
    const answer = await client().chat(question({ tools: [tool], thinking: true }), call);
    assert.equal(answer.text, 'It is so.');
    assert.equal(answer.reasoning, 'Let me see.');
    assert.deepEqual(
      answer.toolCalls.map(({ name, arguments: text }) => [name, text]),
      [['read_file', '{"path":"a.ts"}']],
    );
    assert.equal(answer.stopReason, 'tool-calls');
    assert.deepEqual(answer.tokens, { prompt: 26, reused: 0, evaluated: 26, generated: 3 });
    assert.deepEqual(
      joined(call.events).map(({ kind }) => kind),
      ['reasoning', 'text', 'tool-call'],
    );
    const [body] = ollama.bodies('/api/chat');
    assert.deepEqual([body?.['think'], body?.['truncate']], [true, false]);
    assert.deepEqual(body?.['tools'], [{ type: 'function', function: tool }]);
  });

  it('gives back what was called, with arguments as Ollama takes them', async () => {
    const calls = [
      { id: 'c1', name: 'read_file', arguments: '{"path":"a.ts"}' },
      { id: 'c2', name: 'read_file', arguments: '{"path' },
    ];
    await client().chat(
      question({
        messages: [
          { role: 'user', content: 'Why?' },
          { role: 'assistant', content: '', reasoning: 'Hm.', toolCalls: calls },
          { role: 'tool', content: 'text', toolCallId: 'c1', toolName: 'read_file' },
        ],
      }),
      chatCall(),
    );
    assert.deepEqual(ollama.bodies('/api/chat')[0]?.['messages'], [
      { role: 'user', content: 'Why?' },
      {
        role: 'assistant',
        content: '',
        thinking: 'Hm.',
        tool_calls: [
          { id: 'c1', function: { name: 'read_file', arguments: { path: 'a.ts' } } },
          { id: 'c2', function: { name: 'read_file', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'text', tool_name: 'read_file', tool_call_id: 'c1' },
    ]);
  });

  it('asks for a level of thought where the model has such', async () => {
    ollama.models.set('qwen3:8b', {
      capabilities: ['completion', 'thinking'],
      thinking: { values: ['low', 'medium', 'high'] },
    });
    const thinker = client();
    await thinker.chat(question({ thinking: true }), chatCall());
    await thinker.chat(question({ thinking: false }), chatCall());
    assert.deepEqual(
      ollama.bodies('/api/chat').map(({ think }) => think),
      ['medium', 'low'],
    );
    // One that can't think is not asked to.
    ollama.models.set('qwen3:8b', { capabilities: ['completion'] });
    await client().chat(question({ thinking: true }), chatCall());
    assert.equal(ollama.bodies('/api/chat')[2]?.['think'], undefined);
  });

  it('holds stops and the schema itself', async () => {
    ollama.answer = ['one\n', 'EN', 'D two'];
    const stopped = await client().chat(question({ stops: ['END'] }), chatCall());
    assert.deepEqual([stopped.text, stopped.stop, stopped.stopReason], ['one\n', 'END', 'end']);
    const schema = { type: 'object', properties: { name: { type: 'string' } } } as const;
    ollama.answer = ['{"na', 'me": "x"}'];
    assert.equal((await client().chat(question({ schema }), chatCall())).text, '{"name":"x"}');
    const format = ollama.bodies('/api/chat')[1]?.['format'] as { type: string };
    assert.equal(format.type, 'object');
    ollama.answer = ['no JSON'];
    await assert.rejects(client().chat(question({ schema }), chatCall()), { code: 'bad-answer' });
  });

  it('tells a full window from as many tokens as were asked for', async () => {
    const reason = async (prompt: number, generated: number): Promise<string> => {
      ollama.end = { done_reason: 'length', prompt_eval_count: prompt, eval_count: generated };
      return (await client().chat(question({ maxTokens: 200 }), chatCall())).stopReason;
    };
    assert.equal(await reason(8100, 92), 'window-full');
    assert.equal(await reason(8100, 90), 'window-full');
    assert.equal(await reason(7992, 200), 'max-tokens');
    assert.equal(await reason(100, 200), 'max-tokens');
  });

  it('is the same wherever its stream is cut', async () => {
    ollama.thinking = ['Hm…'];
    ollama.answer = ['Straße 😀', ' "x"\n'];
    ollama.calls = [{ name: 'read_file', arguments: { path: 'ä.ts' } }];
    const whole = Buffer.from(ollama.chatLines('qwen3:8b').join(''));
    const endpoint = endpointAt(ollama.server.address(), { api: 'ollama' });
    const http = httpTo(endpoint);
    const probe = new OllamaClient({ http, endpoint, contexts: new OllamaContexts() });
    await probe.ability(never);
    const read = async (pieces: readonly Uint8Array[]): Promise<unknown> => {
      Object.assign(http, { lines: httpLines(pieces) });
      const { text, reasoning, toolCalls } = await probe.chat(question({ tools: [tool] }), chatCall());
      return { text, reasoning, calls: toolCalls.map((each) => each.arguments) };
    };
    const httpLines =
      (pieces: readonly Uint8Array[]) =>
      (...rest: Parameters<ReturnType<typeof httpThatAnswers>['lines']>) =>
        httpThatAnswers(endpoint, pieces, 'application/x-ndjson').lines(...rest);
    const expected = await read([whole]);
    assert.deepEqual(expected, { text: 'Straße 😀 "x"\n', reasoning: 'Hm…', calls: ['{"path":"ä.ts"}'] });
    for (let at = 1; at < whole.length; at += 1) {
      assert.deepEqual(await read([whole.subarray(0, at), whole.subarray(at)]), expected, `cut at ${at}`);
    }
    assert.deepEqual(await read(Array.from(whole, (byte) => Uint8Array.of(byte))), expected);
  });
});
