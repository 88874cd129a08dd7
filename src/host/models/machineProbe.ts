import os from 'node:os';
import type { SpeedMeasurement } from '../../core/models/speed.ts';
import { EngineClient, type EngineClientOptions } from '../../engine/client.ts';
import type { LoadSettings } from '../../engine/loadOptions.ts';
import { ModelFacts } from '../../engine/modelFacts.ts';
import {
  probeParameters,
  probeShape,
  removeProbeModel,
  sweepProbeModels,
  writeProbeModel,
  type ProbeShape,
} from '../../models/probeModel.ts';
import { probedSpeed, probeStamp, type ProbeConditions, type ProbedOn } from './probeStamp.ts';
import { measuredSpeed, type MeasuredSpeed, type SpeedBook } from './speedBook.ts';
import { sentenceOf } from '../../core/text/sentence.ts';

export interface MachineProbeParts {
  /** The engine's program and its log. */
  readonly engine: Pick<EngineClientOptions, 'enginePath' | 'log' | 'connect'>;
  /** Hearth's own folder for the file that is measured; absolute. It is made when first needed. */
  readonly folder: string;
  /** How the user's models are loaded: on the same device, with as many threads. */
  readonly settings: () => LoadSettings;
  /** What a loaded model runs on, or null where none is loaded. */
  readonly loaded: () => Pick<ProbedOn, 'backend' | 'devices'> | null;
  readonly speeds: SpeedBook;
  /** Bytes of memory that a new program could get. */
  readonly freeMemory: () => Promise<number>;
  readonly shape?: ProbeShape;
  /** Of evaluation, half of it reading. */
  readonly milliseconds?: number;
}

const defaultMs = 3000;
/** With less free memory than this, the measured model would push out what the machine works with. */
const leastFreeBytes = 1.5e9;
/** Reading and some writing. */
const contextTokens = 1024;

/**
 * How fast this machine is, measured with a model that is made up for it and large enough to tell, in an engine process
 * of its own beside those that answer.
 */
export class MachineProbe {
  readonly #parts: MachineProbeParts;
  readonly #ended = new AbortController();
  readonly #shape: ProbeShape;
  #running: Promise<boolean> = Promise.resolve(false);
  /** Conditions that were measured under, or could not be: once is enough while this program runs. */
  readonly #tried = new Set<string>();

  constructor(parts: MachineProbeParts) {
    this.#parts = parts;
    this.#shape = parts.shape ?? probeShape;
  }

  /** What was measured before and still holds, of all that is known, or null. */
  known(speeds: ReadonlyMap<string, MeasuredSpeed>): SpeedMeasurement | null {
    const speed = probedSpeed(speeds, this.#conditions(), this.#parts.loaded());
    if (speed === null) return null;
    const { promptTokensPerSecond, decodeTokensPerSecond, weightsBytes } = speed;
    const parameters = probeParameters(this.#shape);
    return {
      promptTokensPerSecond,
      decodeTokensPerSecond,
      weightBytes: weightsBytes,
      parameters: { total: parameters, active: parameters },
    };
  }

  /**
   * Measures (about three seconds and the loading) unless that was done or tried already, and notes what comes out;
   * resolves with whether anything was noted. Never rejects: where it can't be measured, and where `signal` aborts,
   * nothing is. Neither the file nor the process outlives it.
   */
  async run(signal?: AbortSignal): Promise<boolean> {
    const result = this.#running.then(() => this.#run(signal));
    this.#running = result;
    return result;
  }

  /** Ends a measurement that is under way; resolves when nothing is left of it. */
  async dispose(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #run(asked: AbortSignal | undefined): Promise<boolean> {
    const { speeds, loaded } = this.#parts;
    const signal = asked === undefined ? this.#ended.signal : AbortSignal.any([this.#ended.signal, asked]);
    const key = JSON.stringify([this.#conditions(), loaded()]);
    if (signal.aborted || this.#tried.has(key) || this.known(await speeds.all()) !== null) return false;
    try {
      return await this.#measure(signal);
    } catch (error) {
      const reason = sentenceOf(error);
      if (!signal.aborted) this.#parts.engine.log('warn', `This machine could not be measured: ${reason}`);
      return false;
    } finally {
      if (!signal.aborted) this.#tried.add(key);
    }
  }

  async #measure(signal: AbortSignal): Promise<boolean> {
    const { folder, freeMemory } = this.#parts;
    await sweepProbeModels(folder);
    if ((await freeMemory()) < leastFreeBytes) return this.#tooLittle('memory');
    const file = await writeProbeModel(folder, this.#shape);
    if (file === null) return this.#tooLittle('disk space');
    try {
      return await this.#measureWith(file, signal);
    } finally {
      await removeProbeModel(file);
    }
  }

  #tooLittle(what: string): false {
    this.#parts.engine.log('info', `This machine is not measured: too little ${what} is free.`);
    return false;
  }

  async #measureWith(modelPath: string, signal: AbortSignal): Promise<boolean> {
    const { engine, settings, speeds, milliseconds = defaultMs } = this.#parts;
    const own = { stateFolder: null, draftModelPath: null, gpuLayers: 'auto', contextTokens } as const;
    const client = new EngineClient({
      ...engine,
      facts: new ModelFacts(null, engine.log),
      settings: () => ({ ...settings(), ...own, modelPath }),
      restartDelays: [],
    });
    try {
      const conditions = this.#conditions();
      const speed = await client.measure({ milliseconds, signal });
      const { state } = client;
      if (state.kind !== 'ready') return false;
      const { model } = state;
      await speeds.note(probeStamp(conditions, model), measuredSpeed(speed, model.backend));
      return true;
    } finally {
      client.cancelStart();
      await client.stop();
    }
  }

  #conditions(): ProbeConditions {
    const { device, threads } = this.#parts.settings();
    const processors = os.cpus();
    return { device, threads, processor: `${processors[0]?.model ?? ''} x ${processors.length}` };
  }
}
