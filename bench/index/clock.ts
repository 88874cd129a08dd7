/** What something took, in milliseconds: by the clock, and of all cores together. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Does something once and says what it took. */
export async function costOf(task: () => Promise<void>): Promise<Cost> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await task();
  return { wallMs: performance.now() - wall, cpuMs: cpuMs(cpu) };
}

/**
 * For each step of a task that always takes the same steps, the least of several times in milliseconds: a step takes more
 * only where something else came between. `run` does the task once and calls `step` around each step. What counts is the
 * time that this process had a core, whatever else the machine does; where the system counts that coarsely (Windows),
 * the clock's.
 */
export async function leastTimes(times: number, run: (step: Step) => Promise<void>): Promise<number[]> {
  const least: number[] = [];
  for (let time = 0; time < times; time += 1) {
    let at = 0;
    await run(async (work) => {
      const began = now();
      const result = await work();
      least[at] = Math.min(least[at] ?? Infinity, now() - began);
      at += 1;
      return result;
    });
  }
  return least;
}

/** Times one step. */
export type Step = <T>(work: () => Promise<T> | T) => Promise<T>;

/** Milliseconds from some point in time, for the difference of two of them. */
export const now: () => number = isFine() ? () => cpuMs() : () => performance.now();

function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** Whether the system's count of a process's time moves in steps of less than a fifth of a millisecond. */
function isFine(): boolean {
  let steps = 0;
  const began = performance.now();
  for (let last = cpuMs(); performance.now() - began < 2;) {
    const next = cpuMs();
    if (next !== last) steps += 1;
    last = next;
  }
  return steps >= 10;
}
