import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { toBytes } from '../../src/core/prompt/bytes.ts';
import { layoutPrompt } from '../../src/core/prompt/layout.ts';
import { SpeculationMeter } from '../../src/core/prompt/speculationMeter.ts';
import { Decoding } from '../../src/engine/llama/decode.ts';
import { loadDraftModel, type DraftModel } from '../../src/engine/llama/draftModel.ts';
import { generate, splitPrompt, type Generated } from '../../src/engine/llama/generate.ts';
import { loadDefaults } from '../../src/engine/loadOptions.ts';
import { loadModel } from '../../src/engine/llama/loadModel.ts';
import type { Model } from '../../src/engine/llama/model.ts';
import { Speculation } from '../../src/engine/llama/speculation.ts';
import type { Params } from '../../src/engine/protocol.ts';
import { textUnits } from '../support/byteVocabulary.ts';
import { completion, starterPath, temporaryFolder } from '../support/engine.ts';
import { scriptedModel, type Chain } from '../support/gguf.ts';

const folder = temporaryFolder();
const { signal } = new AbortController();
/** Nothing else wants the sequence. */
const turn = { signal, giveWay: () => Promise.resolve() };
const models: Model[] = [];
after(async () => {
  for (const model of models) await model.dispose();
});
/** Each loaded llama.cpp listens for the end of the process: only the starter is kept from test to test. */
afterEach(async () => {
  for (const model of models.splice(1)) await model.dispose();
});

async function load(
  modelPath: string,
  more: { draftModelPath?: string; contextTokens?: number } = {},
  log: string[] = [],
) {
  const params: Params<'load'> = {
    ...loadDefaults,
    modelPath,
    device: 'cpu',
    contextTokens: 1024,
    threads: 1,
    remembered: {},
    verified: [],
    stateFolder: null,
    draftModelPath: null,
    ...more,
  };
  const model = await loadModel(params, signal, (level, message) => void log.push(`${level}: ${message}`));
  models.push(model);
  return model;
}

async function scripted(
  name: string,
  chains: Chain[],
  more: { contextTokens?: number } = {},
): Promise<Model> {
  const file = path.join(folder, `${name}.gguf`);
  await scriptedModel({ path: file, chains });
  return load(file, more);
}

function lay(model: Model, picture: string) {
  const layout = layoutPrompt(
    completion(picture),
    model.format,
    model.tokenizer,
    model.info.contextTokens - 65,
  );
  return { layout, ...splitPrompt(layout, model) };
}

async function ask(
  model: Model,
  picture: string,
  more: { avoid?: string[]; maxTokens?: number } = {},
): Promise<Generated> {
  const { prompt, taken } = lay(model, picture);
  await model.sequence.prefill(prompt, turn);
  return generate(
    model,
    { prompt, taken, maxTokens: 24, stop: null, avoid: [], ...more },
    { turn, enough: signal },
    () => undefined,
  );
}

/** The tokens of an answer, and its text, with guesses as this speculation makes them. */
async function decode(model: Model, picture: string, speculation: Speculation, most = 32) {
  const { prompt, taken, layout } = lay(model, picture);
  await model.sequence.prefill(prompt, turn);
  const decoding = new Decoding(model.sequence.llama, model.tokenizer, speculation, {
    prompt,
    taken,
    stops: model.format.kind === 'fim' ? model.format.stops : new Set(),
    avoid: [],
  });
  const ids: number[] = [];
  let text = '';
  for await (const token of decoding.tokens(signal)) {
    ids.push(token.id);
    text += token.text;
    if (ids.length === most) break;
  }
  return { ids, text, prompt, layout, speculation: decoding.speculation };
}

