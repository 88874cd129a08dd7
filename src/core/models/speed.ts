import type { Backend, Machine } from './machine.ts';

/** What was measured on this machine with one model, all of it on the device that models run on. */
export interface SpeedMeasurement {
  readonly promptTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** Bytes of the model's weights, and its parameters. */
  readonly weightBytes: number;
  readonly parameters: { readonly total: number; readonly active: number };
}

/** How fast a device goes through weights. */
export interface Throughput {
  /** Of weights that are read to decode a token. */
  readonly bytesPerSecond: number;
  /** Active parameters times prompt tokens. */
  readonly parametersPerSecond: number;
}

/** What predictions for this machine are made from. */
export interface MachineSpeed extends Throughput {
  /** A prediction is likely to be wrong by at most this factor. */
  readonly spread: number;
  /** Whether a measurement says more about it than a guess from the backend and the memory. */
  readonly basis: 'measured' | 'guessed';
  /** For layers that the GPU has no room for. */
  readonly cpu: Throughput;
}

/** A prediction, and between what it is likely to lie. */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What a model is expected to do on a machine. */
export interface SpeedPrediction {
  /** Tokens written per second. */
  readonly decode: Range;
  /** Tokens read per second, of a long prompt. */
  readonly prompt: Range;
  /** Milliseconds from a keystroke to the end of a suggestion of 30 tokens, with a warm cache. */
  readonly suggestion: Range;
}

/** How a speed feels. */
export type Pace = 'instant' | 'comfortable' | 'slow' | 'too-slow';

/**
 * Tokens that a suggestion reads and writes: what differs from the cached prompt since the last one (the line and the
 * closing of the block around it), and a line or two.
 */
export const suggestionTokens = { prompt: 64, written: 30 } as const;

/** Tokens of a long prompt, as benchmarks of llama.cpp take them. */
const longPrompt = 512;

/** Seconds that a token costs whatever its model: launching the work and choosing the token. */
const tokenOverhead = 0.001;

/**
 * What a mixture of experts reaches of the bandwidth that dense models do: its matrices are small and chosen anew for
 * each token. Public results with Qwen3-Coder 30B-A3B lie between 0.4 on fast cards and 0.8 on integrated GPUs.
 */
const mixtureEfficiency = 0.6;

/**
 * Below the first size a measurement says nothing about larger models: the weights fit the processor's cache, and the
 * overhead of a token is larger than its work. From the second on, it says as much as it can.
 */
const tinyBytes = 5e6;
export const tellingBytes = 500e6;
const guessedSpread = 1.8;
const measuredSpread = 1.25;

/**
 * Throughputs by backend and, where more memory usually comes with a faster device, by memory in GB. Rough, and on the
 * low side. From llama.cpp's public results, by a 7B or 8B model of 4 bits: an M4 writes 21 tokens a second and reads
 * 225 (about 100 GB/s, 1.8e12 parameters/s), an M1 14 and 118; a 24-core desktop CPU with DDR5 18 and 55
 * (ggml-org/llama.cpp issue 34); cards go by about three quarters of the bandwidth of the slower ones with so much memory.
 */
const guesses: Readonly<Record<Backend, readonly (readonly [upToGB: number, GBs: number, e12: number])[]>> = {
  metal: [
    [12, 60, 0.9],
    [26, 80, 1.3],
    [52, 150, 2.5],
    [Infinity, 280, 4.5],
  ],
  cuda: [
    [7, 150, 4],
    [10, 220, 7],
    [14, 290, 11],
    [20, 300, 14],
    [Infinity, 600, 25],
  ],
  vulkan: [
    [10, 120, 2],
    [14, 200, 4],
    [Infinity, 270, 6],
  ],
  cpu: [
    [12, 25, 0.15],
    [40, 35, 0.25],
    [Infinity, 45, 0.35],
  ],
};

function guessFor(backend: Backend, bytes: number): Throughput {
  const row = guesses[backend].find(([upTo]) => bytes / 1e9 <= upTo);
  const [, bandwidth = 25, compute = 0.15] = row ?? [];
  return { bytesPerSecond: bandwidth * 1e9, parametersPerSecond: compute * 1e12 };
}

/**
 * What this machine does, from a measurement as far as that model was large enough to tell, and for the rest from the
 * backend and the memory alone. More measured tokens a second never make it slower.
 */
