import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { LogSink } from './library.ts';
import { throwIfAborted } from './scheduler.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** A small model that guesses what the large one will write. */
export class DraftModel {
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #sequence: LlamaContextSequence;

  constructor(model: LlamaModel, context: LlamaContext) {
    this.#model = model;
    this.#context = context;
    this.#sequence = context.getSequence();
  }

  /**
   * At most `most` tokens that this model would write after `tokens`, fewer where it would end the text or the prompt is
   * longer than its window. What it evaluated before is reused.
   */
  async draft(tokens: readonly number[], most: number, signal: AbortSignal): Promise<number[]> {
    if (tokens.length + most >= this.#context.contextSize) return [];
    const wanted = tokens.slice(0, -1) as Token[];
    await this.#sequence.adaptStateToTokens(wanted, false);
    for (let from = this.#sequence.nextTokenIndex; from < wanted.length; from += slice) {
      throwIfAborted(signal);
      await this.#sequence.evaluateWithoutGeneratingNewTokens(wanted.slice(from, from + slice));
    }
    const drafted: number[] = [];
    const written = this.#sequence.evaluate(tokens.slice(-1) as Token[], { temperature: 0 });
    for await (const token of written) {
      drafted.push(token);
      throwIfAborted(signal);
      if (drafted.length === most) break;
    }
    return drafted;
  }

  async dispose(): Promise<void> {
    await this.#context.dispose();
    await this.#model.dispose();
  }
}

/** Tokens of a prompt evaluated between two looks at the abort signal. */
const slice = 128;

/** Loads a draft model for `target`; null, with a sentence in the log, where it can't be used. */
export async function loadDraftModel(
  llama: Llama,
  path: string,
  target: { model: LlamaModel; contextTokens: number; threads: number; device: 'auto' | 'cpu' },
  signal: AbortSignal,
  log: LogSink,
): Promise<DraftModel | null> {
  let model: LlamaModel | null = null;
  try {
    model = await llama.loadModel({
      modelPath: path,
      loadSignal: signal,
      ...(target.device === 'cpu' ? { gpuLayers: 0 } : {}),
    });
    const difference = vocabularyDifference(target.model, model);
    if (difference === null) {
      const context = await model.createContext({
        contextSize: { min: 256, max: Math.max(256, Math.min(target.contextTokens, model.trainContextSize)) },
        sequences: 1,
        threads: target.threads,
        swaFullCache: true,
      });
      return new DraftModel(model, context);
    }
    log('warn', `The draft model ${path} is not used: ${difference}.`);
  } catch (error) {
    throwIfAborted(signal);
    const detail = sentenceOf(error);
    log('warn', `The draft model ${path} is not used: it could not be loaded (${detail}).`);
  }
  await model?.dispose();
  return null;
}

/** In what the vocabularies differ, or null: a guess is of use only where a token means the same to both models. */
export function vocabularyDifference(target: LlamaModel, draft: LlamaModel): string | null {
  const [wanted, given] = [target, draft].map((model) => model.fileInfo.metadata.tokenizer.ggml.tokens);
  if (wanted === undefined || given === undefined)
    return 'one of the two models has no vocabulary to compare';
  if (wanted.length !== given.length) {
    return `its vocabulary has ${given.length} tokens, the model's own ${wanted.length}`;
  }
  const different = wanted.findIndex((text, id) => text !== given[id]);
  return different === -1 ? null : `token ${different} differs from the model's own`;
}
