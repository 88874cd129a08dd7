/**
 * A process of its own with node-llama-cpp and nothing of Hearth: how long the addon's own evaluation and decode loop
 * take on a model. Answers each message of its parent with milliseconds.
 */
import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';

/** What is measured: a prompt of so many tokens behind a context of others, or decoding behind it. */
export interface RawQuestion {
  readonly contextTokens: number;
  readonly evaluate: number;
  readonly decode: number;
}

/** Milliseconds to evaluate the tokens, and per token of the decode loop. */
export interface RawAnswer {
  readonly evaluateMs: number;
  readonly decodeMs: number;
}

const [modelPath = ''] = process.argv.slice(2);
const llama = await getLlama({ build: 'never', gpu: false, logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({ contextSize: 4096, threads: 1, sequences: 1 });
const sequence = context.getSequence();
const text = 'const total = items.map((item) => item.price).reduce((sum, price) => sum + price, 0);\n';
const tokens: Token[] = model.tokenize(text.repeat(400));

async function answer({ contextTokens, evaluate, decode }: RawQuestion): Promise<RawAnswer> {
  await sequence.adaptStateToTokens(tokens.slice(0, contextTokens), false);
  const missing = tokens.slice(sequence.nextTokenIndex, contextTokens);
  if (missing.length > 0) await sequence.evaluateWithoutGeneratingNewTokens(missing);
  const began = performance.now();
  const prompt = tokens.slice(contextTokens, contextTokens + evaluate);
  if (prompt.length > 0) await sequence.evaluateWithoutGeneratingNewTokens(prompt);
  const evaluateMs = performance.now() - began;
  const last = tokens.slice(contextTokens + evaluate, contextTokens + evaluate + 1);
  let generated = 0;
  let first = 0;
  let end = 0;
  const decoding = sequence.evaluate(last, { temperature: 0, yieldEogToken: true });
  while (generated < decode && (await decoding.next()).done !== true) {
    end = performance.now();
    if (generated === 0) first = end;
    generated += 1;
  }
  await decoding.return(undefined);
  return { evaluateMs, decodeMs: generated > 1 ? (end - first) / (generated - 1) : NaN };
}

process.on('message', (question: RawQuestion) => {
  answer(question).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
