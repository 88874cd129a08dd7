import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';

/** Where the state of memory is read from, for tests. */
export interface PressurePorts {
  readonly platform: NodeJS.Platform;
  /** The text of a file of the system; rejects where there is none. */
  readonly read: (file: string) => Promise<string>;
  /** What a program prints; rejects where it fails. */
  readonly run: (program: string, args: readonly string[]) => Promise<string>;
  /** Bytes that are free, and that there are. */
  readonly memory: () => { readonly free: number; readonly total: number };
}

const system: PressurePorts = {
  platform: process.platform,
  read: (file) => readFile(file, 'utf8'),
  run: (program, args) =>
    new Promise((resolve, reject) => {
      execFile(program, [...args], { timeout: 5_000 }, (error, stdout) =>
        error === null ? resolve(stdout) : reject(new Error(error.message)),
      );
    }),
  memory: () => ({ free: os.freemem(), total: os.totalmem() }),
};

/** Less than this part of the memory is left. */
const leastFree = 0.05;
/** Per cent of the last ten seconds in which every process waited for memory (`full avg10`). */
const mostStalled = 5;
/** macOS: 1 normal, 2 warning, 4 critical (`sys/kern_memorystatus.h`). */
const warningLevel = 2;

/**
 * Whether memory is short: on Linux by its pressure-stall information and by what is available, on macOS by the
 * system's own level, elsewhere by what is free. False where nothing can be found out.
 */
export async function memoryPressure(ports: PressurePorts = system): Promise<boolean> {
  try {
    if (ports.platform === 'linux') return await linuxPressure(ports);
    if (ports.platform === 'darwin') {
      const level = await ports.run('sysctl', ['-n', 'kern.memorystatus_vm_pressure_level']);
      return Number(level.trim()) >= warningLevel;
    }
  } catch {
    return false;
  }
  const { free, total } = ports.memory();
  return free < total * leastFree;
}

async function linuxPressure({ read }: PressurePorts): Promise<boolean> {
  const [stalls, info] = await Promise.all([
    // Kernels before 4.20, and some containers, have none.
    read('/proc/pressure/memory').catch(() => ''),
    read('/proc/meminfo').catch(() => ''),
  ]);
  const stalled = Number(/^full avg10=([\d.]+)/m.exec(stalls)?.[1] ?? 0);
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(info)?.[1] ?? Number.NaN);
  return stalled > mostStalled || kilobytes('MemAvailable') < kilobytes('MemTotal') * leastFree;
}
