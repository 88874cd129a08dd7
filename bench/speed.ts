import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { parseTrace, type TraceEvent } from '../src/core/replay/trace.ts';
import { cutWindow, windowLimits } from '../src/core/text/window.ts';
import { modelDefaults } from '../src/engine/protocol.ts';
import type { EngineClient } from '../src/engine/client.ts';
import { temporaryFolder, testEngine } from '../test/support/engine.ts';
import type { BenchOptions, Figure } from './figure.ts';
import type { RawAnswer, RawQuestion } from './rawLoop.ts';
import { shapes, writeShapedModel, type ModelShape } from './shapedModel.ts';
import { percentile, round } from './statistics.ts';
import type { Trace } from './traces.ts';

/** A trace of so many is enough for ratios: a model of this size takes a while on a small machine. */
const mostKeystrokes = 60;
/** Text of about 600 tokens around the cursor: ratios need no more, and the cold prompt is evaluated twice. */
const limits = windowLimits(256);
/** No self-test of the prompt order between two measurements. */
const idleMs = 30 * 60_000;
const decodeRounds = 7;
const decodedTokens = 48;
const rawRounds = 5;

/** Speed at a realistic size, as ratios to what the addon does by itself in the same run. */
export async function speed(trace: Trace | undefined, { large }: BenchOptions): Promise<Figure[]> {
  if (trace === undefined) return [];
  const events = parseTrace(trace.jsonLines);
  const figures: Figure[] = [];
  for (const shape of large ? [shapes.small, shapes.large] : [shapes.small]) {
    figures.push(...(await ratios(events, shape)));
  }
  return figures;
}

async function ratios(events: readonly TraceEvent[], shape: ModelShape): Promise<Figure[]> {
  // It is removed when the process ends, however it ends.
  const model = path.join(temporaryFolder(), 'random.gguf');
  await writeShapedModel(model, shape);
  const { client } = testEngine(model, { idleMs });
  const raw = await RawLoop.start(model);
  try {
    await client.start();
    const decode = await decodeRatio(client, raw);
    const keys = await typeAlong(client, events);
    const firstText = await firstTextRatio(keys, raw);
    return [
      {
        name: `decode speed, ${shape.name} shape, against the addon's own loop`,
        value: round(decode, 3),
        unit: '',
        goal: '>= 0.97',
      },
      {
        name: `first text, ${shape.name} shape, against evaluating the same tokens`,
        value: round(firstText, 2),
        unit: 'times',
        goal: '',
      },
    ];
  } finally {
    raw.stop();
    await client.stop();
  }
}

/** Our tokens per second over the addon's, in turns, by the medians. */
async function decodeRatio(client: EngineClient, raw: RawLoop): Promise<number> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < decodeRounds; turn += 1) {
    const prefix = `${'const total = items.map((item) => item.price);\n'.repeat(16)}const rest${turn} = `;
    const { tokens, milliseconds } = await client.complete(
      // A model with random weights is never sure; with an answer to avoid nobody asks whether it is.
      { ...asked, prefix, suffix: '', maxTokens: decodedTokens, avoid: ['\0'] },
      { priority: 'keystroke', deadlineMs: 0 },
    );
    if (tokens.generated > decodedTokens / 2) {
      ours.push((milliseconds.total - milliseconds.firstToken) / (tokens.generated - 1));
    }
    const contextTokens = tokens.prompt;
    theirs.push((await raw.ask({ contextTokens, evaluate: 0, decode: decodedTokens })).decodeMs);
  }
  return percentile(theirs, 0.5) / percentile(ours, 0.5);
}

interface Key {
  readonly reused: number;
  readonly evaluated: number;
  readonly firstTextMs: number;
}

const asked = { ...modelDefaults, repository: null, path: null, segments: [], stop: null };

/** Types the trace's first characters in lockstep; the first one, which is cold, is left out. */
async function typeAlong(client: EngineClient, events: readonly TraceEvent[]): Promise<Key[]> {
  let text = '';
  const keys: Key[] = [];
  let keystrokes = 0;
  for (const event of events) {
    if (event.kind === 'open') text = event.text;
    if (event.kind === 'delete') text = text.slice(0, event.offset) + text.slice(event.offset + event.length);
    if (event.kind !== 'type') continue;
    text = text.slice(0, event.offset) + event.text + text.slice(event.offset);
    const { prefix, suffix } = cutWindow(text, event.offset + event.text.length, limits);
    let firstTextMs = NaN;
    const began = performance.now();
    const { tokens } = await client.complete(
      { ...asked, prefix, suffix, maxTokens: 2 },
      {
        priority: 'keystroke',
        deadlineMs: 0,
        onText: () => (firstTextMs = Number.isNaN(firstTextMs) ? performance.now() - began : firstTextMs),
      },
    );
    const { reused, evaluated } = tokens;
    if (keystrokes > 0 && !Number.isNaN(firstTextMs)) keys.push({ reused, evaluated, firstTextMs });
    keystrokes += 1;
    if (keystrokes === mostKeystrokes) break;
  }
  return keys;
}

/** The sum of the times to the first text over the sum of those for bare evaluations of as many tokens each. */
async function firstTextRatio(keys: readonly Key[], raw: RawLoop): Promise<number> {
  const bare = new Map<number, number>();
  for (const evaluated of new Set(keys.map((key) => key.evaluated))) {
    const contextTokens = keys.find((key) => key.evaluated === evaluated)?.reused ?? 0;
    const times: number[] = [];
    for (let turn = 0; turn < rawRounds; turn += 1) {
      times.push((await raw.ask({ contextTokens, evaluate: evaluated, decode: 0 })).evaluateMs);
    }
    bare.set(evaluated, percentile(times, 0.5));
  }
  const ours = keys.reduce((sum, key) => sum + key.firstTextMs, 0);
  return ours / keys.reduce((sum, key) => sum + (bare.get(key.evaluated) ?? 0), 0);
}

/** The process with the addon alone (rawLoop.ts); one question at a time. */
class RawLoop {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The process with the addon alone ended (exit code ${String(code)}).`);
    });
    // It ends when it is stopped, too, and then nobody asks any more.
    this.#ended.catch(() => undefined);
  }

  static async start(model: string): Promise<RawLoop> {
    const loop = new RawLoop(fork(path.join(import.meta.dirname, 'rawLoop.ts'), [model]));
    await loop.#answer();
    return loop;
  }

  async ask(question: RawQuestion): Promise<RawAnswer> {
    this.#child.send(question);
    return (await this.#answer()) as RawAnswer;
  }

  stop(): void {
    this.#child.kill();
  }

  async #answer(): Promise<unknown> {
    const message = new Promise((resolve) => this.#child.once('message', resolve));
    return Promise.race([message, this.#ended]);
  }
}
