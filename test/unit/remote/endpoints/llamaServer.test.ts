import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EndpointError, type EndpointErrorCode } from '../../../../src/core/endpoints/errors.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { LlamaServerClient } from '../../../../src/remote/endpoints/llamaServer.ts';
import {
  chatCall,
  endpointAt,
  gap,
  httpThatAnswers,
  httpTo,
  infillCall,
  joined,
  question,
} from '../../../support/endpoints.ts';
import {
  event,
  FakeLlamaServer,
  FakeLlamaSwap,
  thinkingJinja,
} from '../../../support/fakeServers/llamaServer.ts';
import { familyVocabulary } from '../../../support/fakeServers/ollama.ts';
import { json, stream, type FakeReply } from '../../../support/fakeServers/server.ts';

const never = new AbortController().signal;
const raw = gap({ prompt: '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>', stops: ['<|file_sep|>'] });

function clientAt(address: string, more: Partial<Endpoint> = {}): LlamaServerClient {
  const endpoint = endpointAt(address, { api: 'llama-server', roles: ['completion', 'chat'], ...more });
  return new LlamaServerClient({ http: httpTo(endpoint), endpoint });
}

async function failure(promise: Promise<unknown>, code: EndpointErrorCode): Promise<EndpointError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof EndpointError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  throw new Error(`Nothing failed with ${code}.`);
}

