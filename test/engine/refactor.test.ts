/** Whole refactors through llama.cpp in the engine's process, with the real parser; models whose answers are known. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import type { RefactorPorts } from '../../src/core/refactor/ports.ts';
import { RefactorTask } from '../../src/core/refactor/task.ts';
import { Engines } from '../../src/engine/engines.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import { localChatModel } from '../../src/host/chat/localChatModel.ts';
import { Parsers } from '../../src/workspace/parsers.ts';
import { parseText } from '../../src/workspace/refactor/parseText.ts';
import { writeChatModel, type ChatModelOptions } from '../support/chatModel.ts';
import { enginePath, temporaryFolder, until } from '../support/engine.ts';
import { grammarsFolder } from '../support/grammars.ts';
import { RefactorWorld } from '../support/refactorWorld.ts';

const folder = temporaryFolder();
const parsers = new Parsers(grammarsFolder);
const started: Engines[] = [];
after(async () => {
  for (const engines of started) await engines.stop();
  await parsers.dispose();
});

const files = {
  'src/price.ts': `import { rate } from './rate.ts';

export function withTax(price: number): number {
  const tax = price * rate;
  return price + tax;
}
`,
  'src/cart.ts': `import { withTax } from './price.ts';

export const total = withTax(1);
`,
};
const good = 'export function withTax(price: number): number {\n  return price * (1 + rate);\n}';
const bad = 'export function withTax(price: number): number {\n  return price * (1 + rate;\n}';

/** A world whose model gives these answers in any turn: in a fence, its last token before is the line end. */
async function scene(
  model: ChatModelOptions,
  { window = 4096, settings }: { window?: number; settings?: RefactorPorts['settings'] } = {},
): Promise<{ world: RefactorWorld; engines: Engines }> {
  const modelPath = path.join(folder, `refactor-${started.length}.gguf`);
  await writeChatModel(modelPath, model);
  const load: LoadSettings = {
    ...loadDefaults,
    ...{ modelPath, device: 'cpu', contextTokens: 256, chatContextTokens: window, threads: 1 },
    ...{ stateFolder: null, draftModelPath: null },
  };
  const log = (): void => undefined;
  const client = { enginePath, log, facts: new ModelFacts(null, log), restartDelays: [50] };
  const engines = new Engines({
    completion: { ...client, settings: () => load },
    chat: client,
    chatSettings: () => load,
  });
  started.push(engines);
  const world = new RefactorWorld(files, {
    model: localChatModel(engines, { starterPath: null }),
    syntax: {
      facts: (language, file, text) => parseText(parsers, { kind: 'parse', language, path: file, text }),
    },
    ...(settings === undefined ? {} : { settings }),
  });
  return { world, engines };
}

const simplify = (world: RefactorWorld) => world.request('simplify', world.target('src/price.ts', 'withTax'));

describe('a refactor through the engine', () => {
  it('gives the code that the model writes, and nothing that it says behind it', async () => {
    const { world } = await scene({ answers: [`${good}\n\`\`\`\nThis is shorter.`] });
    const result = await world.run(simplify(world));
    assert.equal(result.outcome.kind, 'change', JSON.stringify(result.outcome));
    const [change] = result.outcome.kind === 'change' ? result.outcome.judgement.changes : [];
    assert.equal(change?.after, files['src/price.ts'].replace(/export function[^]*\}/, good));
    assert.equal(result.answer, `\`\`\`ts\n${good}\n\`\`\`\n`);
    assert.deepEqual(world.states, ['waiting', 'writing', 'checking', 'ready']);
  });

  it('is repaired in a second round that evaluates the reason alone', async () => {
    // The two answers are nearly equally likely: a repair does not always take the likeliest.
    for (const attempt of [0, 1, 2, 3, 4, 5]) {
      const { world, engines } = await scene({ answers: [[`${bad}\n\`\`\``, `${good}\n\`\`\``]] });
      const request = { ...simplify(world), attempt };
      const result = await world.run(request);
      await engines.stop();
      if (result.outcome.kind !== 'change' || result.rounds !== 2) continue;
      assert.deepEqual(world.states, ['waiting', 'writing', 'checking', 'repairing', 'checking', 'ready']);
      const { tokens } = result;
      assert.ok(tokens);
      // The first prompt once, then the answer's end and the reason behind it.
      assert.ok(tokens.reused > tokens.prompt / 3, JSON.stringify(tokens));
      return;
    }
    assert.fail('no repair came about');
  });

  it('fails with the reason where every answer is refused', async () => {
    const { world } = await scene({ answers: [`${bad}\n\`\`\``] });
    const { outcome, rounds } = await world.run(simplify(world));
    assert.equal(rounds, 2);
    assert.ok(outcome.kind === 'failed');
    assert.deepEqual([outcome.reason, world.task.state], ['check', 'failed']);
    assert.match(outcome.message, /syntax error/);
  });

  it('ends an answer that never ends', async () => {
    const { world } = await scene({ answers: ['const a = 1;\n'], endless: true }, { window: 2048 });
    const { outcome } = await world.run(simplify(world));
    assert.ok(outcome.kind === 'failed');
    assert.ok(['max-tokens', 'window-full', 'repetition'].includes(outcome.reason), outcome.reason);
  });

  it('writes names that are JSON, whatever the model would say', async () => {
    const { world } = await scene({ answers: ['["grossOf", "addTax"]'] });
    const { outcome } = await world.run(world.request('rename', world.target('src/price.ts', 'withTax')));
    assert.deepEqual(outcome, { kind: 'names', names: ['grossOf', 'addTax'] });
  });

  it('is stopped in the engine, which is free at once', async () => {
    const long = Array.from({ length: 200 }, (_, at) => `const a${at} = ${at * 7919};\n`).join('');
    const { world, engines } = await scene({ answers: [long], slow: true, pieceBytes: 8 });
    const controller = new AbortController();
    world.task.onStep(({ to }) => void (to === 'writing' && controller.abort()));
    const { outcome } = await world.run(simplify(world), controller.signal);
    assert.deepEqual([outcome.kind, world.task.state], ['stopped', 'cancelled']);
    const query = {
      messages: [{ role: 'user', content: 'And?' }],
      tools: [],
      seed: 1,
      temperature: 0,
    } as const;
    const next = await engines.chat({ ...query, maxTokens: 4, thinking: false });
    assert.equal(next.stopReason, 'max-tokens');
  });

  it('fails with a sentence where the engine dies, and works again afterwards', async () => {
    const { world, engines } = await scene({ answers: [`${good}\n\`\`\``], slow: true });
    world.task.onStep(({ to }) => {
      if (to !== 'writing') return;
      for (const { state } of engines.clients) if (state.kind === 'ready') process.kill(state.pid, 'SIGKILL');
    });
    const { outcome } = await world.run(simplify(world));
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.reason, 'engine');
    assert.match(outcome.message, /\.$/);
    // An engine that has just died starts anew after a while.
    await until(() => engines.clients.every(({ state }) => state.kind !== 'failed'), 'a new process');
    world.task = new RefactorTask('gathering');
    assert.equal((await world.run(simplify(world))).outcome.kind, 'change');
  });
});
