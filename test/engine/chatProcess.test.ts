/** Chat through the engine's process: stopped, killed, beside completions. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ChatEvent, ChatQuery } from '../../src/core/chat/types.ts';
import { Engines } from '../../src/engine/engines.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import {
  alive,
  byHand,
  completion,
  enginePath,
  stopEngines,
  temporaryFolder,
  testEngine,
  until,
} from '../support/engine.ts';
import { writeChatModel } from '../support/chatModel.ts';

const folder = temporaryFolder();
const quick = path.join(folder, 'quick.gguf');
const slow = path.join(folder, 'slow.gguf');
const story = Array.from({ length: 100 }, (_, line) => `Line ${line}: ${line * 31} 漢字.\n`).join('');
const keystroke = { priority: 'keystroke', deadlineMs: 60_000 } as const;

before(async () => {
  const model = { answers: [story, 'Second.'], completions: { '=': ' 0.19;\n' } };
  await writeChatModel(quick, { ...model, name: 'quick' });
  await writeChatModel(slow, { ...model, name: 'slow', slow: true, pieceBytes: 8 });
});
after(stopEngines);

function query(content: string, more: Partial<ChatQuery> = {}): ChatQuery {
  const rest = { tools: [], maxTokens: 2000, temperature: 0, seed: 0, thinking: false };
  return { messages: [{ role: 'user', content }], ...rest, ...more };
}

/** Something to read for a while: about 1.2 ms each. */
const longQuestion = 'let value = compute(x, y);\n'.repeat(25);

describe('chat in the engine process', () => {
  it('streams what the answer is in the end', async () => {
    const { client } = testEngine(quick);
    const events: ChatEvent[] = [];
    const onEvent = (event: ChatEvent): void => void events.push(event);
    const answer = await client.chat.answer(query('Tell me.'), { onEvent });
    assert.equal(answer.text, story);
    const streamed = events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
    assert.equal(streamed, story);
    assert.equal(await client.chat.countPrompt(query('Tell me.').messages, []), answer.tokens.prompt);
    await client.stop();
  });

  it('tells how much of a long prompt is evaluated', async () => {
    const { client } = testEngine(slow);
    const events: ChatEvent[] = [];
    const { tokens } = await client.chat.answer(query(longQuestion, { maxTokens: 1 }), {
      onEvent: (event) => events.push(event),
    });
    const done = events.flatMap((event) => (event.kind === 'prefill' ? [event.done] : []));
    assert.ok(done.length > 1, `${done.length} times`);
    assert.deepEqual(
      done,
      done.toSorted((a, b) => a - b),
    );
    assert.equal(done.at(-1), tokens.prompt);
    await client.stop();
  });

  it('is stopped while its prompt is evaluated; what was evaluated is kept', async () => {
    const { client } = testEngine(slow);
    await client.chat.prepare();
    const controller = new AbortController();
    let done = 0;
    const asked = client.chat.answer(query(longQuestion), {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind !== 'prefill' || event.done < 100) return;
        done = event.done;
        controller.abort();
      },
    });
    await assert.rejects(asked, { code: 'cancelled' });
    const { tokens } = await client.chat.answer(query(longQuestion, { maxTokens: 1 }));
    assert.ok(tokens.reused >= done - 1, 'the slices before are found in the KV cache');
    assert.ok(tokens.reused < tokens.prompt - 1, 'and not all of it was');
    await client.stop();
  });

  it('is stopped while it writes; the next answer begins with what was evaluated', async () => {
    const { client } = testEngine(slow);
    const controller = new AbortController();
    let text = '';
    const asked = client.chat.answer(query('Tell me.'), {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === 'text') text += event.text;
        if (text.length > 100) controller.abort();
      },
    });
    await assert.rejects(asked, { code: 'cancelled' });
    assert.ok(story.startsWith(text));
    const messages = [...query('Tell me.').messages, { role: 'assistant', content: text } as const];
    const next = await client.chat.answer(
      query('', { messages: [...messages, { role: 'user', content: 'And?' }] }),
    );
    assert.equal(next.text, 'Second.');
    const glue = Buffer.byteLength('.\nuser\nAnd?.\n.assistant\n.');
    assert.ok(next.tokens.evaluated <= glue + 8, `${next.tokens.evaluated} for ${glue}`);
    await client.stop();
  });

  it('lets a keystroke in while a prompt is evaluated, and goes on then', async () => {
    const { client } = testEngine(slow, { contextTokens: 512 });
    await client.chat.prepare();
    let typed: Promise<unknown> | null = null;
    const order: string[] = [];
    const answer = client.chat.answer(query(longQuestion, { maxTokens: 1 }), {
      onEvent: (event) => {
        if (event.kind !== 'prefill' || event.done < 100) return;
        typed ??= client.complete(completion('rate =█'), keystroke).then(({ text }) => order.push(text));
      },
    });
    const { tokens } = await answer.finally(() => order.push('answer'));
    await (typed as Promise<unknown> | null);
    assert.deepEqual(order, [' 0.19;\n', 'answer']);
    assert.equal(tokens.evaluated + tokens.reused, tokens.prompt, 'nothing of it was evaluated twice');
    await client.stop();
  });

  it('tells of the death of its process in the middle of an answer; what came stays, the next one works', async () => {
    const { client } = testEngine(slow);
    let text = '';
    const asked = client.chat.answer(query('Tell me.'), {
      onEvent: (event) => {
        if (event.kind !== 'text') return;
        text += event.text;
        if (text.length > 50 && client.state.kind === 'ready') process.kill(client.state.pid, 'SIGKILL');
      },
    });
    await assert.rejects(asked, { code: 'crashed' });
    assert.ok(text.length > 50 && story.startsWith(text));
    await until(() => client.state.kind === 'ready', 'a new process');
    const { text: again } = await client.chat.answer(query('Tell me.', { maxTokens: 5 }));
    assert.ok(again !== '' && story.startsWith(again));
    await client.stop();
  });
});