describe('llama-server', () => {
  let llama: FakeLlamaServer;
  const client = (more: Partial<Endpoint> = {}): LlamaServerClient => clientAt(llama.server.address(), more);
  beforeEach(async () => {
    llama = await FakeLlamaServer.start();
  });
  afterEach(() => llama.server.stop());

  it('says what it can do, and shows its markers by its tokens', async () => {
    assert.deepEqual(await client().ability(never), {
      api: 'llama-server',
      product: 'llama-server b6700-4710dd31b',
      models: ['/models/qwen2.5-coder-1.5b-q8_0.gguf'],
      model: '/models/qwen2.5-coder-1.5b-q8_0.gguf',
      contextTokens: 8192,
      chat: true,
      tools: true,
      thinking: false,
      prefill: true,
      infill: 'raw',
      family: 'qwen-coder',
      counts: true,
      embeddings: false,
    });
    assert.deepEqual(llama.server.asked, ['GET /v1/models', 'GET /props', 'POST /tokenize']);
  });

  it('has a window that is no larger than the user says', async () => {
    assert.equal((await client({ contextTokens: 2000 }).ability(never)).contextTokens, 2000);
    assert.equal((await client({ contextTokens: 20_000 }).ability(never)).contextTokens, 8192);
  });

  it('is told from other families with the same markers', async () => {
    for (const [id, family] of [
      ['codegemma', 'codegemma'],
      ['starcoder2', 'starcoder2'],
      ['codestral', 'codestral'],
    ] as const) {
      llama.vocabulary = familyVocabulary(id);
      assert.equal((await client().ability(never)).family, family);
    }
  });

  it('lays out the prompt itself where only it knows the markers', async () => {
    llama.vocabulary = ['<odd_pre>', '<odd_suf>'];
    const odd = client();
    const ability = await odd.ability(never);
    assert.deepEqual([ability.infill, ability.family], ['suffix', null]);
    await odd.infill(gap({ prefix: 'a', suffix: 'b', extra: [] }), infillCall());
    const [, body] = llama.bodies('/infill');
    assert.deepEqual(
      [body?.['input_prefix'], body?.['input_suffix'], body?.['prompt']],
      ['a', 'b', undefined],
    );
    llama.infill = false;
    assert.equal((await client().ability(never)).infill, 'none');
    await failure(client().infill(gap(), infillCall()), 'not-offered');
  });

  it('is known by its file, and refuses another one by name', async () => {
    assert.equal((await client({ model: 'qwen2.5-coder-1.5b-q8_0' }).ability(never)).model, llama.id);
    const error = await failure(client({ model: 'llama-3' }).ability(never), 'no-model');
    assert.match(error.message, /team does not have the model llama-3 \(it has .*q8_0\.gguf\)/);
  });

  it('says that it is still loading', async () => {
    llama.loading = true;
    const error = await failure(client().ability(never), 'server');
    assert.equal(error.message, 'team is still loading its model: try again in a moment.');
  });

  it('names the model in every request where it has several', async () => {
    llama.router = { 'org/coder': 'loaded', other: 'unloaded' };
    const router = client();
    assert.equal((await router.ability(never)).model, 'org/coder');
    await router.infill(raw, infillCall());
    assert.ok(llama.server.asked.includes('GET /props?model=org%2Fcoder'));
    assert.equal(llama.bodies('/completion')[0]?.['model'], 'org/coder');
    assert.equal(llama.bodies('/tokenize')[0]?.['model'], 'org/coder');
  });

  it('completes a raw prompt, keeps it in its cache, and streams', async () => {
    const call = infillCall();
    const answer = await client().infill(raw, call);
    assert.deepEqual(answer, {
      text: 'total + item',
      stopReason: 'end',
      tokens: { prompt: 26, reused: 20, generated: 3 },
    });
    assert.deepEqual(call.texts, ['total', 'total + ', 'total + item']);
    const [body] = llama.bodies('/completion');
    assert.equal(body?.['prompt'], raw.prompt);
    assert.deepEqual([body['cache_prompt'], body['temperature'], body['n_predict']], [true, 0, 40]);
    // Markers that end an answer would be left out of its text, and nobody would see them.
    assert.ok((body['preserved_tokens'] as string[]).includes('<|file_sep|>'));
  });

  it('evaluates a prompt ahead', async () => {
    await client().infill({ ...raw, maxTokens: 0 }, infillCall());
    assert.equal(llama.bodies('/completion')[0]?.['n_predict'], 0);
  });

  it('gives why it stopped, as old and new servers say it', async () => {
    const cases = [
      [{ stop_type: 'limit' }, 'max-tokens'],
      [{ stop_type: 'word', stopping_word: 'x' }, 'stop'],
      [{ stop_type: undefined, stopped_eos: true }, 'end'],
      [{ stop_type: undefined, stopped_limit: true }, 'max-tokens'],
      [{ stop_type: undefined, stopped_word: true }, 'stop'],
    ] as const;
    for (const [end, reason] of cases) {
      llama.end = end;
      assert.equal((await client().infill(raw, infillCall())).stopReason, reason);
    }
  });

  it('counts tokens', async () => {
    assert.deepEqual(await client().countTokens(['', 'abc', '<|fim_prefix|>'], never), [0, 1, 5]);
  });

  it('fails in a sentence', async () => {
    const oversized = {
      error: {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9000,
        n_ctx: 8192,
      },
    };
    const unkeyed = { error: { code: 401, message: 'Invalid API Key', type: 'authentication_error' } };
    const cases: [FakeReply, EndpointErrorCode][] = [
      [json(oversized, 400), 'too-long'],
      [json(unkeyed, 401), 'unauthorized'],
      [json({ error: { code: 500, message: 'slot failed', type: 'server_error' } }, 500), 'server'],
      [stream([event({ content: 'a', stop: false }), event(oversized)]), 'too-long'],
      [stream(event({ content: 'a', stop: false })), 'broken'],
      [stream(event({ content: 'a', stop: false }), 'cut'), 'broken'],
      [stream('data: {"content": 4}\n\n'), 'bad-answer'],
      [stream('data: no JSON\n\n'), 'bad-answer'],
      [{ headers: { 'content-type': 'text/html' }, body: '<p>' }, 'bad-answer'],
    ];
    for (const [reply, code] of cases) {
      llama.instead = () => reply;
      const error = await failure(client().infill(raw, infillCall()), code);
      assert.match(error.message, /^team /);
    }
  });

  it('is told to end as soon as nobody wants the answer', async () => {
    llama.instead = () => stream(event({ content: 'a', stop: false }), 'hang');
    const wanted = new AbortController();
    await failure(
      client().infill(raw, infillCall({ signal: wanted.signal, onText: () => wanted.abort() })),
      'cancelled',
    );
    await llama.server.allClosed();
    assert.equal(llama.server.closedEarly, 1);
  });

  it('completes the same wherever its stream is cut', async () => {
    llama.answer = ['größe', ' = 😀', '\n'];
    const whole = Buffer.from(llama.completionEvents().join(''));
    const endpoint = endpointAt(llama.server.address(), { api: 'llama-server', roles: ['completion'] });
    const http = httpTo(endpoint);
    const known = new LlamaServerClient({ http, endpoint });
    await known.ability(never);
    const read = async (pieces: readonly Uint8Array[]): Promise<unknown> => {
      const made = httpThatAnswers(endpoint, pieces, 'text/event-stream');
      Object.assign(http, { events: made.events.bind(made) });
      const { text, stopReason } = await known.infill(raw, infillCall());
      return { text, stopReason };
    };
    for (let at = 1; at < whole.length; at += 1) {
      assert.deepEqual(await read([whole.subarray(0, at), whole.subarray(at)]), {
        text: 'größe = 😀\n',
        stopReason: 'end',
      });
    }
  });

  it('chats, thinks and says how far the prompt is', async () => {
    llama.template = thinkingJinja;
    llama.thinking = ['Hm', '…'];
    const call = chatCall();
    const answer = await client().chat(question({ thinking: true }), call);
    assert.deepEqual([answer.text, answer.reasoning, answer.stopReason], ['total + item', 'Hm…', 'end']);
    assert.deepEqual(answer.tokens, { prompt: 44, reused: 4, evaluated: 40, generated: 3 });
    assert.deepEqual(joined(call.events), [
      { kind: 'prefill', done: 24, total: 44 },
      { kind: 'reasoning', text: 'Hm…' },
      { kind: 'text', text: 'total + item' },
    ]);
    const [body] = llama.bodies('/v1/chat/completions');
    assert.deepEqual(body?.['chat_template_kwargs'], { enable_thinking: true });
  });

  it('begins an answer with a given text, without a thought before it', async () => {
    llama.answer = [' two', '\nEND'];
    const answer = await client().chat(
      question({ answerStart: 'one', thinking: true, stops: ['END'] }),
      chatCall(),
    );
    assert.deepEqual([answer.text, answer.stop], [' two\n', 'END']);
    const [body] = llama.bodies('/v1/chat/completions');
    assert.deepEqual((body?.['messages'] as unknown[]).at(-1), { role: 'assistant', content: 'one' });
    assert.deepEqual(body?.['chat_template_kwargs'], { enable_thinking: false });
  });
});

