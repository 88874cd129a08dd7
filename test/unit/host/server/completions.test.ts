import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fimFamilies } from '../../../../src/core/prompt/families.ts';
import type { CompleteParams } from '../../../../src/engine/protocol.ts';
import { laidOut } from '../../../../src/host/server/laidOut.ts';
import {
  completeResult,
  errorOf,
  eventsOf,
  MadeUpModels,
  servedModel,
  ServedWorld,
} from '../../../support/servedWorld.ts';

const path = '/v1/completions';
let world: ServedWorld;
before(async () => {
  world = await ServedWorld.start();
});
after(() => world.server.stop());
beforeEach(() => {
  const fresh = new MadeUpModels();
  world.models.asked.length = 0;
  world.models.models = fresh.models;
  world.models.onComplete = fresh.onComplete;
  world.models.onEmbed = fresh.onEmbed;
});

async function paramsOf(body: object): Promise<CompleteParams> {
  const answer = await world.post(path, body);
  assert.equal(answer.status, 200, answer.text);
  return world.models.asked.at(-1)?.what as CompleteParams;
}

describe('a completion', () => {
  it('between prompt and suffix is asked of the completion model', async () => {
    const params = await paramsOf({
      prompt: 'add(',
      suffix: ');\n',
      max_tokens: 20,
      stop: '\n',
      temperature: 0.3,
      seed: 9,
    });
    assert.equal(world.models.asked[0]?.role, 'completion');
    assert.deepEqual(
      [params.prefix, params.suffix, params.maxTokens, params.wishes],
      ['add(', ');\n', 20, { plain: false, temperature: 0.3, seed: 9, stops: ['\n'] }],
    );
    assert.deepEqual([params.workspace, params.stop, params.segments], [null, null, []]);
  });

  it('without a suffix goes on with the prompt', async () => {
    const params = await paramsOf({ prompt: ['Once '], max_tokens: 1_000_000, seed: 1 });
    assert.deepEqual(
      [params.prefix, params.suffix, params.maxTokens, params.wishes],
      ['Once ', '', 4096, { plain: true, temperature: 0, seed: 1, stops: [] }],
    );
  });

  it('comes whole', async () => {
    const { text } = await world.post(path, { prompt: 'x' });
    const { id, created, ...rest } = JSON.parse(text) as { id: string; created: number };
    assert.match(id, /^cmpl-/);
    assert.equal(typeof created, 'number');
    assert.deepEqual(rest, {
      ...{ object: 'text_completion', model: 'coder' },
      choices: [{ index: 0, text: 'a + b;', logprobs: null, finish_reason: 'stop' }],
      usage: {
        ...{ prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
        prompt_tokens_details: { cached_tokens: 2 },
      },
    });
  });

  it('comes as events, each with what is new', async () => {
    world.models.onComplete = (_params, { onText }) => {
      for (const text of ['a', 'a', 'a + ', 'a + b']) onText(text);
      return Promise.resolve(completeResult({ stopReason: 'max-tokens' }));
    };
    const { text } = await world.post(path, {
      prompt: 'x',
      stream: true,
      stream_options: { include_usage: true },
    });
    const events = eventsOf(text);
    assert.equal(events.pop(), '[DONE]');
    const usage = events.pop() as { choices: []; usage: { total_tokens: number } };
    assert.deepEqual([usage.choices, usage.usage.total_tokens], [[], 13]);
    const choices = events.map(
      (event) => (event as { choices: { text: string; finish_reason: string | null }[] }).choices[0],
    );
    assert.deepEqual(
      choices.map((choice) => [choice?.text, choice?.finish_reason]),
      [
        ['a', null],
        [' + ', null],
        ['b', null],
        [';', null],
        ['', 'length'],
      ],
    );
  });

  const impossible: [what: string, body: object, param: string][] = [
    ['no prompt', {}, 'prompt'],
    ['several prompts', { prompt: ['a', 'b'] }, 'prompt'],
    ['tokens', { prompt: [1, 2] }, 'prompt'],
    ['several answers', { prompt: 'a', n: 2 }, 'n'],
    ['the best of several', { prompt: 'a', best_of: 2 }, 'best_of'],
    ['its prompt back', { prompt: 'a', echo: true }, 'echo'],
    ['probabilities', { prompt: 'a', logprobs: 0 }, 'logprobs'],
    ['a suffix that is no text', { prompt: 'a', suffix: 1 }, 'suffix'],
  ];
  for (const [what, body, param] of impossible) {
    it(`is refused with ${what}`, async () => {
      const answer = await world.post(path, body);
      assert.equal(answer.status, 400, answer.text);
      assert.ok(errorOf(answer).param?.startsWith(param));
      assert.deepEqual(world.models.asked, []);
    });
  }

  const format = {
    family: null,
    markers: 'none',
    order: 'prefix-only',
    orderFrom: 'family',
    limitation: 'It has no markers.',
  } as const;
  it('with a suffix is refused where the model can’t fill in, and goes on without one', async () => {
    world.models.models = { ...world.models.models, completion: servedModel('Plain', { format }) };
    const refused = await world.post(path, { prompt: 'a', suffix: 'b' });
    assert.deepEqual([refused.status, errorOf(refused).param], [400, 'suffix']);
    assert.match(errorOf(refused).message, /Plain can't fill in/);
    assert.equal((await paramsOf({ prompt: 'a', suffix: '' })).wishes?.plain, true);
  });

  it('is filled in where the client laid its prompt out itself', async () => {
    const qwen = { ...format, family: 'qwen-coder', limitation: null } as const;
    world.models.models = { ...world.models.models, completion: servedModel('Qwen', { format: qwen }) };
    const prompt = '<|fim_prefix|>add(<|fim_suffix|>);<|fim_middle|>';
    const params = await paramsOf({ prompt });
    assert.deepEqual([params.prefix, params.suffix, params.wishes?.plain], ['add(', ');', false]);
  });
});

describe('a prompt with markers', () => {
  for (const { id, prefix, suffix, middle } of fimFamilies) {
    it(`of ${id} is read in both orders`, () => {
      const end = middle ?? '';
      const around = { prefix: 'const a = ', suffix: ';\nnext' };
      const suffixFirst = `${suffix}${around.suffix}${prefix}${around.prefix}${end}`;
      assert.deepEqual(laidOut(suffixFirst, id), around);
      if (middle !== null)
        assert.deepEqual(laidOut(`${prefix}${around.prefix}${suffix}${around.suffix}${end}`, id), around);
    });
  }

  it('keeps what stands before them', () => {
    assert.deepEqual(laidOut('# other\n<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>', 'qwen-coder'), {
      prefix: '# other\na',
      suffix: 'b',
    });
  });

  for (const prompt of ['a', '<|fim_prefix|>a', '<|fim_prefix|>a<|fim_suffix|>b', 'a<|fim_middle|>', '']) {
    it(`is none in ${JSON.stringify(prompt)}`, () => assert.equal(laidOut(prompt, 'qwen-coder'), null));
  }
  it('of an unknown family is text', () => {
    assert.equal(laidOut('<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>', null), null);
  });
});

describe('embeddings', () => {
  it('are asked of the model that is made for them', async () => {
    world.models.models = { ...world.models.models, chat: servedModel('Vectors', { pooling: 'mean' }) };
    const { status, text } = await world.post('/v1/embeddings', { input: ['a', 'b'] });
    assert.equal(status, 200);
    assert.deepEqual(world.models.asked, [{ role: 'chat', what: ['a', 'b'] }]);
    const embedding = [...Float32Array.of(0.6, -0.8)];
    assert.deepEqual(JSON.parse(text), {
      ...{ object: 'list', model: 'talker', usage: { prompt_tokens: 5, total_tokens: 5 } },
      data: [
        { object: 'embedding', index: 0, embedding },
        { object: 'embedding', index: 1, embedding },
      ],
    });
  });

  it('come as base64 of 32-bit numbers', async () => {
    world.models.models = { ...world.models.models, completion: servedModel('Vectors', { pooling: 'last' }) };
    const { text } = await world.post('/v1/embeddings', {
      input: 'a',
      encoding_format: 'base64',
      dimensions: 2,
    });
    const [first] = (JSON.parse(text) as { data: { embedding: string }[] }).data;
    const bytes = Buffer.from(first?.embedding ?? '', 'base64');
    assert.deepEqual([bytes.readFloatLE(0), bytes.readFloatLE(4)], [...Float32Array.of(0.6, -0.8)]);
  });

  it('are refused by a model that was not made for them', async () => {
    const answer = await world.post('/v1/embeddings', { input: 'a' });
    assert.deepEqual([answer.status, errorOf(answer).param], [400, 'model']);
    assert.match(errorOf(answer).message, /Coder 1B was not made for embeddings/);
    assert.deepEqual(world.models.asked, []);
  });

  it('are refused with other sizes, tokens, and nothing', async () => {
    world.models.models = { ...world.models.models, completion: servedModel('Vectors', { pooling: 'cls' }) };
    for (const [body, param] of [
      [{ input: 'a', dimensions: 3 }, 'dimensions'],
      [{ input: [[1, 2]] }, 'input'],
      [{ input: [] }, 'input'],
      [{}, 'input'],
      [{ input: ['a'.repeat(600_000), 'b'.repeat(600_000)] }, 'input'],
      [{ input: Array<string>(513).fill('a') }, 'input'],
      [{ input: 'a', encoding_format: 'hex' }, 'encoding_format'],
    ] as const) {
      const answer = await world.post('/v1/embeddings', body);
      assert.equal(answer.status, 400, answer.text);
      assert.ok(errorOf(answer).param?.startsWith(param), answer.text);
    }
  });
});

describe('the list of models', () => {
  it('names those that are configured, and what they can', async () => {
    const { data } = JSON.parse((await world.ask('/v1/models')).text) as {
      data: Record<string, unknown>[];
    };
    assert.deepEqual(
      data.map(({ created: _, ...entry }) => entry),
      [
        {
          ...{ id: 'coder', object: 'model', owned_by: 'hearth', name: 'Coder 1B', roles: ['completion'] },
          ...{ state: 'loaded', max_model_len: 8192 },
          capabilities: { tools: false, reasoning: false, suffix: true, embeddings: false },
        },
        {
          ...{ id: 'talker', object: 'model', owned_by: 'hearth', name: 'Talker 7B', roles: ['chat'] },
          ...{ state: 'not-loaded', max_model_len: 8192 },
          capabilities: {
            completion_chat: true,
            tools: true,
            reasoning: true,
            suffix: true,
            embeddings: false,
          },
        },
      ],
    );
  });

  it('gives one by its name', async () => {
    const { status, text } = await world.ask('/v1/models/talker?x=1');
    assert.deepEqual([status, (JSON.parse(text) as { id: string }).id], [200, 'talker']);
    for (const other of ['x', '%', '', 'Talker 7B'.replace(' ', '%20')])
      assert.equal((await world.ask(`/v1/models/${other}`)).status, 404, other);
  });
});
