import path from 'node:path';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { sourceFiles } from '../scripts/sourceList.ts';
import { fetchSources } from '../scripts/sources.ts';
import { SpeculationMeter } from '../src/core/prompt/speculationMeter.ts';
import { Decoding } from '../src/engine/llama/decode.ts';
import { loadDefaults } from '../src/engine/loadOptions.ts';
import { loadModel } from '../src/engine/llama/loadModel.ts';
import type { Model } from '../src/engine/llama/model.ts';
import { Speculation } from '../src/engine/llama/speculation.ts';
import { starterPath, temporaryFolder } from '../test/support/engine.ts';
import type { Figure } from './figure.ts';
import { shapes, writeShapedModel } from './shapedModel.ts';
import { percentile, round } from './statistics.ts';

const { signal } = new AbortController();
const turn = { signal, giveWay: () => Promise.resolve() };
const contextTokens = 768;
/** Tokens before an answer, and of the answer. */
const promptTokens = 120;
const answerTokens = 16;
/** Requests at each place, the second one so many typed tokens later. */
const typedTokens = [0, 3];

/** Guesses a fixed number of tokens, whether that pays or not. */
class Fixed extends SpeculationMeter {
  readonly #count: number;
  constructor(count: number) {
    super();
    this.#count = count;
  }
  override size(_source: string, most: number): number {
    return Math.min(this.#count, most);
  }
  override dormant(): boolean {
    return this.#count === 0;
  }
}

const arms = ['never', 'lookup', 'metered'] as const;
type Arm = (typeof arms)[number];
const meters: Readonly<Record<Arm, () => SpeculationMeter>> = {
  never: () => new Fixed(0),
  lookup: () => new Fixed(4),
  metered: () => new SpeculationMeter(),
};

interface Measured {
  /** Per request: milliseconds and evaluations for each token that was written. */
  readonly msPerToken: number[];
  decodes: number;
  tokens: number;
  /** Tokens guessed, per request. */
  readonly drafted: number[];
}
type Result = Readonly<Record<Arm, Measured>>;

/** A text of which everything behind `from` (a token) is to be written. */
interface Task {
  readonly tokens: readonly number[];
  readonly from: number;
}

/**
 * What guessing tokens ahead brings: evaluations per written token, and the time of one as a ratio to none being
 * guessed. The three ways take turns at each request, on one KV cache, and keep what they learnt from request to
 * request as the engine does. The starter writes what it likes; the 0.5B shape, whose weights are random, is made to
 * write the real text, as a model would that knows it.
 */
export async function speculation(): Promise<Figure[]> {
  const folder = temporaryFolder();
  const shaped = path.join(folder, 'random.gguf');
  await writeShapedModel(shaped, shapes.small);
  const figures: Figure[] = [];
  for (const [name, file, given, most] of [
    ['starter', starterPath, false, 40],
    ['0.5B shape', shaped, true, 10],
  ] as const) {
    const model = await load(file);
    for (const [kind, texts] of Object.entries(workloads())) {
      const tasks = texts.flatMap((text) => cut(model.tokenizer.tokenize(text)));
      figures.push(...report(`${kind}, ${name}`, await measure(model, tasks.slice(0, most), given)));
    }
    await model.dispose();
  }
  return figures;
}

function load(modelPath: string): Promise<Model> {
  const params = {
    ...loadDefaults,
    modelPath,
    device: 'cpu',
    contextTokens,
    threads: 1,
    stateFolder: null,
  } as const;
  const more = { remembered: {}, verified: [], draftModelPath: null };
  return loadModel({ ...params, ...more }, signal, () => undefined);
}

/** Repetitive text (rows of tables, test cases, lists of fields) and ordinary code out of the recorded packages. */
function workloads(): Record<string, string[]> {
  const words = ['width', 'height', 'depth', 'owner', 'label', 'price', 'total', 'count', 'index', 'title'];
  const rows: ((word: string, index: number) => string)[] = [
    (word, index) => `  { id: ${index}, name: '${word}', type: 'number', optional: false, hidden: true },\n`,
    (word, index) =>
      `  it('adds ${word}', () => {\n    const result = add(${index}, '${word}');\n    assert.equal(result.${word}, ${index});\n  });\n`,
    (word) => `  readonly ${word}: string | undefined;\n  readonly ${word}Changed: boolean;\n`,
    (word) =>
      `        self.${word} = kwargs.pop("${word}", None)\n        if self.${word} is None:\n            self.${word} = defaults.${word}\n`,
  ];
  const repetitive = rows.flatMap((row) =>
    [0, 3, 5].map((first) =>
      [...words.slice(first), ...words.slice(0, first), ...words]
        .map((word, index) => row(word, index + first))
        .join(''),
    ),
  );
  fetchSources();
  const { files, missing } = sourceFiles();
  for (const sentence of missing) console.log(sentence);
  const ordinary = files
    .filter(({ path: name }) => /\.(ts|js|py)$/.test(name))
    .map(({ text }) => text.slice(Math.floor(text.length / 3), Math.floor(text.length / 3) + 6000));
  return { repetitive, 'ordinary code': ordinary };
}

/** A request at a place of a text, and another a few typed tokens later; none where the text is too short. */
function cut(tokens: readonly number[]): Task[] {
  const end = promptTokens + answerTokens + 8;
  if (tokens.length < end) return [];
  return typedTokens.map((typed) => ({ tokens: tokens.slice(0, end), from: promptTokens + typed }));
}

async function measure(model: Model, tasks: readonly Task[], given: boolean): Promise<Result> {
  const result: Result = { never: none(), lookup: none(), metered: none() };
  const ways = arms.map((arm) => ({ arm, speculation: new Speculation(null, meters[arm]()) }));
  for (const [index, task] of tasks.entries()) {
    for (const offset of ways.keys()) {
      const way = ways[(index + offset) % ways.length];
      if (way !== undefined) await write(model, task, given, way.speculation, result[way.arm]);
    }
  }
  return result;
}

function none(): Measured {
  return { msPerToken: [], decodes: 0, tokens: 0, drafted: [] };
}

async function write(
  model: Model,
  { tokens, from }: Task,
  given: boolean,
  speculation: Speculation,
  measured: Measured,
): Promise<void> {
  const prompt = tokens.slice(0, from);
  await model.sequence.prefill(prompt, turn);
  const counted = { evaluations: 0 };
  const sequence = counting(model.sequence.llama, counted, given ? tokens : null);
  const request = { prompt, taken: [], stops: new Set<number>(), avoid: [] };
  const decoding = new Decoding(sequence, model.tokenizer, speculation, request);
  const began = performance.now();
  let written = 0;
  const answer = decoding.tokens(signal);
  while (written < answerTokens && (await answer.next()).done !== true) written += 1;
  await answer.return(undefined);
  const milliseconds = performance.now() - began;
  if (written < 4) return;
  measured.msPerToken.push(milliseconds / written);
  measured.drafted.push(decoding.speculation.drafted);
  measured.decodes += counted.evaluations;
  measured.tokens += written;
}

/** The sequence, its evaluations counted; where `truth` is given, it finds that likeliest whatever it evaluates. */
function counting(
  sequence: LlamaContextSequence,
  counted: { evaluations: number },
  truth: readonly number[] | null,
): LlamaContextSequence {
  const evaluate: LlamaContextSequence['controlledEvaluate'] = async (input, options) => {
    counted.evaluations += 1;
    const start = sequence.nextTokenIndex;
    const outputs = await sequence.controlledEvaluate(input, options);
    if (truth === null) return outputs;
    return outputs.map((output, index) => {
      const next = truth[start + index + 1];
      if (output === undefined || next === undefined) return output;
      return { ...output, next: { ...output.next, probabilities: new Map([[next as Token, 1]]) } };
    });
  };
  return new Proxy(sequence, {
    get(target, property) {
      if (property === 'controlledEvaluate') return evaluate;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Counts first; then the median of the requests' ratios, for the meter once it has had half of them to decide. */
function report(what: string, result: Result): Figure[] {
  const per100 = (arm: Arm): number => round((100 * result[arm].decodes) / result[arm].tokens, 0);
  const half = Math.ceil(result.never.msPerToken.length / 2);
  const ratio = (arm: Arm, from: number): number => {
    const ratios = result[arm].msPerToken.map((ms, index) => ms / (result.never.msPerToken[index] ?? NaN));
    return round(percentile(ratios.slice(from), 0.5), 2);
  };
  const guessed = result.metered.drafted.slice(half).reduce((sum, count) => sum + count, 0);
  const figure = (name: string, value: number, goal = ''): Figure => ({
    name: `${name}: ${what}`,
    value,
    unit: '',
    goal,
  });
  return [
    figure('decodes per 100 tokens, always guessing', per100('lookup')),
    figure('decodes per 100 tokens, metered', per100('metered')),
    figure('tokens guessed in the later half, metered', guessed),
    figure('time to not guessing, always', ratio('lookup', 0)),
    figure('time to not guessing, metered, later half', ratio('metered', half), '<= 1.03'),
  ];
}
