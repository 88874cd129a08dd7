/** Hearth asks Hearth: its own client of endpoints against its own server, over real HTTP, with llama.cpp itself. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ChatEvent, ChatQuery } from '../../src/core/chat/types.ts';
import type { EndpointClient, InfillQuery } from '../../src/core/endpoints/ports.ts';
import type { Endpoint, EndpointRole } from '../../src/core/endpoints/types.ts';
import { Egress } from '../../src/remote/egress.ts';
import { createEndpointClient } from '../../src/remote/endpoints/client.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { temporaryFolder, until } from '../support/engine.ts';
import { scriptedModel } from '../support/gguf.ts';
import { serve, stopServed, type ServedEngines } from '../support/servedEngines.ts';
import { token } from '../support/servedWorld.ts';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, `${name}.gguf`);
const { signal } = new AbortController();
const about = { endpoint: 'Other', purpose: 'chat', places: [], tokens: 0, redactions: 0 } as const;
let served: ServedEngines;
before(async () => {
  await scriptedModel({
    path: file('coder'),
    chains: [{ after: '(', pieces: ['left', ' + b', ');', '\nnext', '();\n'] }],
  });
  await writeChatModel(file('talker'), {
    ...{ tools: true, thinking: true },
    answers: ['<think>\nLet me see.\n</think>\n\nIt is in `price.ts`, 漢字.', 'Second answer.'],
    says: {
      'Call it': 'I look.\n<tool_call>\n{"name": "read", "arguments": {"path": "a.ts"}}\n</tool_call>',
    },
  });
  served = await serve(file('coder'), file('talker'));
});
after(stopServed);

function client(model: string, roles: readonly EndpointRole[], key: string | null = token): EndpointClient {
  const endpoint: Endpoint = {
    ...{ name: 'Other', address: served.server.address, api: 'auto', model, roles, class: 'local' },
    ...{ contextTokens: null, price: null, keepAliveMinutes: null },
  };
  return createEndpointClient(endpoint, { egress: new Egress(), keys: { get: () => Promise.resolve(key) } });
}

function query(content: string, more: Partial<ChatQuery> = {}): ChatQuery {
  return {
    messages: [{ role: 'user', content }],
    ...{ tools: [], maxTokens: 200, temperature: 0, seed: 1, thinking: true },
    ...more,
  };
}

describe('Hearth as an endpoint of Hearth', () => {
  it('says what it can do', async () => {
    const before = await client('talker', ['chat']).ability(signal);
    assert.deepEqual([before.api, before.models, before.chat], ['openai', ['coder', 'talker'], true]);
    await served.engines.loadChat();
    const ability = await client('talker', ['chat']).ability(signal);
    assert.deepEqual(
      [ability.model, ability.contextTokens, ability.tools, ability.thinking],
      ['talker', 2048, true, true],
    );
  });

  it('answers with thoughts, text and counts', async () => {
    const events: ChatEvent[] = [];
    const answer = await client('talker', ['chat']).chat(query('Where?'), {
      ...{ signal, about },
      onEvent: (event) => void events.push(event),
    });
    assert.deepEqual(
      [answer.text, answer.reasoning, answer.stopReason],
      ['It is in `price.ts`, 漢字.', 'Let me see.', 'end'],
    );
    const text = events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
    assert.equal(text, answer.text);
    assert.ok(answer.tokens.prompt > 5 && answer.tokens.generated > 5);
  });

  it('goes on with a conversation', async () => {
    const messages: ChatQuery['messages'] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Where?' },
      { role: 'assistant', content: 'It is in `price.ts`, 漢字.' },
      { role: 'user', content: 'And then?' },
    ];
    const answer = await client('talker', ['chat']).chat(query('', { messages }), { signal, about });
    assert.equal(answer.text, 'Second answer.');
  });

  it('calls tools', async () => {
    const parameters = {
      type: 'object',
      properties: { path: { type: 'string', description: 'A path.' } },
      required: ['path'],
    } as const;
    const tools = [{ name: 'read', description: 'Reads.', parameters }];
    const answer = await client('talker', ['chat']).chat(query('Call it', { tools }), { signal, about });
    assert.equal(answer.stopReason, 'tool-calls');
    assert.deepEqual(
      answer.toolCalls.map(({ name, arguments: text }) => [name, JSON.parse(text) as unknown]),
      [['read', { path: 'a.ts' }]],
    );
  });

  it('holds an answer to a schema', async () => {
    const schema = {
      type: 'object',
      properties: { kind: { enum: ['bug', 'idea'] }, sure: { type: 'boolean' } },
    } as const;
    const answer = await client('talker', ['chat']).chat(query('Which?', { schema }), { signal, about });
    const said = JSON.parse(answer.text) as { kind: string; sure: unknown };
    assert.ok(['bug', 'idea'].includes(said.kind) && typeof said.sure === 'boolean');
  });

  const infill: InfillQuery = {
    ...{ prefix: 'const c = add(', suffix: '\nlast();\n', path: null, repository: null, extra: [] },
    ...{ prompt: null, maxTokens: 20, stops: [] },
  };
  it('fills in between a prefix and a suffix, which the client finds out by itself', async () => {
    const coder = client('coder', ['completion']);
    assert.equal((await coder.ability(signal)).infill, 'suffix');
    const texts: string[] = [];
    const answer = await coder.infill(infill, { signal, about, onText: (text) => void texts.push(text) });
    assert.deepEqual([answer.text, answer.stopReason], ['left + b);\nnext();\n', 'end']);
    assert.equal(texts.at(-1), answer.text);
    const stopped = await coder.infill({ ...infill, stops: [';'] }, { signal, about });
    assert.deepEqual([stopped.text, stopped.stopReason], ['left + b)', 'stop']);
    const short = await coder.infill({ ...infill, maxTokens: 2 }, { signal, about });
    assert.equal(short.stopReason, 'max-tokens');
  });

  it('fails as the client can tell', async () => {
    const cases: [Promise<unknown>, code: string][] = [
      [client('talker', ['chat'], 'another').ability(signal), 'unauthorized'],
      [client('talker', ['chat'], null).ability(signal), 'unauthorized'],
      [client('nobody', ['chat']).chat(query('Hi'), { signal, about }), 'no-model'],
      [client('talker', ['chat']).chat(query('word '.repeat(3000)), { signal, about }), 'too-long'],
    ];
    for (const [asked, code] of cases) await assert.rejects(asked, { name: 'EndpointError', code });
  });

  it('stops in the engine when the client cancels', async () => {
    await writeChatModel(file('slow'), {
      ...{ slow: true, endless: true },
      answers: [Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ')],
    });
    served = await serve(file('slow'));
    const controller = new AbortController();
    const asked = client('slow', ['chat']).chat(query('Go on', { maxTokens: 2000 }), {
      ...{ signal: controller.signal, about },
      onEvent: (event) => {
        if (event.kind === 'text') controller.abort();
      },
    });
    await assert.rejects(asked, { code: 'cancelled' });
    await until(() => served.engines.completion.idleMs > 0, 'the engine rests');
  });
});
