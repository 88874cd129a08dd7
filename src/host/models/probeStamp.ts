import type { MeasuredSpeed } from './speedBook.ts';

/** What of this machine and the user's settings is known before an engine runs. */
export interface ProbeConditions {
  /** The settings of the engine: whether a GPU may be used, and threads (0: chosen from the machine). */
  readonly device: 'auto' | 'cpu';
  readonly threads: number;
  /** Name and number of the processor's cores. */
  readonly processor: string;
}

/** What an engine ran on. */
export interface ProbedOn {
  readonly backend: string;
  /** The GPUs, also where the model had no layer on them. */
  readonly devices: readonly string[];
  readonly threads: number;
}

/** Raised when another model is measured, or in another way. */
const version = 1;

/** Names a measurement of the machine in the SpeedBook; no file's stamp looks like this. */
export function probeStamp(conditions: ProbeConditions, { backend, devices, threads }: ProbedOn): string {
  return JSON.stringify([...before(conditions), backend, devices, threads]);
}

/**
 * The last measurement of the machine under these conditions, or null. `loaded` is what a loaded model runs on, where
 * there is one: with another backend or another GPU since, what was measured holds no longer.
 */
export function probedSpeed(
  speeds: ReadonlyMap<string, MeasuredSpeed>,
  conditions: ProbeConditions,
  loaded: Pick<ProbedOn, 'backend' | 'devices'> | null,
): MeasuredSpeed | null {
  // The brackets of an array that ends here, or goes on.
  const start = `${JSON.stringify(before(conditions)).slice(0, -1)},`;
  const goesOn =
    loaded === null ? start : `${start}${JSON.stringify([loaded.backend, loaded.devices]).slice(1, -1)},`;
  const found = [...speeds].filter(([stamp]) => stamp.startsWith(goesOn)).map(([, speed]) => speed);
  return found.sort((a, b) => b.at - a.at)[0] ?? null;
}

function before({ device, threads, processor }: ProbeConditions): unknown[] {
  return ['machine', version, device, threads, processor];
}