describe('llama-swap', () => {
  let swap: FakeLlamaSwap;
  const client = (more: Partial<Endpoint> = {}): LlamaServerClient => clientAt(swap.server.address(), more);
  beforeEach(async () => {
    swap = await FakeLlamaSwap.start();
  });
  afterEach(() => swap.stop());

  it('is asked about the one model that is meant, and no other', async () => {
    const coder = client({ model: 'org/coder' });
    const ability = await coder.ability(never);
    assert.deepEqual(
      [ability.product, ability.model, ability.family],
      ['llama-swap', 'org/coder', 'qwen-coder'],
    );
    assert.deepEqual(ability.models, ['big', 'org/coder']);
    assert.deepEqual(swap.server.asked, [
      'GET /v1/models',
      'GET /running',
      'GET /upstream/org/coder/props',
      'POST /upstream/org/coder/tokenize',
    ]);
    await coder.infill(raw, infillCall());
    await coder.chat(question(), chatCall());
    assert.deepEqual(swap.server.asked.slice(4), [
      'POST /upstream/org/coder/completion',
      'POST /v1/chat/completions',
    ]);
    assert.equal(swap.server.requests.at(-1)?.body['model'], 'org/coder');
  });

  it('loads nothing that was not asked for', async () => {
    await failure(client().ability(never), 'no-model');
    assert.deepEqual(swap.running, []);
    swap.running = [{ model: 'big', state: 'ready' }];
    assert.equal((await client().ability(never)).model, 'big');
    const error = await failure(client({ model: 'none' }).ability(never), 'no-model');
    assert.match(error.message, /does not have the model none \(it has big, org\/coder\)/);
  });

  it('is refused where it would send everything on to another machine', async () => {
    swap.models = [
      { id: 'far', owned_by: 'llama-swap', name: 'gpu: far', meta: { llamaswap: { peerID: 'gpu' } } },
    ];
    const error = await failure(client().ability(never), 'forbidden');
    assert.match(error.message, /to its peer gpu/);
    assert.deepEqual(swap.running, []);
  });
});
