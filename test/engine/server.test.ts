/** Hearth as a server, over real HTTP, with llama.cpp itself. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeChatModel } from '../support/chatModel.ts';
import { temporaryFolder, until } from '../support/engine.ts';
import { scriptedModel } from '../support/gguf.ts';
import { serve, stopServed } from '../support/servedEngines.ts';
import { errorOf, eventsOf } from '../support/servedWorld.ts';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, `${name}.gguf`);
after(stopServed);

interface Whole {
  readonly choices: readonly {
    readonly text: string;
    readonly finish_reason: string;
    readonly message: {
      readonly content: string | null;
      readonly reasoning_content?: string;
      readonly tool_calls?: readonly {
        readonly function: { readonly name: string; readonly arguments: string };
      }[];
    };
  }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
  };
}
const whole = (text: string): Whole => JSON.parse(text) as Whole;
const user = (content: string) => ({ role: 'user', content });

before(async () => {
  await scriptedModel({
    path: file('coder'),
    name: 'Scripted Coder',
    chains: [
      { after: '(', pieces: ['left', ' + b', ');', '\nnext', '();\n'] },
      { after: '=', pieces: [' one', ' two', ' three', ' four'] },
    ],
  });
  await writeChatModel(file('talker'), {
    name: 'Scripted Talker',
    tools: true,
    thinking: true,
    answers: [
      '<think>\nLet me see.\n</think>\n\nIt is in `price.ts`, 漢字.',
      'Second answer, and more of it.',
    ],
    says: {
      'Call it': 'I look.\n<tool_call>\n{"name": "read", "arguments": {"path": "a.ts"}}\n</tool_call>',
    },
  });
  await scriptedModel({ path: file('mean'), name: 'Mean', pooling: 1, chains: [] });
  await scriptedModel({ path: file('last'), name: 'Last', pooling: 3, chains: [] });
});

describe('models over HTTP', () => {
  let served: Awaited<ReturnType<typeof serve>>;
  before(async () => {
    served = await serve(file('coder'), file('talker'));
  });

  it('are listed before anything is loaded, and loading nothing', async () => {
    const { data } = JSON.parse((await served.ask('/models')).text) as {
      data: { id: string; roles: string[]; state: string; max_model_len: number | null }[];
    };
    assert.deepEqual(
      data.map(({ id, roles, state, max_model_len: length }) => [id, roles, state, length]),
      [
        ['coder', ['completion'], 'not-loaded', null],
        ['talker', ['chat'], 'not-loaded', null],
      ],
    );
    assert.deepEqual(
      served.engines.clients.map(({ state }) => state.kind),
      ['stopped', 'stopped'],
    );
  });

  it('answer a question, thinking first', async () => {
    const { status, text } = await served.ask('/chat/completions', {
      messages: [user('Where?')],
      temperature: 0,
    });
    assert.equal(status, 200, text);
    const [choice] = whole(text).choices;
    assert.deepEqual(choice?.message, {
      role: 'assistant',
      content: 'It is in `price.ts`, 漢字.',
      reasoning_content: 'Let me see.',
    });
    assert.equal(choice.finish_reason, 'stop');
    assert.ok(whole(text).usage.completion_tokens > 3);
    assert.deepEqual(
      served.engines.clients.map(({ state }) => state.kind),
      ['stopped', 'ready'],
    );
  });

  it('stream the same answer, and find the question evaluated', async () => {
    const body = {
      messages: [user('Where?')],
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    };
    const events = eventsOf((await served.ask('/chat/completions', body)).text);
    assert.equal(events.pop(), '[DONE]');
    const { usage } = events.pop() as Whole;
    const deltas = events.map(
      (event) =>
        (event as { choices: { delta: { content?: string; reasoning_content?: string } }[] }).choices[0]
          ?.delta,
    );
    assert.equal(deltas.map((delta) => delta?.content ?? '').join(''), 'It is in `price.ts`, 漢字.');
    assert.equal(deltas.map((delta) => delta?.reasoning_content ?? '').join(''), 'Let me see.');
    assert.equal(usage.prompt_tokens_details.cached_tokens, usage.prompt_tokens - 1);
  });

  it('do not think where they are asked not to, stop at a text, and end after so many tokens', async () => {
    const messages = [user('Where?')];
    const short = whole(
      (
        await served.ask('/chat/completions', {
          ...{ messages, temperature: 0, reasoning_effort: 'none', stop: ['price'] },
        })
      ).text,
    ).choices[0];
    assert.deepEqual([short?.message.content, short?.message.reasoning_content], ['It is in `', undefined]);
    const cut = whole(
      (await served.ask('/chat/completions', { messages, temperature: 0, max_tokens: 2 })).text,
    );
    assert.deepEqual([cut.choices[0]?.finish_reason, cut.usage.completion_tokens], ['length', 2]);
  });

  it('call tools', async () => {
    const tools = [
      {
        type: 'function',
        function: { name: 'read', parameters: { type: 'object', properties: { path: { type: 'string' } } } },
      },
    ];
    const { text } = await served.ask('/chat/completions', {
      messages: [user('Call it')],
      tools,
      temperature: 0,
    });
    const [choice] = whole(text).choices;
    assert.equal(choice?.finish_reason, 'tool_calls');
    assert.deepEqual(
      choice.message.tool_calls?.map((call) => call.function),
      [{ name: 'read', arguments: '{"path":"a.ts"}' }],
    );
  });

  it('hold an answer to a schema', async () => {
    const schema = {
      type: 'object',
      properties: { kind: { enum: ['bug', 'idea'] }, sure: { type: 'boolean' } },
    };
    const { status, text } = await served.ask('/chat/completions', {
      ...{ messages: [user('Which?')], temperature: 0 },
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    });
    assert.equal(status, 200, text);
    const answer = JSON.parse(whole(text).choices[0]?.message.content ?? '') as {
      kind: string;
      sure: boolean;
    };
    assert.ok(['bug', 'idea'].includes(answer.kind) && typeof answer.sure === 'boolean');
  });

  it('say that a question is too long', async () => {
    const { status, text } = await served.ask('/chat/completions', {
      messages: [user('word '.repeat(3000))],
    });
    assert.deepEqual([status, errorOf({ text }).code], [400, 'context_length_exceeded']);
    assert.match(errorOf({ text }).message, /window of chat 2048/);
  });

  it('fill in between a prompt and a suffix', async () => {
    const body = { prompt: 'const c = add(', suffix: '\nlast();\n' };
    const { status, text } = await served.ask('/completions', body);
    assert.equal(status, 200, text);
    assert.deepEqual(
      [whole(text).choices[0]?.text, whole(text).choices[0]?.finish_reason],
      ['left + b);\nnext();\n', 'stop'],
    );
    const laid = '<|fim_prefix|>const c = add(<|fim_suffix|>\nlast();\n<|fim_middle|>';
    const same = whole((await served.ask('/completions', { prompt: laid })).text);
    assert.equal(same.choices[0]?.text, 'left + b);\nnext();\n');
    // The same tokens, though the client laid them out.
    assert.equal(same.usage.prompt_tokens_details.cached_tokens, same.usage.prompt_tokens - 1);
  });

  it('stop at a text, streamed too', async () => {
    const body = { prompt: 'const c = add(', suffix: ';', stop: [';\n'] };
    assert.equal(whole((await served.ask('/completions', body)).text).choices[0]?.text, 'left + b)');
    const events = eventsOf((await served.ask('/completions', { ...body, stream: true })).text);
    assert.equal(events.pop(), '[DONE]');
    const choices = events.map((event) => (event as Whole).choices[0]);
    assert.equal(choices.map((choice) => choice?.text).join(''), 'left + b)');
    assert.equal(choices.at(-1)?.finish_reason, 'stop');
  });

  it('go on with a prompt without a suffix, as far as they may', async () => {
    const { text } = await served.ask('/completions', { prompt: 'x =', max_tokens: 3 });
    const { choices, usage } = whole(text);
    assert.deepEqual([choices[0]?.text, choices[0]?.finish_reason], [' one two three', 'length']);
    // No marker was there: nothing but the prompt's own letters (of which the last is written again) and the answer.
    assert.equal(usage.prompt_tokens + usage.completion_tokens, 'x ='.length + 3);
  });

  it('write alike with one seed, at any temperature', async () => {
    const body = { prompt: 'q', temperature: 2, seed: 3, max_tokens: 12 };
    const texts = await Promise.all(
      [1, 2].map(async () => whole((await served.ask('/completions', body)).text)),
    );
    assert.equal(texts[0]?.choices[0]?.text, texts[1]?.choices[0]?.text);
  });

  it('are listed with what they can once they are loaded', async () => {
    const { data } = JSON.parse((await served.ask('/models')).text) as {
      data: { name: string; state: string; max_model_len: number; capabilities: Record<string, boolean> }[];
    };
    assert.deepEqual(
      data.map((entry) => [entry.name, entry.state, entry.max_model_len, entry.capabilities]),
      [
        [
          'Scripted Coder',
          'loaded',
          2048,
          { tools: false, reasoning: false, suffix: true, embeddings: false },
        ],
        [
          'Scripted Talker',
          'loaded',
          2048,
          { completion_chat: true, tools: true, reasoning: true, suffix: false, embeddings: false },
        ],
      ],
    );
  });

  it('refuse what they can’t', async () => {
    for (const [to, body, says] of [
      ['/completions', { model: 'talker', prompt: 'a', suffix: 'b' }, /Scripted Talker can't fill in/],
      ['/chat/completions', { model: 'coder', messages: [user('Hi')] }, /Scripted Coder only completes code/],
      ['/embeddings', { input: 'a' }, /Scripted Coder was not made for embeddings/],
      ['/completions', { prompt: '' }, /nothing before the cursor/],
    ] as const) {
      const { status, text } = await served.ask(to, body);
      assert.equal(status, 400, text);
      assert.match(errorOf({ text }).message, says);
    }
  });
});

describe('one model for both roles', () => {
  it('is listed once, keeps the user’s conversation evaluated, and the editor’s completions', async () => {
    const { engines, ask } = await serve(file('talker'));
    const { data } = JSON.parse((await ask('/models')).text) as { data: { id: string; roles: string[] }[] };
    assert.deepEqual(
      data.map(({ id, roles }) => [id, roles]),
      [['talker', ['completion', 'chat']]],
    );
    const query = {
      ...{ messages: [user('Where is it all?')] as const, tools: [], maxTokens: 50, temperature: 0, seed: 1 },
      thinking: false,
    } as const;
    const first = await engines.chat({ ...query, messages: [{ role: 'user', content: 'Where is it all?' }] });
    await ask('/chat/completions', { messages: [user('Something else entirely')], temperature: 0 });
    await ask('/completions', { prompt: 'something = else' });
    const again = await engines.chat({ ...query, messages: [{ role: 'user', content: 'Where is it all?' }] });
    assert.equal(again.text, first.text);
    assert.equal(again.tokens.reused, again.tokens.prompt - 1);
  });
});

describe('embeddings over HTTP', () => {
  type Answer = { data: { embedding: number[] }[]; usage: { prompt_tokens: number } };

  it('are the mean of the tokens’ vectors where the model is made so', async () => {
    const { ask } = await serve(file('mean'));
    const { status, text } = await ask('/embeddings', { input: ['ab', 'ba', 'aab', 'zz'] });
    assert.equal(status, 200, text);
    const { data } = JSON.parse(text) as Answer;
    const [ab = [], ba = [], aab = [], zz = []] = data.map(({ embedding }) => embedding);
    const product = (one: readonly number[], other: readonly number[]): number =>
      one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
    for (const vector of [ab, ba, aab, zz]) assert.ok(Math.abs(product(vector, vector) - 1) < 1e-4);
    assert.ok(Math.abs(product(ab, ba) - 1) < 1e-3, 'the same letters');
    // (1, 1) and (2, 1) of the letters a and b: the model's vectors are one for each token.
    const expected = 3 / Math.sqrt(2 * 5);
    assert.ok(Math.abs(product(ab, aab) - expected) < 1e-2, `${product(ab, aab)} and not ${expected}`);
    assert.ok(Math.abs(product(ab, zz)) < 1e-2, 'no letter in common');
  });

  it('are the last token’s vector where the model is made so', async () => {
    const { ask } = await serve(file('last'));
    const { data, usage } = JSON.parse(
      (await ask('/embeddings', { input: ['xa', 'yya', 'ab'] })).text,
    ) as Answer;
    const largest = data.map(({ embedding }) => embedding.indexOf(Math.max(...embedding)));
    assert.equal(largest[0], largest[1]);
    assert.ok(usage.prompt_tokens >= 7);
  });

  it('are refused for texts that are empty or too long, and given for others after that', async () => {
    const { ask } = await serve(file('mean'));
    for (const [input, says] of [
      [['a', ''], /Text 2 of the input is empty/],
      ['word '.repeat(1000), /has 500\d tokens.*takes 2047/],
    ] as const) {
      const { status, text } = await ask('/embeddings', { input });
      assert.equal(status, 400, text);
      assert.match(errorOf({ text }).message, says);
    }
    assert.equal((await ask('/embeddings', { input: 'a' })).status, 200);
  });
});

describe('a client of a real model', () => {
  it('cancels what it asked by going away, and stands back for the user', async () => {
    await writeChatModel(file('slow'), {
      name: 'Slow',
      slow: true,
      endless: true,
      answers: [Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ')],
    });
    const { engines, ask } = await serve(file('slow'));
    const controller = new AbortController();
    let ended = false;
    const asked = ask(
      '/chat/completions',
      { messages: [user('Go on')], stream: true, temperature: 0 },
      controller.signal,
    );
    asked.catch(() => (ended = true));
    await until(() => engines.completion.state.kind === 'ready', 'the model is loaded');
    const mine = await engines.chat({
      ...{ messages: [{ role: 'user', content: 'Mine' }], tools: [], maxTokens: 3, temperature: 0, seed: 1 },
      thinking: false,
    });
    assert.equal(mine.tokens.generated, 3);
    assert.equal(ended, false, 'the other request goes on');
    controller.abort();
    await assert.rejects(asked);
    await until(() => engines.completion.idleMs > 0, 'the engine rests');
  });
});