describe('the models by role', () => {
  const settings = (modelPath: string): LoadSettings => ({
    ...loadDefaults,
    modelPath,
    device: 'cpu',
    contextTokens: 1024,
    threads: 1,
    stateFolder: null,
    draftModelPath: null,
  });
  function engines(chat: LoadSettings | null): Engines {
    const log = (): void => undefined;
    const client = { enginePath, log, facts: new ModelFacts(null, log), restartDelays: [50] };
    return new Engines({
      completion: { ...client, settings: () => settings(quick) },
      chat: client,
      chatSettings: () => chat,
    });
  }

  it('chat in a process of its own, whose completion context is as small as can be', async () => {
    const both = engines(settings(slow));
    const { model, contextTokens } = await both.prepareChat();
    assert.deepEqual([model.name, model.contextTokens, contextTokens], ['slow', 256, 8192]);
    const { text } = await both.chat(query('Tell me.', { maxTokens: 3 }));
    assert.ok(text !== '' && story.startsWith(text));
    assert.equal(both.completion.state.kind, 'stopped', 'completion was not asked');
    await both.stop();
  });

  it('chat in the process of completions where they have one model', async () => {
    const both = engines(null);
    const [{ text }, completed] = await Promise.all([
      both.chat(query('Tell me.')),
      both.complete(completion('rate =█'), byHand),
    ]);
    assert.deepEqual([text, completed.text], [story, ' 0.19;\n']);
    const pids = both.clients.flatMap(({ state }) => (state.kind === 'ready' ? [state.pid] : []));
    assert.equal(pids.length, 1);
    assert.equal(
      await both.countChat(query('é').messages, []),
      await both.countChat(query('ab').messages, []),
    );
    assert.deepEqual(await both.countChatTexts(['é', 'abc']), [2, 3]);
    await both.stop();
    assert.ok(pids.every((pid) => !alive(pid)));
  });
});
