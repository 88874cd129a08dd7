import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineClient, type EngineClientOptions, type EngineState } from '../../src/engine/client.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import { modelDefaults, type CompleteParams } from '../../src/engine/protocol.ts';

export const repository = path.join(import.meta.dirname, '../..');
export const starterPath = path.join(repository, 'models/starter.gguf');
export const enginePath = path.join(repository, 'dist/engine/main.mjs');

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
  folders.push(folder);
  return folder;
}

const clients = new Set<EngineClient>();

/** For `after`: ends the engines that a failed test left behind, which would keep this process alive. */
export async function stopEngines(): Promise<void> {
  await Promise.all([...clients].map((client) => client.stop()));
}

export interface TestEngine {
  readonly client: EngineClient;
  readonly states: EngineState[];
  readonly log: string[];
}

/** A client of the built engine, on the CPU with one thread, that remembers nothing unless given a facts folder. */
export function testEngine(
  modelPath: string | (() => string),
  options: Partial<EngineClientOptions> & {
    factsFolder?: string;
    contextTokens?: number;
    stateFolder?: string;
    draftModelPath?: string;
    /** Other options of the load than the defaults. */
    load?: Partial<LoadSettings>;
  } = {},
): TestEngine {
  const log: string[] = [];
  const states: EngineState[] = [];
  const { factsFolder, contextTokens, stateFolder, draftModelPath, load, ...rest } = options;
  const write = (level: string, message: string): void => void log.push(`${level}: ${message}`);
  const client = new EngineClient({
    enginePath,
    log: write,
    facts: new ModelFacts(factsFolder ?? null, write),
    settings: () => ({
      ...loadDefaults,
      modelPath: typeof modelPath === 'string' ? modelPath : modelPath(),
      device: 'cpu',
      contextTokens: contextTokens ?? 4096,
      threads: 1,
      stateFolder: stateFolder ?? null,
      draftModelPath: draftModelPath ?? null,
      ...load,
    }),
    restartDelays: [50, 100],
    ...rest,
  });
  clients.add(client);
  client.onState((state) => states.push(state));
  return { client, states, log };
}

/** Parameters of a completion, with a cursor at `█` in the picture. */
export function completion(picture: string, more: Partial<CompleteParams> = {}): CompleteParams {
  const [prefix = '', suffix = ''] = picture.split('█');
  return {
    repository: null,
    path: null,
    segments: [],
    prefix,
    suffix,
    ...modelDefaults,
    maxTokens: 32,
    stop: null,
    ...more,
  };
}

export const byHand = { priority: 'manual', deadlineMs: 60_000 } as const;

/** Waits until `condition` holds; fails after a time that no machine needs. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It never came about: ${what}.`);
    await sleep(10);
  }
}

/** Whether a process exists. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
