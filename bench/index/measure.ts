/**
 * What one process measures for `indexCost`, so that no measurement finds what another one left in memory: run with
 * `--expose-gc` and one argument, a `Task` as JSON; prints its result as JSON.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeSnapshot } from '../../src/core/index/snapshot.ts';
import { FolderIndex } from '../../src/workspace/folderIndex.ts';
import { Parsers } from '../../src/workspace/parsers.ts';
import { SnapshotStore } from '../../src/workspace/snapshotStore.ts';
import { WorkspaceIndex } from '../../src/workspace/workspaceIndex.ts';
import { assemblyCost, type AssemblyCost } from './assembly.ts';
import { costOf, type Cost } from './clock.ts';
import { keystrokeCost, type KeystrokeCost } from './keystrokes.ts';
import { phaseCosts, type PhaseCosts } from './phases.ts';

/** What is to be measured of a folder. */
export interface Task {
  /** `cold` reads it and saves a snapshot, which the other two need. */
  readonly kind: 'cold' | 'warm' | 'typing';
  readonly folder: string;
  readonly snapshots: string;
  readonly grammars: string;
  /** Positions for which context is chosen. */
  readonly positions: number;
  /** Files of the folder that are typed into, and how many keys. */
  readonly typed: readonly string[];
  readonly keys: number;
}

export interface ColdResult {
  readonly files: number;
  readonly parses: number;
  readonly read: Cost;
  readonly phases: PhaseCosts;
  /** Bytes on the heap and beside it that the index keeps. */
  readonly memory: number;
  readonly snapshotBytes: number;
  readonly save: Cost;
  readonly assembly: AssemblyCost;
}

export interface WarmResult {
  readonly files: number;
  readonly parses: number;
  readonly start: Cost;
}

/** Files of which the parts of reading are timed one by one. */
const mostTimed = 400;

async function cold({ folder, snapshots, grammars, positions }: Task): Promise<ColdResult> {
  const parsers = new Parsers(grammars);
  // A grammar is loaded once for all folders.
  await Promise.all([parsers.grammar('typescript'), parsers.grammar('tsx')]);
  const memoryBefore = await memory();
  const workspace = new WorkspaceIndex({
    parsers,
    grammarsFolder: grammars,
    openText: () => null,
    onProgress: () => undefined,
    log: (message) => console.error(message),
  });
  const read = await costOf(async () => {
    workspace.setFolders([{ path: folder, exclude: {} }], null);
    await workspace.idle();
  });
  const own = (await memory()) - memoryBefore;
  const folderIndex = workspace.folder(folder);
  if (folderIndex === null) throw new Error(`${folder} is not indexed.`);
  const { index } = folderIndex;
  const store = new SnapshotStore(snapshots, grammars, (message) => console.error(message));
  let snapshotBytes = 0;
  const save = await costOf(async () => {
    const bytes = encodeSnapshot({ index, leftOut: [] });
    snapshotBytes = bytes.length;
    await store.write(folder, bytes);
  });
  return {
    files: index.size,
    parses: folderIndex.parsed,
    read,
    memory: own,
    snapshotBytes,
    save,
    assembly: await assemblyCost(workspace, folder, parsers, positions),
    phases: await phaseCosts(folder, parsers, mostTimed),
  };
}

async function warm(task: Task): Promise<WarmResult> {
  const folder = folderIndex(task, new Parsers(task.grammars));
  const start = await costOf(() => folder.start());
  return { files: folder.index.size, parses: folder.parsed, start };
}

async function typing(task: Task): Promise<KeystrokeCost[]> {
  const parsers = new Parsers(task.grammars);
  const folder = folderIndex(task, parsers);
  await folder.start();
  const costs: KeystrokeCost[] = [];
  for (const file of task.typed) {
    const text = readFileSync(path.join(task.folder, file), 'utf8');
    const world = { folder, parsers, grammarsFolder: task.grammars, snapshots: task.snapshots };
    costs.push(await keystrokeCost({ path: file, text }, task.keys, world));
  }
  return costs;
}

function folderIndex({ folder, snapshots, grammars }: Task, parsers: Parsers): FolderIndex {
  return new FolderIndex({
    folder,
    exclude: {},
    parsers,
    snapshots: new SnapshotStore(snapshots, grammars, (message) => console.error(message)),
    openText: () => null,
    onProgress: () => undefined,
  });
}

/** Bytes in use once what nobody needs is gone. */
async function memory(): Promise<number> {
  for (let time = 0; time < 3; time += 1) {
    globalThis.gc?.();
    await sleep(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
console.log(JSON.stringify(await { cold, warm, typing }[task.kind](task)));
