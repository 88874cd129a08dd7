import os from 'node:os';
import { InsufficientMemoryError, type LlamaContext, type LlamaModel } from 'node-llama-cpp';
import { metadataNumber, metadataString, type GgufHeader } from '../../core/models/ggufHeader.ts';
import { loadDraftModel } from './draftModel.ts';
import { Speculation } from './speculation.ts';
import { createTokenizer } from './tokenizer.ts';
import { resolveFormat, type ModelDeclaration } from '../../core/prompt/format.ts';
import { withSelfTest } from '../../core/prompt/selfTest.ts';
import { formatBytes } from '../../core/text/bytes.ts';
import { asEngineError, EngineError } from '../errors.ts';
import type { LoadedModel, Params } from '../protocol.ts';
import { warmFolder } from '../warmStates.ts';
import { ChatContext, createContext, outOfMemory, withScratch } from './contexts.ts';
import { defaultThreads, loadLibrary, type Library, type LogSink } from './library.ts';
import { inspectModel, verifyDigest, type InspectedModel } from './modelFile.ts';
import { describe, type Model } from './model.ts';
import { quickSelfTest } from './selfTest.ts';
import { throwIfAborted } from './scheduler.ts';
import { Sequence } from './sequence.ts';
import { WarmState } from './warmState.ts';
import { WarmStore } from './warmStore.ts';

/** Memory that must stay free for the editor and the system, beyond the weights. */
const memoryReserve = 512 * 1024 * 1024;
/** Bytes of a file whose digest is cheap enough to be compared at every load. */
const alwaysVerified = 64_000_000;

/** Loads llama.cpp and a model; throws EngineError with what is wrong and what to do. */
export async function loadModel(params: Params<'load'>, signal: AbortSignal, log: LogSink): Promise<Model> {
  const inspected = await inspectModel(params.modelPath);
  // The fingerprint samples a large file only, so it can't stand for the digest; a small file is read at once.
  const known = inspected.bytes > alwaysVerified && params.verified.includes(inspected.stamp);
  const verified = !known && (await verifyDigest(params.modelPath, signal));
  const began = performance.now();
  const library = await loadLibrary(params.device, params.threads, log);
  try {
    const before = { verified, libraryMs: performance.now() - began };
    return await loadInto(library, inspected, params, before, signal, log);
  } catch (error) {
    // With it go the model and the contexts that were made before the failure.
    await library.llama.dispose().catch(() => undefined);
    throw error;
  }
}

async function loadInto(
  library: Library,
  inspected: InspectedModel,
  params: Params<'load'>,
  { verified, libraryMs }: { verified: boolean; libraryMs: number },
  signal: AbortSignal,
  log: LogSink,
): Promise<Model> {
  const began = performance.now();
  await checkMemory(inspected, library);
  const model = await loadWeights(inspected, library, params, signal);
  const threads = params.threads > 0 ? params.threads : defaultThreads(library.llama.cpuMathCores);
  const context = await createContext(model, { tokens: params.contextTokens, threads }, library);
  const chat = new ChatContext(() => createContext(model, { tokens: context.contextSize, threads }, library));
  const target = { model, contextTokens: context.contextSize, threads, device: params.device };
  const draft =
    params.draftModelPath === null
      ? null
      : await loadDraftModel(library.llama, params.draftModelPath, target, signal, log);
  const tokenizer = createTokenizer(model);
  const declared = resolveFormat(declaration(inspected.header), tokenizer);
  const modelMs = performance.now() - began;

  const info: LoadedModel = {
    fingerprint: inspected.fingerprint,
    llamaCpp: library.llama.llamaCppRelease.release,
    name: metadataString(inspected.header, 'general.name') ?? 'unnamed model',
    architecture: metadataString(inspected.header, 'general.architecture') ?? 'unknown',
    bytes: inspected.bytes,
    contextTokens: context.contextSize,
    backend: model.gpuLayers > 0 ? library.backend : 'cpu',
    devices: library.devices,
    gpuLayers: model.gpuLayers,
    threads,
    format: describe(declared, 'family'),
    verified,
    stamp: inspected.stamp,
    selfTest: null,
    milliseconds: { library: Math.round(libraryMs), model: Math.round(modelMs), selfTest: 0 },
  };
  const loaded: Model = {
    info,
    tokenizer,
    format: declared,
    sequence: new Sequence(context.getSequence()),
    speculation: new Speculation(draft),
    chatSpeculation: new Speculation(null),
    chat: () => chat.sequence(),
    warm: params.stateFolder === null ? null : warmState(params.stateFolder, info, context, log),
    withScratchSequence: (tokens, use) => withScratch(model, { tokens, threads }, use),
    adopt: (reply) => {
      loaded.format = withSelfTest(loaded.format, reply.result);
      loaded.info = { ...loaded.info, format: reply.format };
    },
    dispose: async () => {
      await chat.dispose();
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

async function checkMemory(inspected: InspectedModel, library: Library): Promise<void> {
  const gpu = library.llama.gpu === false ? { total: 0, unifiedSize: 0 } : await library.llama.getVramState();
  // A container may have less than the machine.
  const ram = Math.min(os.totalmem(), process.constrainedMemory() || Infinity);
  const total = ram + Math.max(0, gpu.total - gpu.unifiedSize);
  if (inspected.bytes + memoryReserve <= total) return;
  throw new EngineError(
    'out-of-memory',
    `The model ${inspected.path} needs ${formatBytes(inspected.bytes)} for its weights alone, this machine has ${formatBytes(total)} of memory: choose a smaller model or a smaller quantisation.`,
  );
}

async function loadWeights(
  inspected: InspectedModel,
  library: Library,
  params: Params<'load'>,
  signal: AbortSignal,
): Promise<LlamaModel> {
  try {
    return await library.llama.loadModel({
      modelPath: inspected.path,
      loadSignal: signal,
      ...(params.device === 'cpu' ? { gpuLayers: 0 } : {}),
    });
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof InsufficientMemoryError) throw outOfMemory(inspected.path);
    const log = library.recentLog();
    const unknown = log.find((text) => /unknown (model architecture|pre-tokenizer)/i.test(text));
    const unsupported = unknown !== undefined;
    const cause =
      unknown ?? log.find((text) => /error|missing|invalid|wrong/i.test(text) && !/simulating/i.test(text));
    const detail = cause ?? (error instanceof Error ? error.message : String(error));
    throw new EngineError(
      unsupported ? 'model-unsupported' : 'model-invalid',
      unsupported
        ? `This version of llama.cpp doesn't know the kind of model in ${inspected.path} (${detail}): choose another model or update Hearth.`
        : `llama.cpp refused the model ${inspected.path} (${detail}): download or copy it again.`,
    );
  }
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
