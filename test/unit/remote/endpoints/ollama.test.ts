import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EndpointError, type EndpointErrorCode } from '../../../../src/core/endpoints/errors.ts';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { OllamaClient } from '../../../../src/remote/endpoints/ollama.ts';
import { OllamaContexts } from '../../../../src/remote/endpoints/ollamaContexts.ts';
import { chatCall, endpointAt, gap, httpTo, infillCall, question } from '../../../support/endpoints.ts';
import {
  chatTemplate,
  codeLlamaTemplate,
  FakeOllama,
  familyVocabulary,
  line,
  lines,
} from '../../../support/fakeServers/ollama.ts';
import { json } from '../../../support/fakeServers/server.ts';

const never = new AbortController().signal;
let ollama: FakeOllama;

beforeEach(async () => {
  ollama = await FakeOllama.start();
});
afterEach(() => ollama.server.stop());

function client(more: Partial<Endpoint> = {}, contexts = new OllamaContexts()): OllamaClient {
  const endpoint = endpointAt(ollama.server.address(), {
    api: 'ollama',
    roles: ['completion', 'chat'],
    ...more,
  });
  return new OllamaClient({ http: httpTo(endpoint), endpoint, contexts });
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

describe('what Ollama says it can do', () => {
  it('is read without loading anything', async () => {
    ollama.models.set('nomic-embed-text:latest', { capabilities: ['embedding'] });
    const ability = await client({ model: 'qwen2.5-coder:1.5b-base' }).ability(never);
    assert.deepEqual(ability, {
      api: 'ollama',
      product: 'Ollama 0.12.3',
      models: ['qwen2.5-coder:1.5b-base', 'nomic-embed-text:latest'],
      model: 'qwen2.5-coder:1.5b-base',
      contextTokens: 8192,
      chat: true,
      tools: false,
      thinking: false,
      prefill: false,
      infill: 'raw',
      family: 'qwen-coder',
      counts: false,
      embeddings: false,
    });
    assert.deepEqual(ollama.server.asked, [
      'GET /api/version',
      'GET /api/tags',
      'GET /api/ps',
      'POST /api/show',
    ]);
  });

  it('does not depend on the version that its address ends with', async () => {
    const ability = await client({ address: ollama.server.address('/v1') }).ability(never);
    assert.equal(ability.api, 'ollama');
  });

  it('lets Ollama lay out prompts whose markers are unknown', async () => {
    ollama.models.set('codellama:code', { template: codeLlamaTemplate, architecture: 'llama' });
    const ability = await client({ model: 'codellama:code' }).ability(never);
    assert.deepEqual([ability.infill, ability.family], ['suffix', null]);
  });

  it('finds markers in the vocabulary where no template has them', async () => {
    const vocabulary = familyVocabulary('qwen-coder');
    ollama.models.set('qwen3-coder:30b', {
      template: chatTemplate,
      capabilities: ['completion', 'tools'],
      architecture: 'qwen3moe',
      vocabulary,
    });
    const ability = await client({ model: 'qwen3-coder:30b' }).ability(never);
    assert.deepEqual([ability.infill, ability.family, ability.tools], ['raw', 'qwen-coder', true]);
    // Some megabytes are not asked for where nobody completes code.
    const before = ollama.bodies('/api/show').length;
    const other = await client({ model: 'qwen3-coder:30b', roles: ['chat'] }).ability(never);
    assert.equal(other.infill, 'none');
    assert.deepEqual(
      ollama
        .bodies('/api/show')
        .slice(before)
        .map(({ verbose }) => verbose),
      [undefined],
    );
  });

  it('has no completions from a model without any markers', async () => {
    ollama.models.set('llama3.2:latest', {
      template: chatTemplate,
      capabilities: ['completion'],
      architecture: 'llama',
    });
    const talker = client({ model: 'llama3.2' });
    const ability = await talker.ability(never);
    assert.deepEqual([ability.model, ability.infill], ['llama3.2:latest', 'none']);
    const error = await failure(talker.infill(gap(), infillCall()), 'not-offered');
    assert.match(error.message, /^team can't complete code with llama3\.2:latest/);
  });

  it('is guessed from the template by an Ollama that does not say it', async () => {
    ollama.version = '0.5.1';
    ollama.models.set('old', { capabilities: null });
    ollama.models.set('plain', { capabilities: null, template: chatTemplate });
    assert.equal((await client({ model: 'old' }).ability(never)).infill, 'raw');
    const plain = await client({ model: 'plain' }).ability(never);
    assert.deepEqual([plain.chat, plain.tools, plain.infill], [true, false, 'none']);
  });

  it('is that of the model that is loaded where none is named', async () => {
    ollama.models.set('other', {});
    const error = await failure(client().ability(never), 'no-model');
    assert.match(error.message, /several models \(qwen2\.5-coder:1\.5b-base, other\): name one of them/);
    ollama.running = [{ name: 'other', context_length: 4096 }];
    assert.equal((await client().ability(never)).model, 'other');
  });

  it('comes with the command that brings a missing model', async () => {
    const error = await failure(client({ model: 'qwen9' }).ability(never), 'no-model');
    assert.equal(
      error.message,
      'team does not have the model qwen9: run `ollama pull qwen9` where it runs, or choose another.',
    );
  });

  it('refuses a model that runs elsewhere, unless the endpoint is known to be elsewhere', async () => {
    ollama.models.set('gpt-oss:120b-cloud', { remoteHost: 'https://ollama.com:443' });
    const away = { model: 'gpt-oss:120b-cloud' };
    const error = await failure(client(away).ability(never), 'forbidden');
    assert.match(error.message, /team would send everything on to ollama\.com/);
    assert.equal((await client({ ...away, class: 'cloud' }).ability(never)).model, 'gpt-oss:120b-cloud');
  });

  it('is refused where something else answers', async () => {
    ollama.server.reply = () => json({ error: 'Unexpected endpoint or method. (GET /api/version)' });
    await failure(client().ability(never), 'bad-answer');
  });
});

describe('the window that Ollama is asked for', () => {
  const context = async (more: Partial<Endpoint>, contexts?: OllamaContexts): Promise<number | null> =>
    (await client(more, contexts).ability(never)).contextTokens;

  it("is the user's, the model's own, that of the loaded model, or the usual one, and never too large", async () => {
    ollama.models.set('own', {
      parameters: 'stop                           "<|im_end|>"\nnum_ctx                        16384',
    });
    ollama.models.set('small', { contextLength: 2048 });
    ollama.models.set('loaded', {});
    ollama.models.set('little', {});
    ollama.running = [
      { name: 'loaded', context_length: 24_576 },
      { name: 'little', context_length: 4096 },
    ];
    assert.equal(await context({ model: 'own' }), 16_384);
    assert.equal(await context({ model: 'own', contextTokens: 6000 }), 6000);
    assert.equal(await context({ model: 'small' }), 2048);
    assert.equal(await context({ model: 'loaded' }), 24_576);
    assert.equal(await context({ model: 'little' }), 8192);
  });

  it('is the same for every role and every endpoint of a model, so that it is not loaded again', async () => {
    const contexts = new OllamaContexts();
    const small = client({ name: 'a', contextTokens: 4096, keepAliveMinutes: 30 }, contexts);
    const large = client({ name: 'b', contextTokens: 16_384 }, contexts);
    await small.ability(never);
    await large.ability(never);
    await small.infill(gap({ prompt: 'x' }), infillCall());
    await small.chat(question(), chatCall());
    await large.chat(question(), chatCall());
    const asked = [...ollama.bodies('/api/generate'), ...ollama.bodies('/api/chat')];
    assert.deepEqual(
      asked.map(({ options, keep_alive: keep }) => [(options as { num_ctx: number }).num_ctx, keep]),
      [
        [16_384, '30m'],
        [16_384, '30m'],
        [16_384, undefined],
      ],
    );
  });
});

describe('the windows of several endpoints', () => {
  it('are no more those of one that is gone, or that has another model', () => {
    const contexts = new OllamaContexts();
    const at = { address: 'http://127.0.0.1:11434' };
    assert.equal(contexts.decide({ ...at, name: 'large' }, 'm', 32_768), 32_768);
    assert.equal(contexts.decide({ ...at, name: 'small' }, 'm', 4096), 32_768);
    contexts.release({ name: 'large' });
    assert.equal(contexts.of(at, 'm'), 4096);
    contexts.decide({ ...at, name: 'small' }, 'other', 8192);
    assert.deepEqual([contexts.of(at, 'm'), contexts.of(at, 'other')], [null, 8192]);
  });
});

describe('a completion by Ollama', () => {
  it('is a raw prompt with markers, and streams', async () => {
    const call = infillCall();
    const answer = await client().infill(
      gap({ prompt: '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>', stops: ['<|file_sep|>'] }),
      call,
    );
    assert.deepEqual(answer, {
      text: 'total + item',
      stopReason: 'end',
      tokens: { prompt: 26, reused: null, generated: 3 },
    });
    assert.deepEqual(call.texts, ['total', 'total + ', 'total + item']);
    assert.deepEqual(ollama.bodies('/api/generate'), [
      {
        model: 'qwen2.5-coder:1.5b-base',
        stream: true,
        truncate: false,
        shift: false,
        prompt: '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>',
        raw: true,
        options: { num_ctx: 8192, num_predict: 40, temperature: 0, stop: ['<|file_sep|>'] },
      },
    ]);
  });

  it('has a suffix even where there is none: without one Ollama would chat', async () => {
    ollama.models.set('codellama:code', { template: codeLlamaTemplate, architecture: 'llama' });
    await client({ model: 'codellama:code' }).infill(gap({ suffix: '' }), infillCall());
    const [body] = ollama.bodies('/api/generate');
    assert.deepEqual([body?.['prompt'], body?.['suffix'], body?.['raw']], ['const a = ', '\n', undefined]);
  });

  it('asks for one token at least: none would be no limit', async () => {
    await client().infill(gap({ prompt: 'x', maxTokens: 0 }), infillCall());
    assert.equal((ollama.bodies('/api/generate')[0]?.['options'] as { num_predict: number }).num_predict, 1);
  });

  it('ends at a stop, at the limit, or when it is enough', async () => {
    ollama.answer = ['a', '<|file', '_sep|>b.ts'];
    const call = infillCall();
    const stopped = await client().infill(gap({ prompt: 'x', stops: ['<|file_sep|>'] }), call);
    assert.deepEqual([stopped.text, stopped.stopReason, call.texts], ['a', 'stop', ['a']]);
    ollama.end = { done_reason: 'length' };
    ollama.answer = ['abc'];
    assert.equal((await client().infill(gap({ prompt: 'x' }), infillCall())).stopReason, 'max-tokens');
    ollama.instead = () => lines(ollama.generatedLines('m').slice(0, 1), 'hang');
    const enough = new AbortController();
    const some = await client().infill(
      gap({ prompt: 'x' }),
      infillCall({ enough: enough.signal, onText: () => enough.abort() }),
    );
    assert.deepEqual([some.text, some.stopReason], ['abc', 'enough']);
    await ollama.server.allClosed();
  });

  it('is not cut off in silence, and a broken one is an error', async () => {
    const cases: [FakeReplyOf, EndpointErrorCode, RegExp][] = [
      [json({ error: 'the input length exceeds the context length' }, 400), 'too-long', /window/],
      [
        json({ error: 'llama runner process has terminated: exit status 2' }, 500),
        'server',
        /llama runner process/,
      ],
      [
        json({ error: 'model requires more system memory (5.6 GiB) than is available (3.1 GiB)' }, 500),
        'server',
        /5\.6 GiB/,
      ],
      [
        json({ error: 'server busy, please try again.  maximum pending requests exceeded' }, 503),
        'server',
        /busy/,
      ],
      [
        json({ error: "model 'qwen2.5-coder:1.5b-base' not found" }, 404),
        'no-model',
        /ollama pull qwen2\.5-coder:1\.5b-base/,
      ],
      [json({ error: 'unauthorized' }, 401), 'unauthorized', /wants a key/],
      [
        lines([
          line({ response: 'a', done: false }),
          line({ error: 'an error was encountered while running the model' }),
        ]),
        'server',
        /encountered/,
      ],
      [lines(line({ response: 'a', done: false })), 'broken', /before its end/],
      [lines(line({ response: 'a', done: false }), 'cut'), 'broken', /broke off/],
      [lines('{"response": "a", "done": fal\n'), 'bad-answer', /no JSON/],
      [lines(line({ response: 3 })), 'bad-answer', /none of a completion/],
      [{ headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' }, 'bad-answer', /web page/],
      [
        { status: 307, headers: { location: 'http://127.0.0.1:1/api/generate' } },
        'bad-answer',
        /another address/,
      ],
    ];
    for (const [reply, code, says] of cases) {
      ollama.instead = () => reply;
      const error = await failure(client().infill(gap({ prompt: 'x' }), infillCall()), code);
      assert.match(error.message, says);
      assert.match(error.message, /^team /);
    }
  });

  it('ends at the server, too, when nobody wants it any more', async () => {
    ollama.instead = () => lines(line({ response: 'a', done: false }), 'endless');
    const wanted = new AbortController();
    const call = infillCall({ signal: wanted.signal, onText: () => wanted.abort() });
    await failure(client().infill(gap({ prompt: 'x', maxTokens: 4000 }), call), 'cancelled');
    await ollama.server.allClosed();
    assert.equal(ollama.server.closedEarly, 1);
  });
});

type FakeReplyOf = Exclude<ReturnType<NonNullable<FakeOllama['instead']>>, null>;
