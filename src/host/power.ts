import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** Where the state of the power supply is read from, for tests. */
export interface PowerPorts {
  readonly platform: NodeJS.Platform;
  /** The names in a folder; rejects where there is none. */
  readonly list: (folder: string) => Promise<string[]>;
  /** The text of a file; rejects where there is none. */
  readonly read: (file: string) => Promise<string>;
  /** What a program prints; rejects where it fails. */
  readonly run: (program: string, args: readonly string[]) => Promise<string>;
  /** Milliseconds of a clock that is never set back. */
  readonly now: () => number;
}

const system: PowerPorts = {
  platform: process.platform,
  list: (folder) => readdir(folder),
  read: (file) => readFile(file, 'utf8'),
  run: (program, args) =>
    new Promise((resolve, reject) => {
      execFile(program, [...args], { timeout: 5_000 }, (error, stdout) =>
        error === null ? resolve(stdout) : reject(new Error(error.message)),
      );
    }),
  now: () => performance.now(),
};

/** What was found out holds for so long. */
const keptMs = 30_000;
const supplies = '/sys/class/power_supply';

/** Whether this machine runs on its battery; asked for often, looked up at most every 30 seconds. */
export class Power {
  readonly #ports: PowerPorts;
  #known: { readonly at: number; readonly answer: Promise<boolean | null> } | null = null;

  constructor(ports: PowerPorts = system) {
    this.#ports = ports;
  }

  /** Null where it can't be found out, as on Windows. Never rejects. */
  onBattery(): Promise<boolean | null> {
    const now = this.#ports.now();
    if (this.#known === null || now - this.#known.at >= keptMs) {
      this.#known = { at: now, answer: this.#look().catch(() => null) };
    }
    return this.#known.answer;
  }

  async #look(): Promise<boolean | null> {
    const { platform, run } = this.#ports;
    if (platform === 'linux') return this.#lookLinux();
    if (platform !== 'darwin') return null;
    const source = /drawing from '([^']+)'/.exec(await run('pmset', ['-g', 'batt']))?.[1];
    return source === undefined ? null : source === 'Battery Power';
  }

  /** By the kernel's `sysfs-class-power`: a mains supply that is on decides, else a battery that discharges. */
  async #lookLinux(): Promise<boolean> {
    const { list, read } = this.#ports;
    let discharging = false;
    for (const name of await list(supplies)) {
      const value = (file: string): Promise<string> =>
        read(`${supplies}/${name}/${file}`).then(
          (text) => text.trim(),
          () => '',
        );
      const type = await value('type');
      if (type !== 'Battery' && (await value('online')) === '1') return false;
      // The batteries of mice and keyboards have the scope `Device`.
      if (type !== 'Battery' || (await value('scope')) === 'Device') continue;
      discharging ||= (await value('status')) === 'Discharging';
    }
    return discharging;
  }
}
