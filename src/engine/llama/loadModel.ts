import type { LlamaContext } from 'node-llama-cpp';
import { metadataNumber, metadataString, type GgufHeader } from '../../core/models/ggufHeader.ts';
import { loadDraftModel } from './draftModel.ts';
import { Speculation } from './speculation.ts';
import { createTokenizer } from './tokenizer.ts';
import { resolveFormat, type ModelDeclaration } from '../../core/prompt/format.ts';
import { withSelfTest } from '../../core/prompt/selfTest.ts';
import { asEngineError, EngineError } from '../errors.ts';
import { loadPhases, type LoadPhase, type LoadProgress } from '../loadOptions.ts';
import type { LoadedModel, Params } from '../protocol.ts';
import { warmFolder } from '../warmStates.ts';
import { ChatContext, createContext, withScratch, type ContextOptions } from './contexts.ts';
import { defaultThreads, loadLibrary, type Library, type LogSink } from './library.ts';
import { contextMade, flashAttentionInForce, memoryOf, vramState } from './memory.ts';
import { inspectModel, verifyDigest, type InspectedModel } from './modelFile.ts';
import { describe, type Model } from './model.ts';
import { Embedder, poolingOf } from './embedder.ts';
import { createTalk } from './talk.ts';
import { quickSelfTest } from './selfTest.ts';
import { throwIfAborted } from './scheduler.ts';
import { Sequence } from './sequence.ts';
import { largestSlice } from './slices.ts';
import { WarmState } from './warmState.ts';
import { WarmStore } from './warmStore.ts';
import { checkMemory, loadWeights } from './weights.ts';

/** Bytes of a file whose digest is cheap enough to be compared at every load. */
const alwaysVerified = 64_000_000;

/**
 * Loads llama.cpp and a model, and tells how far it is; throws EngineError with what is wrong and what to do, `cancelled`
 * where `signal` aborts.
 */
