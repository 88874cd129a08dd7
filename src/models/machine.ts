import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import type { Backend, GpuMemory, Machine, Memory } from '../core/models/machine.ts';

/** Where the probe looks; a test gives recorded answers. */
export interface ProbeSources {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Bytes of memory that the system reports, and of it free. */
  readonly totalMemory: number;
  readonly freeMemory: number;
  /** Bytes that a container may use; 0 or more than there is where it is not limited. */
  readonly constrainedMemory: number;
  /** A file's text, or null where it can't be read. */
  read(path: string): Promise<string | null>;
  /** What a command prints, or null where it fails or takes longer than two seconds. */
  run(command: string, parameters: readonly string[]): Promise<string | null>;
}

/** The GPU as the engine sees it; only llama.cpp can ask it. */
export interface ProbedGpu extends GpuMemory {
  readonly backend: Exclude<Backend, 'cpu'>;
}

const commandTimeoutMs = 2000;
const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** This machine's files and commands. */
export function machineSources(): ProbeSources {
  return {
    platform: process.platform,
    arch: process.arch,
    totalMemory: os.totalmem(),
    freeMemory: os.freemem(),
    constrainedMemory: process.constrainedMemory(),
    read: (path) => readFile(path, 'utf8').catch(() => null),
    run: (command, parameters) =>
      promisify(execFile)(command, [...parameters], { timeout: commandTimeoutMs }).then(
        ({ stdout }) => stdout,
        () => null,
      ),
  };
}

/**
 * What this machine has for a model at present, in bytes. `gpu` is what the engine found, or null where it found none
 * or was not asked; on Apple silicon the GPU's share is then worked out. Never rejects: what can't be read is replaced
 * by what Node knows.
 */
export async function probeMachine(
  gpu: ProbedGpu | null,
  sources: ProbeSources = machineSources(),
): Promise<Machine> {
  const ram = await ramOf(sources);
  if (gpu !== null) {
    const { backend, total, free, unified } = gpu;
    return { backend, ram, gpu: { total, free, unified } };
  }
  if (sources.platform !== 'darwin' || sources.arch !== 'arm64') return { backend: 'cpu', ram, gpu: null };
  const limit = await appleGpuLimit(ram.total, sources);
  return { backend: 'metal', ram, gpu: { total: limit, free: Math.min(limit, ram.free), unified: true } };
}

async function ramOf(sources: ProbeSources): Promise<Memory> {
  if (sources.platform === 'linux') return linuxMemory(sources);
  if (sources.platform === 'darwin') return macMemory(sources);
  return { total: sources.totalMemory, free: sources.freeMemory };
}

/** `MemAvailable` of /proc/meminfo, and no more than what a container is allowed to have. */
async function linuxMemory(sources: ProbeSources): Promise<Memory> {
  const text = (await sources.read('/proc/meminfo')) ?? '';
  const kilobytes = (name: string): number | null => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'mu').exec(text);
    return match === null ? null : Number(match[1]) * 1024;
  };
  const total = kilobytes('MemTotal') ?? sources.totalMemory;
  const free = kilobytes('MemAvailable') ?? sources.freeMemory;
  const limit = sources.constrainedMemory;
  if (limit <= 0 || limit >= total) return { total, free };
  const used = await containerUse(sources);
  return { total: limit, free: Math.max(0, Math.min(free, limit - used)) };
}

/**
 * Bytes that a container's processes hold, without the pages of files that the system gives up when memory is wanted;
 * 0 where it can't be read. Both layouts of control groups (docs.kernel.org, admin-guide/cgroup-v2 and cgroup-v1).
 */
async function containerUse(sources: ProbeSources): Promise<number> {
  const own = /^0::(\/.*)$/mu.exec((await sources.read('/proc/self/cgroup')) ?? '')?.[1] ?? '/';
  const places = [
    { folder: `/sys/fs/cgroup${own === '/' ? '' : own}`, usage: 'memory.current', cache: 'inactive_file' },
    { folder: '/sys/fs/cgroup', usage: 'memory.current', cache: 'inactive_file' },
    { folder: '/sys/fs/cgroup/memory', usage: 'memory.usage_in_bytes', cache: 'total_inactive_file' },
  ];
  for (const { folder, usage, cache } of places) {
    const used = Number.parseInt((await sources.read(`${folder}/${usage}`)) ?? '', 10);
    if (Number.isNaN(used)) continue;
    const stat = (await sources.read(`${folder}/memory.stat`)) ?? '';
    const reclaimable = Number(new RegExp(`^${cache} (\\d+)$`, 'mu').exec(stat)?.[1] ?? 0);
    return Math.max(0, used - reclaimable);
  }
  return 0;
}

/**
 * All memory but what can't be given up without being swapped or compressed: wired pages, the compressor's, and the
 * programs' own without the purgeable ones (what Activity Monitor calls "Memory Used").
 */
async function macMemory(sources: ProbeSources): Promise<Memory> {
  const total = (await sysctl('hw.memsize', sources)) ?? sources.totalMemory;
  const text = (await sources.run('vm_stat', [])) ?? '';
  const pageBytes = Number(/page size of (\d+) bytes/u.exec(text)?.[1] ?? 0);
  const pages = (name: string): number | null => {
    const match = new RegExp(`^"?${name}"?:\\s+(\\d+)\\.?$`, 'mu').exec(text);
    return match === null ? null : Number(match[1]) * pageBytes;
  };
  const wired = pages('Pages wired down');
  const anonymous = pages('Anonymous pages');
  const compressor = pages('Pages occupied by compressor');
  if (wired === null || anonymous === null || compressor === null) {
    return { total, free: sources.freeMemory };
  }
  const used = wired + compressor + Math.max(0, anonymous - (pages('Pages purgeable') ?? 0));
  return { total, free: Math.max(0, total - used) };
}

/**
 * Bytes that the GPU of an Apple chip may use: what the user set as `iogpu.wired_limit_mb`, else the least that Metal
 * recommends (`recommendedMaxWorkingSetSize`): 10,922.67 MiB of 16 GiB, 21,845.34 of 32, 49,152 of 64 and 73,728 of 96
 * are on record (llama.cpp's issues 1870 and 3213, its pull request 2011), two thirds and from 36 GiB on three
 * quarters. Newer systems allow more; the engine tells what is so once it runs.
 */
async function appleGpuLimit(total: number, sources: ProbeSources): Promise<number> {
  const set = await sysctl('iogpu.wired_limit_mb', sources);
  if (set !== null && set > 0) return Math.min(set * MiB, total);
  return Math.floor(total < 36 * GiB ? (total * 2) / 3 : (total * 3) / 4);
}

async function sysctl(name: string, sources: ProbeSources): Promise<number | null> {
  const text = (await sources.run('sysctl', ['-n', name]))?.trim() ?? '';
  return /^\d+$/u.test(text) ? Number(text) : null;
}
