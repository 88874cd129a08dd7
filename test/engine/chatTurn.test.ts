/** Whole questions through llama.cpp in the engine's process: what is sent again costs nothing, whatever goes wrong. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import type { AssistantMessage } from '../../src/core/chat/conversation.ts';
import type { ChatSettings } from '../../src/core/chat/turn/parts.ts';
import { Engines } from '../../src/engine/engines.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import { localChatModel } from '../../src/host/chat/localChatModel.ts';
import { writeChatModel, type ChatModelOptions } from '../support/chatModel.ts';
import { snippetOf, textOf, TurnWorld, type WorldOptions } from '../support/chatTurn.ts';
import { enginePath, temporaryFolder } from '../support/engine.ts';

const folder = temporaryFolder();
const started: Engines[] = [];
after(async () => {
  for (const engines of started) await engines.stop();
});

interface Scene {
  readonly world: TurnWorld;
  readonly engines: Engines;
}

/** A conversation with a model whose answers are known, in a window of so many tokens; a byte of a prompt is a token. */
async function scene(
  model: ChatModelOptions,
  { window = 8192, ...more }: WorldOptions & { window?: number; settings?: Partial<ChatSettings> } = {},
): Promise<Scene> {
  const modelPath = path.join(folder, `turn-${started.length}.gguf`);
  await writeChatModel(modelPath, model);
  const settings: LoadSettings = {
    ...loadDefaults,
    ...{ modelPath, device: 'cpu', contextTokens: 256, chatContextTokens: window, threads: 1 },
    ...{ stateFolder: null, draftModelPath: null },
  };
  const log = (): void => undefined;
  const client = { enginePath, log, facts: new ModelFacts(null, log), restartDelays: [1000] };
  const engines = new Engines({
    completion: { ...client, settings: () => settings },
    chat: client,
    chatSettings: () => settings,
  });
  started.push(engines);
  const world = new TurnWorld({ ...more, model: localChatModel(engines, { starterPath: null }) });
  return { world, engines };
}

/** Tokens of a prompt from the end of the last answer on: its end marker, the question, the beginning of the answer. */
function newTokens({ request }: AssistantMessage): number {
  const question = request?.prompt.content ?? assert.fail('it was not sent');
  return Buffer.byteLength(`.\n.user\n${question}.\n.assistant\n.`);
}

/** What a model that does not think and calls nothing says in so many turns. */
const story = (turns: number): string[] =>
  Array.from(
    { length: turns },
    (_, turn) => `In turn ${turn + 1} this: ${turn * 7919} and ${turn * 104729}.`,
  );