/** Guesses as many tokens as it is told, whether that pays or not. */
class Always extends SpeculationMeter {
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

const guessing = (count: number, draft: DraftModel | null = null) =>
  new Speculation(draft, new Always(count));

let starter: Model;
before(async () => {
  starter = await load(starterPath);
});

describe('healing with the starter’s tokenizer', () => {
  const bytesOf = (tokens: readonly number[]): string =>
    tokens.map((token) => starter.tokenizer.bytes(token)).join('');

  it('goes on with the exact bytes of any text, cut at any character', async () => {
    const text = fc
      .array(fc.constantFrom(...textUnits), { minLength: 1, maxLength: 10 })
      .map((units) => units.join(''));
    const none = guessing(0);
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const characters = Array.from(whole);
        for (let cut = 1; cut <= characters.length; cut += 1) {
          const typed = characters.slice(0, cut).join('');
          const line = typed.slice(typed.lastIndexOf('\n') + 1);
          const {
            ids,
            text: written,
            prompt,
            layout,
          } = await decode(starter, `const a = 1;\n${typed}█\n}`, none, 8);
          const first = layout.tokens.length - layout.typed;
          const everything = bytesOf([...prompt.slice(first), ...ids]);
          assert.ok(everything.startsWith(toBytes(line)), JSON.stringify(typed));
          assert.ok(everything.startsWith(toBytes(line + written)), JSON.stringify(typed));
          assert.doesNotMatch(written, /\ufffd/);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('knows each token’s bytes as llama.cpp does', () => {
    for (let token = 0; token < 8192; token += 1) {
      const text = starter.tokenizer.detokenize([token]);
      if (text.includes('\ufffd')) continue;
      assert.equal(starter.tokenizer.bytes(token), toBytes(text), String(token));
    }
  });

  it('completes a word that was cut where no token ends', async () => {
    const { text } = await ask(starter, 'import { readFile } from "node:fs";\nexport funct█', {
      maxTokens: 4,
    });
    assert.match(text, /^ion /);
  });
});

describe('alternatives', () => {
  for (const picture of [
    'const total = █',
    'function add(a, b) {\n  ret█\n}',
    'for (const item of items) {\n  █\n}',
  ]) {
    it(`differ from one another after ${JSON.stringify(picture)}, and are the same each time`, async () => {
      const answers: string[] = [];
      for (let index = 0; index < 5; index += 1) {
        const { text } = await ask(starter, picture, { avoid: [...answers], maxTokens: 8 });
        if (text === '') break;
        answers.push(text);
      }
      assert.ok(answers.length >= 3, answers.join(' / '));
      assert.equal(new Set(answers.map((answer) => answer.trimStart())).size, answers.length);
      assert.equal(
        (await ask(starter, picture, { avoid: answers.slice(0, 2), maxTokens: 8 })).text,
        answers[2],
      );
    });
  }
});

describe('a model that loses its way', () => {
  /** One of ten as good as equal candidates. */
  const unsure = 0.5;
  const pieces = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((letter) => letter + letter);

  it('gives no single line', async () => {
    const model = await scripted('lost', [{ after: '=', pieces, logit: unsure }]);
    const { text, stopReason, generated, meanLogProbability } = await ask(model, 'a =█');
    assert.deepEqual(
      { text, stopReason, meanLogProbability },
      { text: '', stopReason: 'unsure', meanLogProbability: 0 },
    );
    assert.ok(generated <= 9, String(generated));
  });

  it('is heard to the end where another answer is asked for', async () => {
    const model = await scripted('asked', [{ after: '=', pieces, logit: unsure }]);
    const { text, stopReason } = await ask(model, 'a =█', { avoid: ['x'] });
    assert.deepEqual([text, stopReason], [pieces.join(''), 'end-of-text']);
  });

  it('gives the lines before that', async () => {
    const model = await scripted('halfway', [
      { after: '=', pieces: ['sure', ' line\n'], end: { token: '+' } },
      { after: '+', pieces, logit: unsure },
    ]);
    const { text, stopReason, meanLogProbability } = await ask(model, 'a =█');
    assert.deepEqual([text, stopReason], ['sure line', 'unsure']);
    assert.ok(meanLogProbability > -0.01);
  });
});

describe('guessing ahead', () => {
  const repetitive = `${['width', 'height', 'depth', 'owner'].map((key) => `  ${key}: { type: 'string', optional: true },\n`).join('')}  label: { ty█`;
  const pictures = [
    repetitive,
    'export function add(a: number, b: number): number {\n  return█\n}',
    'const a = [1, 2, 3];\nconst b = a.map((x) => x█',
    'if (value === undefined) {\n  throw new E█\n}',
    '  it("adds", () => {\n    assert.equal(add(1, 2), 3);\n  });\n  it("subtracts", () => {\n    █',
  ];

  it('writes the very tokens that would be written without', async () => {
    const accepted: number[] = [];
    for (const picture of pictures) {
      const plain = await decode(starter, picture, guessing(0));
      for (const count of [1, 4, 8]) {
        const guessed = await decode(starter, picture, guessing(count));
        assert.deepEqual(guessed.ids, plain.ids, `${picture} with ${count}`);
        accepted.push(guessed.speculation.accepted);
      }
      assert.deepEqual(plain.speculation, { drafted: 0, accepted: 0 });
    }
    assert.ok(
      accepted.some((count) => count > 10),
      accepted.join(),
    );
  });

  it('takes whole runs of right guesses', async () => {
    const model = await scripted('loop', [
      { after: '=', pieces: ['a', 'b', 'c', 'd', 'e'].map((one) => one + one), end: 'loop' },
    ]);
    const { ids, speculation } = await decode(model, 'a =█', guessing(8), 40);
    assert.equal(ids.length, 40);
    assert.ok(speculation.accepted >= 28, JSON.stringify(speculation));
  });

  it('remembers the answer before, which is written again as one types along', async () => {
    const model = await scripted('again', [
      { after: '=', pieces: ['once', ' upon', ' a', ' time', ' there', ' was'] },
    ]);
    const speculation = guessing(4);
    const first = await decode(model, 'a =█', speculation);
    const second = await decode(model, 'a =█', speculation);
    assert.deepEqual(second.ids, first.ids);
    assert.equal(first.speculation.accepted, 0);
    assert.ok(second.speculation.accepted >= 4, JSON.stringify(second.speculation));
  });

  it('ends before the context is full', async () => {
    const model = await scripted('full', [{ after: '=', pieces: ['xx', 'yy'], end: 'loop' }], {
      contextTokens: 256,
    });
    const { text, prompt } = await decode(model, `${'a'.repeat(200)} =█`, guessing(8), 1000);
    assert.ok(text.startsWith('xxyy'));
    const kept = model.sequence.llama.contextTokens;
    assert.ok(kept.length < 256);
    assert.deepEqual(kept.slice(0, prompt.length), prompt);
  });
});

describe('a draft model', () => {
  it('guesses what the model itself would write', async () => {
    const model = await load(starterPath, { draftModelPath: starterPath });
    const target = {
      model: model.sequence.llama.model,
      contextTokens: 768,
      threads: 1,
      device: 'cpu',
    } as const;
    const draft = await loadDraftModel(target.model.llama, starterPath, target, signal, () => undefined);
    assert.ok(draft !== null);
    const picture = 'export function add(a: number, b: number): number {\n  return█\n}';
    const plain = await decode(model, picture, guessing(0), 16);
    const drafted = await decode(model, picture, guessing(4, draft), 16);
    assert.deepEqual(drafted.ids, plain.ids);
    assert.ok(
      drafted.speculation.accepted > 0 && drafted.speculation.accepted > drafted.speculation.drafted / 2,
    );
    await draft.dispose();
  });

  it('is left out, with the reason, where it does not fit or can’t be read', async () => {
    const other = path.join(folder, 'other.gguf');
    await scriptedModel({ path: other, chains: [] });
    const log: string[] = [];
    await load(starterPath, { draftModelPath: other }, log);
    assert.match(
      log.join('\n'),
      /warn: The draft model .*other\.gguf is not used: its vocabulary has \d+ tokens, the model's own 8192\./,
    );
    await load(starterPath, { draftModelPath: path.join(folder, 'missing.gguf') }, log);
    assert.match(
      log.join('\n'),
      /warn: The draft model .*missing\.gguf is not used: it could not be loaded \(.+\)\./,
    );
  });
});