export function machineSpeed(machine: Machine, measurement: SpeedMeasurement | null): MachineSpeed {
  const { backend, gpu, ram } = machine;
  const cpu = guessFor('cpu', ram.total);
  // An integrated GPU under Vulkan reads the machine's own memory, no faster than the CPU does.
  const shared = backend === 'vulkan' && gpu?.unified === true;
  const memory = backend === 'metal' ? ram.total : (gpu?.total ?? ram.total);
  const guess = backend === 'cpu' || shared ? cpu : guessFor(backend, memory);
  if (measurement === null) return { ...guess, spread: guessedSpread, basis: 'guessed', cpu };
  const { weightBytes, parameters, promptTokensPerSecond, decodeTokensPerSecond } = measurement;
  const scale = Math.log(weightBytes / tinyBytes) / Math.log(tellingBytes / tinyBytes);
  const trust = Math.min(1, Math.max(0, scale));
  const active = parameters.active / parameters.total;
  const seconds = 1 / decodeTokensPerSecond;
  const reading = Math.max(seconds - tokenOverhead, seconds / 4);
  const measured = {
    bytesPerSecond: (weightBytes * active) / reading / (active < 1 ? mixtureEfficiency : 1),
    parametersPerSecond: promptTokensPerSecond * parameters.active,
  };
  return {
    bytesPerSecond: blend(measured.bytesPerSecond, guess.bytesPerSecond, trust),
    parametersPerSecond: blend(measured.parametersPerSecond, guess.parametersPerSecond, trust),
    spread: blend(measuredSpread, guessedSpread, trust),
    basis: trust > 0.5 ? 'measured' : 'guessed',
    cpu,
  };
}

function blend(measured: number, guess: number, trust: number): number {
  return measured ** trust * guess ** (1 - trust);
}

/**
 * What a model is expected to do. Decoding waits for the memory: the weights of the active parameters are read for
 * every token. A prompt waits for the arithmetic, or for one pass over the weights that its tokens touch, which in a
 * mixture of experts are soon nearly all. What the context adds is left out: little, at the lengths in question.
 * `gpuShare` is the part of the weights that lies on the GPU; the rest goes at the CPU's pace.
 */
export function predictSpeed(
  model: {
    readonly weightBytes: number;
    readonly parameters: { readonly total: number; readonly active: number };
    readonly gpuShare: number;
  },
  machine: MachineSpeed,
): SpeedPrediction {
  const { weightBytes, parameters, gpuShare } = model;
  const active = parameters.active / parameters.total;
  const efficiency = active < 1 ? mixtureEfficiency : 1;
  const passes = (bytes: number, tokens: number, device: Throughput) =>
    Math.max(
      bytes / device.bytesPerSecond / efficiency,
      (tokens * parameters.active) / device.parametersPerSecond,
    );
  const reading = (tokens: number) => {
    const touched = weightBytes * (1 - (1 - active) ** tokens);
    return (
      gpuShare * passes(touched, tokens, machine) + (1 - gpuShare) * passes(touched, tokens, machine.cpu)
    );
  };
  const token = reading(1) + tokenOverhead;
  const suggestion = reading(suggestionTokens.prompt) + suggestionTokens.written * token;
  return {
    decode: around(1 / token, machine.spread),
    prompt: around(longPrompt / (reading(longPrompt) + tokenOverhead), machine.spread),
    suggestion: around(suggestion * 1000, machine.spread),
  };
}

function around(expected: number, spread: number): Range {
  return { low: expected / spread, expected, high: expected * spread };
}

/**
 * How a suggestion feels that is complete after so many milliseconds. A thought is not interrupted within a second
 * (Miller 1968; Nielsen, Usability Engineering, 1993), of which the pause before the request and the editor take a
 * quarter; below a third of one it seems to be there as the hand stops. After two, the typist has gone on.
 */
export function suggestionPace(milliseconds: number): Pace {
  if (milliseconds <= 300) return 'instant';
  if (milliseconds <= 750) return 'comfortable';
  return milliseconds <= 2000 ? 'slow' : 'too-slow';
}

/**
 * How a chat feels at so many tokens a second. People read about 240 words a minute (Brysbaert 2019), which is 5 to 6
 * tokens of prose a second, and skim code faster: 8 keep up with a reader. Half of that is a wait that can be borne.
 */
export function chatPace(tokensPerSecond: number): Pace {
  if (tokensPerSecond >= 40) return 'instant';
  if (tokensPerSecond >= 8) return 'comfortable';
  return tokensPerSecond >= 4 ? 'slow' : 'too-slow';
}
