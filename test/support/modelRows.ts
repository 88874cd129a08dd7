import type { MemoryFit } from '../../src/core/models/fit.ts';
import type {
  ModelRow,
  ModelService,
  Proposal,
  PullRequest,
  PullRow,
} from '../../src/host/models/modelRows.ts';

/** A model that fits well, with 4,096 tokens of context, unless told otherwise. */
export function memoryFit(more: Partial<MemoryFit> = {}): MemoryFit {
  return {
    contextTokens: 4096,
    weights: 4.7e9,
    kvCache: 0.3e9,
    compute: 0.2e9,
    process: 0.1e9,
    total: 5.3e9,
    available: 12e9,
    verdict: 'fits-well',
    largestContext: 32_768,
    gpuLayers: null,
    host: { needed: 5.3e9, available: 12e9 },
    device: null,
    ...more,
  };
}

/** A model of the catalogue, not installed, unless told otherwise. */
export function modelRow(more: Partial<ModelRow> = {}): ModelRow {
  return {
    key: 'coder-7b:Q4_K_M',
    name: 'Coder 7B',
    source: 'catalogue',
    roles: ['completion'],
    inUse: [],
    installed: false,
    path: null,
    quantization: 'Q4_K_M',
    bytes: 4.7e9,
    bytesAreApproximate: false,
    parameters: 7.6e9,
    trainedContext: 32_768,
    licence: 'Apache-2.0',
    fit: memoryFit(),
    speed: { promptTokensPerSecond: 400, decodeTokensPerSecond: 20, measured: false },
    pull: null,
    host: 'models.example',
    deletable: false,
    sha256: null,
    problem: null,
    description: null,
    ...more,
  };
}

/** One that lies in Hearth's folder, unless told otherwise. */
export function installedRow(path: string, more: Partial<ModelRow> = {}): ModelRow {
  return modelRow({
    key: path,
    path,
    installed: true,
    source: 'hearth',
    deletable: true,
    host: null,
    ...more,
  });
}

/** A download that is at 1 of 4 GB, unless told otherwise. */
export function pullRow(more: Partial<PullRow> = {}): PullRow {
  return {
    state: 'running',
    bytes: 1e9,
    total: 4e9,
    bytesPerSecond: 10e6,
    secondsLeft: 300,
    problem: null,
    ...more,
  };
}

interface FakePull {
  readonly request: PullRequest;
  readonly signal: AbortSignal;
  readonly progress: (pull: PullRow, key: string) => void;
  readonly finish: (path: string) => void;
  readonly fail: (message: string) => void;
}

/** A service whose rows and downloads do what a test tells them. An aborted download rejects, as the real one's does. */
export class FakeModelService implements ModelService {
  list: readonly ModelRow[] = [];
  problem: string | null = null;
  findings: readonly string[] = [];
  reads = 0;
  readonly pulls: FakePull[] = [];
  readonly discarded: string[] = [];
  readonly #listeners = new Set<() => void>();

  rows(): Promise<readonly ModelRow[]> {
    this.reads += 1;
    return this.problem === null ? Promise.resolve(this.list) : Promise.reject(new Error(this.problem));
  }

  problems(): Promise<readonly string[]> {
    return Promise.resolve(this.findings);
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  propose(): Promise<readonly Proposal[]> {
    return Promise.resolve([]);
  }

  pull(
    request: PullRequest,
    signal: AbortSignal,
    progress: (pull: PullRow, key: string) => void,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (message: string): void => reject(new Error(message));
      this.pulls.push({ request, signal, progress, finish: resolve, fail });
      signal.addEventListener('abort', () => fail('aborted'), { once: true });
    });
  }

  discard(key: string): Promise<void> {
    this.discarded.push(key);
    return Promise.resolve();
  }

  importFile(path: string): Promise<string> {
    return Promise.resolve(path);
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  inspect(): Promise<string> {
    return Promise.resolve('');
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many wait for a change. */
  get listeners(): number {
    return this.#listeners.size;
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
