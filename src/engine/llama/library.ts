import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { getLlama, LlamaLogLevel, type Llama } from 'node-llama-cpp';
import { cudaPackage, explainCudaFailure, useBackendFolder } from './binaryPackages.ts';
import { explainLoadFailure } from './loadFailure.ts';
import type { LogSink } from './log.ts';

export type { LogSink } from './log.ts';

/** llama.cpp, loaded from a prebuilt binary, and the last lines it logged (they hold the reason of a failed load). */
export interface Library {
  readonly llama: Llama;
  /** `metal`, `cuda`, `vulkan` or `cpu`. */
  readonly backend: string;
  readonly devices: readonly string[];
  recentLog(): readonly string[];
  /**
   * Runs `action` and gives what llama.cpp said meanwhile, up to the line that matches `last` where it comes. Nothing
   * where llama.cpp was loaded before in this process: what it says then goes to the standard output.
   */
  listen<T>(last: RegExp, action: () => Promise<T>): Promise<{ result: T; said: readonly string[] }>;
}

export interface LibraryOptions {
  readonly device: 'auto' | 'cpu';
  /** 0: as many as llama.cpp likes. */
  readonly threads: number;
  /** Folder of more binary packages, or null for none. */
  readonly backendFolder: string | null;
}

const keptLogLines = 40;
/** Milliseconds that the log, which comes from another thread, may be behind. */
const logDelayMs = 1_000;
/** Whether llama.cpp was loaded in this process before. */
let loadedBefore = false;

/**
 * Loads llama.cpp with the best backend that works here (Metal, CUDA, Vulkan, then the CPU). Never builds and never
 * downloads. Throws `no-binary` or `library-missing` with what to do.
 */
export async function loadLibrary(options: LibraryOptions, log: LogSink): Promise<Library> {
  const recent: string[] = [];
  let listener: ((text: string) => void) | null = null;
  const logger = (level: LlamaLogLevel, message: string): void => {
    const text = message.trim();
    if (text === '') return;
    listener?.(text);
    if (level === LlamaLogLevel.info || level === LlamaLogLevel.log) return;
    recent.push(text);
    if (recent.length > keptLogLines) recent.shift();
    if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal) log('error', text);
    else if (level === LlamaLogLevel.warn) log('warn', text);
    else log('debug', text);
  };
  const llama = await openLibrary(options, logger, log);
  const deaf = loadedBefore;
  loadedBefore = true;
  const listen = async <T>(last: RegExp, action: () => Promise<T>) => {
    if (deaf) return { result: await action(), said: [] };
    const said: string[] = [];
    listener = (text) => said.push(text);
    llama.logLevel = LlamaLogLevel.info;
    try {
      const result = await action();
      const end = performance.now() + logDelayMs;
      while (!said.some((text) => last.test(text)) && performance.now() < end) await sleep(1);
      return { result, said };
    } finally {
      llama.logLevel = LlamaLogLevel.warn;
      listener = null;
    }
  };
  const devices = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
  return {
    llama,
    backend: llama.gpu === false ? 'cpu' : llama.gpu,
    devices,
    recentLog: () => recent,
    listen,
  };
}

async function openLibrary(
  { device, threads, backendFolder }: LibraryOptions,
  logger: (level: LlamaLogLevel, message: string) => void,
  log: LogSink,
): Promise<Llama> {
  const open = (gpu: 'auto' | 'cuda' | false): Promise<Llama> =>
    getLlama({
      gpu,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.warn,
      logger,
      ...(threads > 0 ? { maxThreads: threads } : {}),
    });
  useBackendFolder(backendFolder, log);
  const cuda = device === 'auto' ? cudaPackage() : null;
  if (cuda !== null) {
    // Somebody installed it to have it used: `auto` tries it only where it finds the driver's files by itself.
    try {
      return await open('cuda');
    } catch {
      log('warn', await explainCudaFailure(cuda));
    }
  }
  // Apple silicon's only prebuilt binary is the Metal one; there the CPU is had by keeping every layer off the GPU.
  const none = device === 'cpu' && !(process.platform === 'darwin' && process.arch === 'arm64');
  try {
    return await open(none ? false : 'auto');
  } catch (error) {
    throw explainLoadFailure(error);
  }
}

/** Performance cores less what the editor and the system need (see docs/architecture.md, "Threads"). */
export function defaultThreads(mathCores: number): number {
  const cores = Math.max(1, Math.min(mathCores, os.availableParallelism()));
  return Math.max(1, cores <= 4 ? cores - 1 : cores - 2);
}
