import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { tellingBytes, type SpeedMeasurement } from '../../core/models/speed.ts';
import { replaceFile } from '../../disk/replaceFile.ts';
import type { Speed } from '../../engine/protocol.ts';
import type { InstalledModel } from '../../models/types.ts';

const positive = v.pipe(v.number(), v.minValue(0));
const entry = v.object({
  promptTokensPerSecond: positive,
  decodeTokensPerSecond: positive,
  weightsBytes: positive,
  backend: v.string(),
  /** Milliseconds since 1970. */
  at: positive,
});
/** How fast a model was on this machine. */
export type MeasuredSpeed = v.InferOutput<typeof entry>;

/** What the engine measured just now on a backend, to be noted. */
export function measuredSpeed(speed: Speed, backend: string): MeasuredSpeed {
  const { promptTokensPerSecond, decodeTokensPerSecond, weightsBytes } = speed;
  return { promptTokensPerSecond, decodeTokensPerSecond, weightsBytes, backend, at: Date.now() };
}

const fileName = 'model-speeds.json';
const schema = v.object({ version: v.literal(1), speeds: v.record(v.string(), entry) });

/**
 * What was measured of the models of this machine, by the stamp of the file, and of the machine itself, by a stamp of
 * its own kind. Losing it costs a measurement.
 */
export class SpeedBook {
  readonly #folder: string | null;
  readonly #new = new Map<string, MeasuredSpeed>();

  /** `folder` null keeps everything in memory. */
  constructor(folder: string | null) {
    this.#folder = folder;
  }

  /** All that is known, by stamp. Never rejects. */
  async all(): Promise<ReadonlyMap<string, MeasuredSpeed>> {
    return new Map([...Object.entries(await this.#read()), ...this.#new]);
  }

  /** Notes a measurement. Never rejects. */
  async note(stamp: string, speed: MeasuredSpeed): Promise<void> {
    this.#new.set(stamp, speed);
    if (this.#folder === null) return;
    try {
      await mkdir(this.#folder, { recursive: true });
      const speeds = Object.fromEntries(await this.all());
      await replaceFile(path.join(this.#folder, fileName), [JSON.stringify({ version: 1, speeds })]);
    } catch {
      // It stays known until the window closes.
    }
  }

  async #read(): Promise<Record<string, MeasuredSpeed>> {
    if (this.#folder === null) return {};
    try {
      const text = await readFile(path.join(this.#folder, fileName), 'utf8');
      return v.parse(schema, JSON.parse(text)).speeds;
    } catch {
      return {};
    }
  }
}

/**
 * What predictions rest on best: of the models that are here and were measured the largest, if it is large enough to
 * tell; else what the machine itself did; else a smaller model.
 */
export function bestMeasurement(
  measured: ReadonlyMap<string, MeasuredSpeed>,
  installed: readonly InstalledModel[],
  machine: SpeedMeasurement | null,
): SpeedMeasurement | null {
  const found = installed.flatMap((model): SpeedMeasurement[] => {
    const speed = measured.get(model.stamp);
    const parameters = model.shape?.parameters ?? null;
    return speed === undefined || parameters === null
      ? []
      : [{ ...speed, weightBytes: speed.weightsBytes, parameters }];
  });
  const largest = found.sort((a, b) => b.weightBytes - a.weightBytes)[0] ?? null;
  return largest !== null && tells(largest) ? largest : (machine ?? largest);
}

/** Whether a measurement says as much of larger models as one can. */
export function tells({ weightBytes }: Pick<SpeedMeasurement, 'weightBytes'>): boolean {
  return weightBytes >= tellingBytes;
}
