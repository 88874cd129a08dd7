import { setImmediate as nextRound } from 'node:timers/promises';
import { EngineClient, type EngineClientOptions, type EngineState } from '../../src/engine/client.ts';
import type { EngineConnection, RequestOptions } from '../../src/engine/connection.ts';
import { EngineError, stopped } from '../../src/engine/errors.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import type { LoadedModel, Method, Params, Results } from '../../src/engine/protocol.ts';
import { FakeTimers } from './fakeTimers.ts';

/** Settings of a model that is not there. */
export function settingsOf(modelPath: string, more: Partial<LoadSettings> = {}): LoadSettings {
  return {
    ...loadDefaults,
    modelPath,
    device: 'cpu',
    contextTokens: 4096,
    threads: 1,
    stateFolder: null,
    draftModelPath: null,
    ...more,
  };
}

/** What a fake engine says that it has loaded. */
export function loadedModel(name: string): LoadedModel {
  return {
    fingerprint: name,
    llamaCpp: 'none',
    name,
    architecture: 'llama',
    bytes: 1000,
    contextTokens: 4096,
    trainedTokens: 32_768,
    backend: 'cpu',
    devices: [],
    gpuLayers: 0,
    threads: 1,
    cacheType: 'f16',
    flashAttention: true,
    batchTokens: 512,
    memory: null,
    vram: null,
    format: {
      family: null,
      markers: 'none',
      order: 'prefix-only',
      orderFrom: 'family',
      limitation: null,
    },
    chat: { template: 'model', limitation: null, tools: false, thinking: false },
    pooling: null,
    verified: false,
    stamp: name,
    selfTest: null,
    milliseconds: { library: 0, model: 0, selfTest: 0 },
  };
}

/** A request that a fake engine got, to be answered by the test. */
export interface Asked {
  readonly method: Method;
  readonly params: unknown;
  readonly options: RequestOptions;
  readonly answer: (result: unknown) => void;
  readonly fail: (error: EngineError) => void;
}

/** An engine process of a test's imagination. */
export class FakeConnection implements EngineConnection {
  readonly pid: number;
  readonly asked: Asked[] = [];
  /** `hold` and `release`, in the order they came. */
  readonly told: string[] = [];
  readonly ended: Promise<EngineError>;
  closed = false;
  #end: (error: EngineError) => void = () => undefined;

  constructor(pid: number) {
    this.pid = pid;
    this.ended = new Promise((resolve) => {
      this.#end = (error) => {
        for (const { fail } of this.asked) fail(error);
        resolve(error);
      };
    });
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  request<M extends Method>(method: M, params: Params<M>, options: RequestOptions): Promise<Results[M]> {
    return new Promise((resolve, reject) => {
      const answer = resolve as (result: unknown) => void;
      this.asked.push({ method, params, options, answer, fail: reject });
    });
  }

  /** The last request of a method. */
  last(method: Method): Asked {
    const found = this.asked.findLast((asked) => asked.method === method);
    if (found === undefined) throw new Error(`Nobody asked process ${this.pid} to ${method}.`);
    return found;
  }

  /** Path of the model that it was asked to load. */
  get modelPath(): string {
    return (this.last('load').params as Params<'load'>).modelPath;
  }

  hold(): void {
    this.told.push('hold');
  }

  release(): void {
    this.told.push('release');
  }

  kill(reason: EngineError): void {
    this.#end(reason);
    this.closed = true;
  }

  close(): Promise<void> {
    this.kill(stopped());
    return Promise.resolve();
  }

  /** Ends as a crash does. */
  crash(): void {
    this.#end(new EngineError('crashed', 'The engine ended unexpectedly.'));
  }
}

/** A client whose processes and clock are the test's. */
export class FakeEngine {
  readonly timers = new FakeTimers();
  readonly processes: FakeConnection[] = [];
  readonly states: EngineState[] = [];
  readonly log: string[] = [];
  readonly facts = new ModelFacts(null, () => undefined);
  readonly client: EngineClient;
  /** What the next start reads. */
  settings: LoadSettings = settingsOf('/a.gguf');

  constructor(options: Partial<EngineClientOptions> = {}) {
    this.client = new EngineClient({ ...this.options(), ...options });
    this.client.onState((state) => this.states.push(state));
  }

  /** How a client is made that works with these processes. */
  options(): EngineClientOptions {
    return {
      enginePath: 'none',
      log: (level, message) => void this.log.push(`${level}: ${message}`),
      settings: () => this.settings,
      facts: this.facts,
      timers: this.timers,
      canHoldBoth: () => Promise.resolve(true),
      connect: () => {
        const connection = new FakeConnection(this.processes.length + 1);
        this.processes.push(connection);
        return connection;
      },
    };
  }

  /** A process, counted from 0. */
  process(index: number): FakeConnection {
    const found = this.processes[index];
    if (found === undefined) throw new Error(`There is no process ${index}.`);
    return found;
  }

  /** Lets a process have loaded what it was asked to load. */
  async load(index: number): Promise<void> {
    await settle();
    const connection = this.process(index);
    connection.last('load').answer(loadedModel(connection.modelPath));
    await settle();
  }
}

/** Until everything has happened that follows from what was done. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await nextRound();
}
