import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { repository, temporaryFolder } from './engine.ts';

export type Json = Record<string, unknown>;

/** What a run of the command has written, and its exit code. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on while the test serves what it asks for. */
export interface Running {
  readonly ended: Promise<Run>;
  /** What was written so far on standard error. */
  readonly told: () => string;
  interrupt(): void;
}

/** A state folder that nothing was kept in yet. */
export function newState(): string {
  return path.join(temporaryFolder(), 'state');
}

/** The built command in a folder, with a home in which no program keeps models. */
export class ModelsCommand {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(path.join(folder, 'home'), { recursive: true });
  }

  /** Starts `hearth` with these arguments. */
  start(args: readonly string[], state: string, more: Readonly<Record<string, string>> = {}): Running {
    const home = path.join(this.folder, 'home');
    const { PATH = '', SystemRoot = '' } = process.env;
    const env = { PATH, SystemRoot, HOME: home, USERPROFILE: home, LOCALAPPDATA: home };
    const child = spawn(process.execPath, [path.join(repository, 'dist/cli.mjs'), ...args], {
      cwd: this.folder,
      env: { ...env, HEARTH_STATE_DIR: state, ...more },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Run>((resolve) => {
      child.on('close', (status) => resolve({ status, stdout, stderr }));
    });
    return { ended, told: () => stderr, interrupt: () => void child.kill('SIGINT') };
  }

  /** Runs `hearth models` with these arguments. */
  run(
    args: readonly string[],
    state = newState(),
    more: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    return this.start(['models', ...args], state, more).ended;
  }

  /** The JSON of a run that succeeds. */
  async json(args: readonly string[], state?: string): Promise<Json> {
    const { status, stdout, stderr } = await this.run([...args, '--json'], state);
    assert.equal(status, 0, stdout + stderr);
    return JSON.parse(stdout) as Json;
  }

  /** The same for one that gives an array. */
  async rows(args: readonly string[], state?: string): Promise<Json[]> {
    return (await this.json(args, state)) as unknown as Json[];
  }
}

/** The error of a run with `--json`. */
export function failure({ stdout }: Run): { code: string; message: string } {
  return (JSON.parse(stdout) as { error: { code: string; message: string } }).error;
}

/** A catalogue of one model, whose file has what is `known` besides its address. */
export function catalogueOf(id: string, known: Json = {}): string {
  const address = `https://huggingface.co/some/repository/resolve/main/${id}.gguf`;
  const model = {
    ...{ id, name: id, family: 'Test', summary: 'Good for tests.', roles: ['chat'], fillInTheMiddle: false },
    ...{ parameters: { total: 1000, active: 1000 }, contextTokens: 4096, licence: { name: 'MIT' } },
    quantizations: [{ name: 'Q8_0', files: [{ address, ...known }], approximateBytes: 1000 }],
  };
  return JSON.stringify({ version: 1, name: 'Test', models: [model] });
}
