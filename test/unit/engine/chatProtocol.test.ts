import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  parseEngineMessage,
  parseParams,
  ProtocolError,
  type EngineMessage,
  type Method,
} from '../../../src/engine/protocol.ts';

const search = {
  name: 'search',
  description: 'Finds lines.',
  parameters: {
    type: 'object',
    properties: { text: { type: 'string', description: 'What.' } },
    required: ['text'],
  },
};
const chat = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Where?' },
    {
      role: 'assistant',
      content: '',
      reasoning: 'Look.',
      toolCalls: [{ id: 'a', name: 'search', arguments: '{' }],
    },
    { role: 'tool', content: 'a.ts:1', toolCallId: 'a', toolName: 'search' },
  ],
  tools: [search],
  maxTokens: 100,
  temperature: 0.2,
  seed: 7,
  thinking: true,
};

/** A model's message with a call; what it calls is its own invention. */
const calls = (name: string): object => ({
  ...{ role: 'assistant', content: '' },
  toolCalls: [{ id: name, name, arguments: '{}' }],
});

describe('the parameters of chat', () => {
  const good: [method: Method, params: object][] = [
    ['chat', chat],
    ['chat', { ...chat, messages: chat.messages.slice(1, 2), tools: [], temperature: 0, maxTokens: 1 }],
    ['chat', { ...chat, answerStart: '```ts\n', stops: ['\n```'], expected: 'let a;' }],
    ['chat', { ...chat, schema: { type: 'array', items: { type: 'string', maxLength: 9 }, maxItems: 5 } }],
    [
      'chat',
      {
        ...chat,
        schema: { type: 'object', properties: { file: { enum: ['a'] }, line: { type: 'integer' } } },
      },
    ],
    ['countChat', { messages: chat.messages, tools: chat.tools }],
    ['countChat', { messages: [calls('a'.repeat(5000))], tools: [] }],
    ['prepareChat', {}],
  ];
  for (const [method, params] of good) {
    it(`are taken: ${method} ${JSON.stringify(params).slice(0, 90)}`, () => {
      assert.deepEqual(parseParams(method, params, 1), params);
    });
  }

  const bad: [method: Method, params: unknown, where: string][] = [
    ['chat', { ...chat, messages: [] }, 'messages'],
    ['chat', { ...chat, messages: [{ role: 'model', content: '' }] }, 'messages.0.role'],
    ['chat', { ...chat, messages: [{ role: 'user' }] }, 'messages.0.content'],
    ['chat', { ...chat, tools: [{ ...search, parameters: {} }] }, 'tools.0.parameters.type'],
    ['chat', { ...chat, maxTokens: 0 }, 'maxTokens'],
    ['chat', { ...chat, temperature: -1 }, 'temperature'],
    ['chat', { ...chat, temperature: Number.NaN }, 'temperature'],
    ['chat', { ...chat, seed: 1.5 }, 'seed'],
    ['chat', { ...chat, thinking: undefined }, 'thinking'],
    ['chat', { ...chat, stops: 'end' }, 'stops'],
    ['chat', { ...chat, answerStart: 1 }, 'answerStart'],
    ['chat', { ...chat, schema: { type: 'null' } }, 'schema'],
    ['countChat', { messages: chat.messages }, 'tools'],
  ];
  for (const [method, params, where] of bad) {
    it(`are refused where ${where} is wrong: ${JSON.stringify(params).slice(0, 60)}`, () => {
      assert.throws(
        () => parseParams(method, params, 8),
        (error) =>
          error instanceof ProtocolError &&
          error.code === 'bad-request' &&
          error.message.startsWith(`${method}: ${where}`),
      );
    });
  }
});

describe('what comes in of an answer', () => {
  it('is read', () => {
    const message: EngineMessage = {
      type: 'chat',
      id: 1,
      events: [
        { kind: 'prefill', done: 1, total: 2 },
        { kind: 'reasoning', text: 'Hm.' },
        { kind: 'text', text: 'Yes.' },
        { kind: 'tool-call', call: { id: 'a', name: 'search', arguments: '{}' } },
      ],
    };
    assert.deepEqual(parseEngineMessage(message), message);
  });

  it('is no message where it has another shape', () => {
    const wrong = [
      { kind: 'prefill', done: 1 },
      { kind: 'shout', text: '' },
      { kind: 'tool-call', call: {} },
      null,
    ];
    for (const event of wrong)
      assert.equal(parseEngineMessage({ type: 'chat', id: 1, events: [event] }), null);
  });
});
