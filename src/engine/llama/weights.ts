import os from 'node:os';
import { InsufficientMemoryError, type LlamaModel } from 'node-llama-cpp';
import { formatBytes } from '../../core/text/bytes.ts';
import { EngineError } from '../errors.ts';
import type { LoadParams } from '../loadOptions.ts';
import { outOfMemory } from './contexts.ts';
import type { Library } from './library.ts';
import type { InspectedModel } from './modelFile.ts';
import { throwIfAborted } from './scheduler.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

/** Memory that must stay free for the editor and the system, beyond the weights. */
const memoryReserve = 512 * 1024 * 1024;

/** Throws `out-of-memory` where the weights alone are more than this machine has. */
export async function checkMemory(inspected: InspectedModel, library: Library): Promise<void> {
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

/** Loads the weights; throws `out-of-memory`, `model-unsupported` or `model-invalid` with what llama.cpp says. */
export async function loadWeights(
  inspected: InspectedModel,
  library: Library,
  { device, gpuLayers }: Pick<LoadParams, 'device' | 'gpuLayers'>,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<LlamaModel> {
  try {
    return await library.llama.loadModel({
      modelPath: inspected.path,
      loadSignal: signal,
      onLoadProgress: onProgress,
      gpuLayers: device === 'cpu' ? 0 : gpuLayers,
    });
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof InsufficientMemoryError) throw outOfMemory(inspected.path, gpuLayers);
    const log = library.recentLog();
    const unknown = log.find((text) => /unknown (model architecture|pre-tokenizer)/i.test(text));
    const unsupported = unknown !== undefined;
    const cause =
      unknown ?? log.find((text) => /error|missing|invalid|wrong/i.test(text) && !/simulating/i.test(text));
    const detail = cause ?? sentenceOf(error);
    throw new EngineError(
      unsupported ? 'model-unsupported' : 'model-invalid',
      unsupported
        ? `This version of llama.cpp doesn't know the kind of model in ${inspected.path} (${detail}): choose another model or update Hearth.`
        : `llama.cpp refused the model ${inspected.path} (${detail}): download or copy it again.`,
    );
  }
}
