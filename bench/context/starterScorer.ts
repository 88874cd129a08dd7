import type { Token } from 'node-llama-cpp';
import { layoutPrompt } from '../../src/core/prompt/layout.ts';
import { repositoryTokens } from '../../src/core/prompt/layoutRepository.ts';
import { wrapTokens, type FimFormat } from '../../src/core/prompt/format.ts';
import { loadDefaults } from '../../src/engine/loadOptions.ts';
import { loadModel } from '../../src/engine/llama/loadModel.ts';
import type { Model } from '../../src/engine/llama/model.ts';
import { selfTest } from '../../src/engine/llama/selfTest.ts';
import type { Sequence } from '../../src/engine/llama/sequence.ts';
import { starterPath } from '../../test/support/engine.ts';
import type { HeldOutLine } from './groundTruth.ts';
import type { Context } from './methods/method.ts';

/** How the window of 768 tokens is shared out: the file's own text, the context, and the line that is measured. */
const textTokens = 352;
const contextTokens = 352;
const lineTokens = 64;
const windowTokens = textTokens + contextTokens + lineTokens;

/** Nothing else is asked of the model meanwhile. */
const turn = { signal: new AbortController().signal, giveWay: () => Promise.resolve() };

/** The starter model, to ask how likely it finds a line where it stands. One at a time. */
export class StarterScorer {
  readonly #model: Model;
  readonly #format: FimFormat;

  private constructor(model: Model, format: FimFormat) {
    this.#model = model;
    this.#format = format;
  }

  /** Loads the model, on the CPU, with the prompt order that its self-test finds. */
  static async load(): Promise<StarterScorer> {
    const model = await loadModel(
      {
        ...loadDefaults,
        modelPath: starterPath,
        device: 'cpu',
        contextTokens: windowTokens,
        threads: 1,
        stateFolder: null,
        draftModelPath: null,
        verified: [],
        remembered: {},
      },
      turn.signal,
      () => undefined,
    );
    if (model.info.selfTest === null) model.adopt(await selfTest(model, turn));
    if (model.format.kind !== 'fim') throw new Error('The starter model has no markers.');
    return new StarterScorer(model, model.format);
  }

  /**
   * Nats a byte of the line (its first 64 tokens, indentation included) in its file, behind `context` in the model's own
   * repository format. The file's text gets the same room with and without context.
   */
  async natsPerByte(line: HeldOutLine, context: Context): Promise<number> {
    const { tokenizer } = this.#model;
    const start = line.text.split('\n').slice(0, line.line).join('\n').length + (line.line === 0 ? 0 : 1);
    const target = line.text.slice(start, start + line.column) + line.removed;
    const measured = tokenizer.tokenize(target).slice(0, lineTokens);
    const nats = await this.#nats(this.#prompt(line, start, context), measured);
    return nats / Buffer.byteLength(tokenizer.detokenize(measured));
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }

  #prompt(line: HeldOutLine, start: number, context: Context): number[] {
    const { tokenizer } = this.#model;
    const input = {
      repository: null,
      path: line.path,
      segments: [],
      prefix: line.text.slice(0, start),
      suffix: line.text.slice(start + line.column),
    };
    const { tokens } = layoutPrompt(input, this.#format, tokenizer, textTokens);
    const segments = context.map((one) => ({ ...one, kind: 'context', startLine: 0, endLine: 0 }));
    const others = { ...input, path: null, segments };
    const { before, inPrefix } = repositoryTokens(others, this.#format, tokenizer, contextTokens);
    if (inPrefix.length > 0) throw new Error('The starter model takes other files before its markers.');
    const head =
      (tokenizer.bos === null ? 0 : 1) +
      wrapTokens(this.#format.family?.wrap?.before ?? [], tokenizer).length;
    return [...tokens.slice(0, head), ...before, ...tokens.slice(head)];
  }

  /** Nats of `target` after `prompt`. */
  #nats(prompt: readonly number[], target: readonly number[]): Promise<number> {
    const sequence: Sequence = this.#model.sequence;
    return sequence.prefill(prompt, turn).then(async () => {
      const fed = [...prompt.slice(-1), ...target.slice(0, -1)] as Token[];
      // Every token counts, however unlikely: no cut to the likeliest.
      const options = { temperature: 1, topK: 0, topP: 1, minP: 0 };
      const outputs = await sequence.llama.controlledEvaluate(
        fed.map((token) => [token, { generateNext: { probabilities: true, options } }]),
      );
      return target.reduce((sum, token, index) => {
        const probability = outputs[index]?.next.probabilities?.get(token as Token) ?? 0;
        return sum - Math.log(Math.max(probability, 1e-12));
      }, 0);
    });
  }
}
