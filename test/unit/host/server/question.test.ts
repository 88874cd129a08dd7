import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ChatQuery } from '../../../../src/core/chat/types.ts';
import { errorOf, MadeUpModels, servedModel, ServedWorld } from '../../../support/servedWorld.ts';

const path = '/v1/chat/completions';
const hi = { role: 'user', content: 'Hi' } as const;
let world: ServedWorld;
before(async () => {
  world = await ServedWorld.start();
});
after(() => world.server.stop());
beforeEach(() => {
  const fresh = new MadeUpModels();
  world.models.asked.length = 0;
  world.models.models = fresh.models;
  world.models.onChat = fresh.onChat;
});

/** What the model was asked for this body. */
async function queryOf(body: object): Promise<ChatQuery> {
  const answer = await world.post(path, { messages: [hi], ...body });
  assert.equal(answer.status, 200, answer.text);
  return world.models.asked.at(-1)?.what as ChatQuery;
}

describe('a question', () => {
  it('is asked as the client wants it', async () => {
    const query = await queryOf({
      messages: [{ role: 'developer', content: 'Be brief.' }, hi],
      max_completion_tokens: 77,
      max_tokens: 11,
      temperature: 0,
      seed: 5,
      stop: ['END', ''],
      reasoning_effort: 'none',
      top_p: 0.5,
      unknown: { deep: [1] },
    });
    assert.deepEqual(query, {
      messages: [{ role: 'system', content: 'Be brief.' }, hi],
      tools: [],
      ...{ maxTokens: 77, temperature: 0, seed: 5, thinking: false, stops: ['END'] },
    });
  });

  it('has ordinary wishes where its client has none', async () => {
    const first = await queryOf({ stop: null, temperature: null, seed: -1 });
    const second = await queryOf({});
    assert.deepEqual([first.temperature, first.thinking, first.maxTokens], [0.7, true, 1_048_576]);
    assert.equal(first.stops, undefined);
    assert.notEqual(first.seed, second.seed);
  });

  it('takes a stop text by itself, max_tokens, and llama.cpp’s switch for thinking', async () => {
    const query = await queryOf({
      ...{ stop: 'END', max_tokens: 9 },
      chat_template_kwargs: { enable_thinking: false, other: 1 },
    });
    assert.deepEqual([query.stops, query.maxTokens, query.thinking], [['END'], 9, false]);
  });

  it('may bring calls of tools with what they gave, thoughts, and content in parts', async () => {
    const { messages } = await queryOf({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Read' },
            { type: 'text', text: 'it.' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'I read.',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{"a":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'content' },
      ],
    });
    assert.deepEqual(messages, [
      { role: 'user', content: 'Read\nit.' },
      {
        role: 'assistant',
        content: '',
        reasoning: 'I read.',
        toolCalls: [{ id: 'c1', name: 'read', arguments: '{"a":1}' }],
      },
      { role: 'tool', content: 'content', toolCallId: 'c1', toolName: 'read' },
    ]);
  });

  it('that ends with the assistant’s own words has them continued', async () => {
    const query = await queryOf({ messages: [hi, { role: 'assistant', content: 'It is' }] });
    assert.deepEqual([query.messages, query.answerStart], [[hi], 'It is']);
  });

  it('may hold its answer to a schema', async () => {
    const schema = {
      type: 'object',
      title: 'Answer',
      properties: {
        kind: { enum: ['bug', 'idea'] },
        count: { type: 'integer', description: 'How many.' },
        names: { type: 'array', items: { type: 'string', maxLength: 20 }, minItems: 1 },
        sure: { type: 'boolean' },
        always: { const: 'yes' },
      },
      required: ['kind'],
      additionalProperties: false,
    };
    const query = await queryOf({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    });
    assert.deepEqual(query.schema, {
      type: 'object',
      properties: {
        kind: { enum: ['bug', 'idea'] },
        count: { type: 'integer' },
        names: { type: 'array', items: { type: 'string', maxLength: 20 }, minItems: 1 },
        sure: { type: 'boolean' },
        always: { enum: ['yes'] },
      },
    });
    assert.equal((await queryOf({ response_format: { type: 'text' } })).schema, undefined);
  });

  for (const model of [undefined, null, '', 'chat', 'talker', 'Talker 7B']) {
    it(`goes to the model of chat as ${JSON.stringify(model)}`, async () => {
      await queryOf({ model });
      assert.equal(world.models.asked[0]?.role, 'chat');
    });
  }
  it('may go to the other model', async () => {
    await queryOf({ model: 'coder' });
    assert.equal(world.models.asked[0]?.role, 'completion');
  });

  const inSchema = (schema: unknown): object => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });
  const at = 'response_format.json_schema.schema';
  const impossible: [what: string, body: object, param: string, says: RegExp][] = [
    ['no messages', { messages: undefined }, 'messages', /messages can't be used/],
    ['an empty conversation', { messages: [] }, 'messages', /messages can't be used/],
    ['another role', { messages: [{ role: 'robot', content: '' }] }, 'messages.0.role', /role can't be used/],
    [
      'content that is no text',
      { messages: [{ ...hi, content: 5 }] },
      'messages.0.content',
      /content can't be/,
    ],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] },
      'messages.0.content.0',
      /read text alone/,
    ],
    [
      'an answer without a question',
      { messages: [{ role: 'assistant', content: 'So' }] },
      'messages',
      /question/,
    ],
    [
      'what a tool gave without its call',
      { messages: [{ role: 'tool', content: 'x' }] },
      'messages.0.tool_call_id',
      /name the call/,
    ],
    ['several answers', { n: 2 }, 'n', /leave n out/],
    ['probabilities', { logprobs: true }, 'logprobs', /leave logprobs out/],
    ['likelier tokens', { logit_bias: { 5: 1 } }, 'logit_bias', /leave logit_bias out/],
    ['a forced call', { tool_choice: 'required' }, 'tool_choice', /"auto" or "none"/],
    ['a certain call', { tool_choice: { type: 'function' } }, 'tool_choice', /"auto" or "none"/],
    ['a tool of another kind', { tools: [{ type: 'web_search' }] }, 'tools.0.type', /can't be used/],
    ['a negative temperature', { temperature: -1 }, 'temperature', /can't be used/],
    ['no tokens', { max_tokens: 0 }, 'max_tokens', /can't be used/],
    [
      'JSON of any shape',
      { response_format: { type: 'json_object' } },
      'response_format.type',
      /json_schema/,
    ],
    ['no schema', inSchema(undefined), at, /no JSON schema/],
    ['a number with a fraction', inSchema({ type: 'number' }), `${at}.type`, /use string, integer/],
    ['a choice of types', inSchema({ type: ['string', 'null'] }), `${at}.type`, /use string, integer/],
    ['a pattern', inSchema({ type: 'string', pattern: 'a+' }), `${at}.pattern`, /leave it out/],
    [
      'other properties',
      inSchema({ type: 'object', properties: {}, additionalProperties: { type: 'string' } }),
      `${at}.additionalProperties`,
      /leave it out/,
    ],
    ['no properties', inSchema({ type: 'object' }), `${at}.properties`, /name those/],
    [
      'a deep reference',
      inSchema({ type: 'array', items: { $ref: '#/a' } }),
      `${at}.items.type`,
      /use string/,
    ],
    ['numbers to choose from', inSchema({ enum: [1, 2] }), `${at}.enum`, /texts/],
    [
      'a long list',
      inSchema({ type: 'array', items: { type: 'boolean' }, maxItems: 101 }),
      `${at}.maxItems`,
      /0 to 100/,
    ],
    [
      'a schema and tools',
      { ...inSchema({ type: 'boolean' }), tools: [{ type: 'function', function: { name: 'x' } }] },
      'response_format',
      /leave one of the two out/,
    ],
    [
      'a schema and a beginning',
      { ...inSchema({ type: 'boolean' }), messages: [hi, { role: 'assistant', content: 'x' }] },
      'messages',
      /begins anew/,
    ],
  ];
  for (const [what, body, param, says] of impossible) {
    it(`is refused with ${what}, and told which field it is`, async () => {
      const answer = await world.post(path, { messages: [hi], ...body });
      assert.equal(answer.status, 400, answer.text);
      const error = errorOf(answer);
      assert.deepEqual([error.param, error.type], [param, 'invalid_request_error']);
      assert.match(error.message, says);
      assert.deepEqual(world.models.asked, []);
    });
  }

  it('with tools is refused by a model that can’t call any', async () => {
    const chat = { template: 'model', limitation: null, tools: false, thinking: false } as const;
    world.models.models = { ...world.models.models, chat: servedModel('Plain', { chat }) };
    const tools = [{ type: 'function', function: { name: 'x' } }];
    const refused = await world.post(path, { messages: [hi], tools });
    assert.equal(refused.status, 400);
    assert.match(errorOf(refused).message, /Plain can't call tools/);
    assert.equal((await world.post(path, { messages: [hi], tools, tool_choice: 'none' })).status, 200);
  });

  it('for a model that is not here loads none', async () => {
    const loads = world.models.loads;
    const answer = await world.post(path, { messages: [hi], model: 'gpt-9' });
    assert.equal(answer.status, 404);
    assert.deepEqual([errorOf(answer).code, errorOf(answer).param], ['model_not_found', 'model']);
    assert.match(errorOf(answer).message, /coder or talker/);
    assert.equal(world.models.loads, loads);
  });
});