export async function loadModel(
  params: Params<'load'>,
  signal: AbortSignal,
  log: LogSink,
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<Model> {
  checkOptions(params);
  const phase = phases(onProgress);
  phase('reading', 0);
  const inspected = await inspectModel(params.modelPath);
  // The fingerprint samples a large file only, so it can't stand for the digest; a small file is read at once.
  const known = inspected.bytes > alwaysVerified && params.verified.includes(inspected.stamp);
  const verified =
    !known && (await verifyDigest(params.modelPath, signal, (done) => phase('verifying', done)));
  const began = performance.now();
  phase('library', 0);
  const library = await loadLibrary(params, log);
  try {
    throwIfAborted(signal);
    const before = { verified, libraryMs: performance.now() - began };
    return await loadInto(library, inspected, params, before, { signal, log, phase });
  } catch (error) {
    // With it go the model and the contexts that were made before the failure.
    await library.llama.dispose().catch(() => undefined);
    throw error;
  }
}

/** Throws `bad-request` for options that exclude one another. */
function checkOptions({ cacheType, flashAttention }: Params<'load'>): void {
  if (cacheType === 'f16' || flashAttention !== 'off') return;
  throw new EngineError(
    'bad-request',
    `A KV cache of type ${cacheType} needs flash attention: set hearth.engine.flashAttention to auto or on, or hearth.engine.cacheType to f16.`,
  );
}

type Phase = (phase: LoadPhase, fraction: number) => void;

/** Passes on what is worth a message: a later phase, a hundredth more of the present one, or its end. */
function phases(onProgress: (progress: LoadProgress) => void): Phase {
  let last: LoadProgress = { phase: 'starting', fraction: 0 };
  return (phase, fraction) => {
    const step = loadPhases.indexOf(phase) - loadPhases.indexOf(last.phase);
    // Weights tell of themselves from another thread, and may be late.
    const ends = fraction >= 1 && last.fraction < 1;
    if (step < 0 || (step === 0 && !ends && fraction < last.fraction + 0.01)) return;
    last = { phase, fraction: Math.min(1, Math.max(0, fraction)) };
    onProgress(last);
  };
}

async function loadInto(
  library: Library,
  inspected: InspectedModel,
  params: Params<'load'>,
  { verified, libraryMs }: { verified: boolean; libraryMs: number },
  { signal, log, phase }: { signal: AbortSignal; log: LogSink; phase: Phase },
): Promise<Model> {
  const began = performance.now();
  await checkMemory(inspected, library);
  phase('weights', 0);
  const model = await loadWeights(inspected, library, params, signal, (done) => phase('weights', done));
  phase('weights', 1);
  phase('context', 0);
  const threads = params.threads > 0 ? params.threads : defaultThreads(library.llama.cpuMathCores);
  const { batchTokens, cacheType, flashAttention } = params;
  const shape = { threads, batchTokens, cacheType, flashAttention };
  const { result: context, said } = await library.listen(contextMade, () =>
    createContext(model, { ...shape, tokens: params.contextTokens }, library),
  );
  throwIfAborted(signal);
  const chatOptions: ContextOptions = {
    ...shape,
    tokens: params.chatContextTokens,
    setting: 'hearth.chat.contextTokens',
  };
  const largest = largestSlice(model.gpuLayers > 0, batchTokens);
  const more = () => createContext(model, chatOptions, library);
  const chat = new ChatContext(more, largest);
  const server = new ChatContext(more, largest, 'requests of other programs');
  const pooling = poolingOf(inspected.header);
  const target = { model, contextTokens: context.contextSize, threads, device: params.device };
  const draft =
    params.draftModelPath === null
      ? null
      : await loadDraftModel(library.llama, params.draftModelPath, target, signal, log);
  const tokenizer = createTokenizer(model);
  const declared = resolveFormat(declaration(inspected.header), tokenizer);
  const talk = createTalk(model, inspected.header, tokenizer);
  const { kind, limitation, tools, thinking } = talk.format;
  const modelMs = performance.now() - began;

  const info: LoadedModel = {
    fingerprint: inspected.fingerprint,
    llamaCpp: library.llama.llamaCppRelease.release,
    name: metadataString(inspected.header, 'general.name') ?? 'unnamed model',
    architecture: metadataString(inspected.header, 'general.architecture') ?? 'unknown',
    bytes: inspected.bytes,
    contextTokens: context.contextSize,
    trainedTokens: model.trainContextSize,
    backend: model.gpuLayers > 0 ? library.backend : 'cpu',
    devices: library.devices,
    gpuLayers: model.gpuLayers,
    threads,
    cacheType,
    flashAttention: flashAttentionInForce(said),
    batchTokens: Math.min(batchTokens, context.contextSize),
    memory: memoryOf(model, context, said),
    vram: await vramState(library),
    format: describe(declared, 'family'),
    chat: { template: kind, limitation, tools, thinking },
    pooling,
    verified,
    stamp: inspected.stamp,
    selfTest: null,
    milliseconds: { library: Math.round(libraryMs), model: Math.round(modelMs), selfTest: 0 },
  };
  const loaded: Model = {
    info,
    tokenizer,
    format: declared,
    sequence: new Sequence(context.getSequence(), largest),
    speculation: new Speculation(draft),
    chatSpeculation: new Speculation(null),
    serverSpeculation: new Speculation(null),
    talk,
    chat: () => chat.sequence(),
    server: () => server.sequence(),
    embedder: pooling === null ? null : new Embedder(model, threads),
    get chatTokens() {
      return chat.tokens;
    },
    warm: params.stateFolder === null ? null : warmState(params.stateFolder, info, context, log),
    withScratchSequence: (tokens, use) => withScratch(model, { ...shape, tokens }, use),
    adopt: (reply) => {
      loaded.format = withSelfTest(loaded.format, reply.result);
      loaded.info = { ...loaded.info, format: reply.format };
    },
    dispose: async () => {
      await chat.dispose();
      await server.dispose();
      await loaded.embedder?.dispose();
      await loaded.speculation.dispose();
      await context.dispose();
      await model.dispose();
      await library.llama.dispose();
    },
  };
  const remembered = params.remembered[inspected.fingerprint];
  if (remembered !== undefined && declared.kind === 'fim') {
    const format = describe(withSelfTest(declared, remembered), 'remembered');
    loaded.adopt({ result: remembered, format, fingerprint: inspected.fingerprint });
  } else {
    phase('testing', 0);
    const testBegan = performance.now();
    const reply = await quickSelfTest(loaded, signal).catch((error: unknown) => {
      throwIfAborted(signal);
      // A guess is good enough to work with; the test is tried again later.
      log('warn', `The prompt order could not be tested: ${asEngineError(error).message}`);
      return null;
    });
    if (reply !== null) loaded.adopt(reply);
    loaded.info = {
      ...loaded.info,
      selfTest: reply?.result ?? null,
      milliseconds: { ...loaded.info.milliseconds, selfTest: Math.round(performance.now() - testBegan) },
    };
  }
  return loaded;
}

function warmState(folder: string, info: LoadedModel, context: LlamaContext, log: LogSink): WarmState {
  const { fingerprint, llamaCpp, contextTokens, backend, devices, gpuLayers } = info;
  const device = [backend, ...devices, gpuLayers].join(', ');
  const { kvCacheKeyType, kvCacheValueType, flashAttention } = context;
  const cacheType = [kvCacheKeyType, kvCacheValueType, flashAttention].join(', ');
  const identity = { fingerprint, llamaCpp, contextTokens, device, cacheType };
  return new WarmState(new WarmStore(warmFolder(folder), log), identity);
}

function declaration(header: GgufHeader): ModelDeclaration {
  const id = (...keys: string[]): number | null => {
    for (const key of keys) {
      const value = metadataNumber(header, `tokenizer.ggml.${key}_token_id`);
      if (value !== undefined) return value;
    }
    return null;
  };
  return {
    architecture: metadataString(header, 'general.architecture') ?? null,
    names: ['general.basename', 'general.name'].map((key) => metadataString(header, key) ?? '').join(' '),
    fimPrefix: id('fim_pre', 'prefix'),
    fimSuffix: id('fim_suf', 'suffix'),
    fimMiddle: id('fim_mid', 'middle'),
  };
}