describe('whole questions through the engine', () => {
  it('evaluate only what is new: the question, and what was found for it', async () => {
    const files = { 'src/price.ts': 'const rate = 0.19;\nconst tax = rate * price;\n' };
    const found = [
      snippetOf('src/price.ts', 1, 'const rate = 0.19;'),
      snippetOf('src/price.ts', 2, 'const tax'),
    ];
    const answers = story(3);
    const { world } = await scene(
      { answers },
      {
        files,
        workspace: {
          retrieve: () => Promise.resolve(found.splice(0, 1)),
          map: () =>
            Promise.resolve({ text: 'src/price.ts\n  const rate', files: ['src/price.ts'], tokens: 9 }),
        },
      },
    );
    const given: AssistantMessage[] = [];
    for (const [turn, expected] of answers.entries()) {
      const answer = await world.ask(`Question ${turn + 1}?`);
      assert.equal(textOf(answer), expected);
      assert.deepEqual([answer.state, answer.reason, answer.message], ['done', 'end', null]);
      given.push(answer);
    }
    const [first, second, third] = given;
    assert.match(second?.request?.prompt.content ?? '', /src\/price\.ts:2\n```ts\nconst tax\n```/);
    assert.equal(first?.tokens?.reused, 0);
    for (const answer of [second, third]) {
      assert.ok(answer?.tokens);
      assert.equal(answer.tokens.evaluated, newTokens(answer));
      assert.equal(answer.tokens.reused + answer.tokens.evaluated, answer.tokens.prompt);
    }
  });

  it('go on after each call of a tool, and evaluate its result alone', async () => {
    const files = { 'src/price.ts': 'const rate = 0.19;\nconst tax = rate * price;\n' };
    const made = (name: string, args: unknown): string =>
      `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
    const answers = [
      `Let me search.\n${made('search', { text: 'tax' })}`,
      made('read_file', { path: 'src/price.ts', start_line: 2 }),
      'The tax is in `src/price.ts:2`, not in `src/tax.ts:1`.',
      'You are welcome.',
    ];
    const { world } = await scene({ answers, tools: true }, { files });
    const answer = await world.ask('Where is the tax?');
    assert.deepEqual(
      answer.steps.map((step) => (step.kind === 'tool' ? step.result : step.text.trim())),
      [
        'Let me search.',
        'src/price.ts:2: const tax = rate * price;',
        'src/price.ts:2\n```ts\nconst tax = rate * price;\n```',
        'The tax is in `src/price.ts:2`, not in `src/tax.ts:1`.',
      ],
    );
    assert.deepEqual(
      answer.citations.map(({ path, verified, problem }) => [path, verified, problem]),
      [
        ['src/price.ts', true, null],
        ['src/tax.ts', false, 'no-file'],
      ],
    );
    const [once] = world.of('prefill');
    const results = answer.steps.reduce(
      (sum, step) => sum + (step.kind === 'tool' ? (step.result ?? '').length : 0),
      0,
    );
    assert.ok(answer.tokens && once);
    // Beside the first prompt and the results: markers, and the calls as the template writes them.
    const rest = answer.tokens.evaluated - once.total - results;
    assert.ok(rest < 400, `${rest} tokens beside the prompt of ${once.total} and results of ${results}`);
    const next = await world.ask('Thank you.');
    assert.equal(textOf(next), 'You are welcome.');
    assert.ok(next.tokens && next.tokens.evaluated <= newTokens(next) + 8, JSON.stringify(next.tokens));
  });

  it('work in a window of 512 tokens, from which old turns go in steps', async () => {
    const answers = story(8);
    const { world, engines } = await scene({ answers }, { window: 512 });
    const starts: (string | null)[] = [];
    let kept = 0;
    for (let turn = 1; turn <= 14; turn += 1) {
      const answer = await world.ask(`What about ${turn}?`);
      assert.deepEqual([answer.state, answer.reason], ['done', 'end']);
      assert.ok(answers.includes(textOf(answer)));
      const { request, tokens } = answer;
      assert.ok(request && tokens && tokens.prompt + 128 <= 512);
      if (turn > 1 && request.firstSent === starts.at(-1)) {
        assert.equal(tokens.evaluated, newTokens(answer));
        kept += 1;
      }
      starts.push(request.firstSent);
    }
    assert.ok(new Set(starts).size > 2, `turns were left out: ${starts.join()}`);
    assert.ok(kept >= 9, `${kept} of 13 turns found all before them in the KV cache`);
    const tooLong = await world.ask('x'.repeat(600));
    assert.equal(tooLong.reason, 'question-too-long');
    assert.equal((await engines.prepareChat()).contextTokens, 512);
  });

  it('keep what came when the engine is killed, and are answered when they are asked again', async () => {
    const long = Array.from({ length: 60 }, (_, line) => `Line ${line}: ${line * 31} 漢字.\n`).join('');
    const { world, engines } = await scene({ answers: [long], slow: true, pieceBytes: 8 }, { window: 1000 });
    world.onEvent = (event) => {
      if (event.type !== 'wrote') return;
      world.onEvent = () => undefined;
      for (const { state } of engines.clients) if (state.kind === 'ready') process.kill(state.pid, 'SIGKILL');
    };
    const answer = await world.ask('Tell me.');
    assert.deepEqual([answer.state, answer.reason], ['failed', 'engine']);
    assert.ok(answer.message);
    const text = textOf(answer);
    assert.ok(text !== '' && text.length < long.length && long.startsWith(text), JSON.stringify(text));
    // An engine that has just died starts anew after a while, for which the next question waits.
    assert.ok(engines.clients.some(({ state }) => state.kind === 'failed'));
    const again = await world.answer(answer.parent);
    assert.deepEqual([again.state, again.reason, again.message], ['done', 'end', null]);
    assert.equal(textOf(again), long);
    assert.deepEqual(again.request?.prompt, answer.request?.prompt);
  });

  it('are stopped in the engine too', async () => {
    const long = Array.from({ length: 60 }, (_, line) => `Line ${line}: ${line * 31}.\n`).join('');
    const { world, engines } = await scene(
      { answers: [long, 'Two.'], slow: true, pieceBytes: 8 },
      { window: 1000 },
    );
    const controller = new AbortController();
    world.onEvent = ({ type }) => void (type === 'wrote' && controller.abort());
    const answer = await world.ask('Tell me.', { signal: controller.signal });
    assert.deepEqual([answer.state, answer.reason, answer.message], ['stopped', 'stopped', null]);
    const text = textOf(answer);
    assert.ok(text !== '' && text.length < long.length && long.startsWith(text));
    // The engine is free at once: the next question does not wait for the rest of that answer.
    const next = await world.ask('And?');
    assert.equal(textOf(next), 'Two.');
    assert.ok((next.tokens?.reused ?? 0) > 0);
    assert.ok(engines.clients.some(({ state }) => state.kind === 'ready'));
  });
});
