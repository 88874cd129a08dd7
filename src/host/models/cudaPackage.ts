import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelFileError, codeOf } from '../../models/errors.ts';
import { discardUnfinished, unfinished } from '../../remote/download/download.ts';
import { DownloadError } from '../../remote/download/downloadError.ts';
import type { DownloadOptions, DownloadProgress } from '../../remote/download/types.ts';
import { archiveOf, installNpmPackage } from '../../remote/npmPackage.ts';
import type { PullRow } from './modelRows.ts';

/** A binary package of node-llama-cpp, as package-lock.json of this Hearth pins it. */
export interface BinaryPackage {
  /** Without the scope: `linux-x64-cuda`. */
  readonly name: string;
  readonly version: string;
  /** `sha512-` and base64. */
  readonly integrity: string;
}

/** Put in by the build: the packages for NVIDIA's GPUs. */
declare const CUDA_PACKAGES: readonly BinaryPackage[] | undefined;

/** npm's own registry, whatever mirror this machine uses: the digest decides, not the host. */
const registry = 'https://registry.npmjs.org';

/** The package of llama.cpp for NVIDIA's GPUs on this kind of machine, or null where there is none. */
export function cudaPackageFor(
  platform: string,
  architecture: string,
  packages: readonly BinaryPackage[] = typeof CUDA_PACKAGES === 'undefined' ? [] : CUDA_PACKAGES,
): BinaryPackage | null {
  const system = { linux: 'linux', win32: 'win' }[platform];
  return packages.find(({ name }) => name === `${system}-${architecture}-cuda`) ?? null;
}

/** Where a package's archive lies. */
export function archiveAddress({ name, version }: BinaryPackage, host = registry): string {
  return `${host}/@node-llama-cpp/${name}/-/${name}-${version}.tgz`;
}

export interface CudaPackageParts {
  /** Null where there is none for this machine. */
  readonly binary: BinaryPackage | null;
  /** The folder that the engine is told of. */
  readonly folder: string;
  readonly egress: DownloadOptions['egress'];
  /** Another registry, for tests. */
  readonly host?: string;
}

/** Whether the package is there; `unfinished`: a paused fetch has left something of it. */
export type CudaState = 'absent' | 'unfinished' | 'installed';

/** The part of llama.cpp for NVIDIA's GPUs: fetched when asked for, of exactly the version that Hearth has. */
export class CudaPackage {
  readonly #parts: CudaPackageParts;

  constructor(parts: CudaPackageParts) {
    this.#parts = parts;
  }

  /** What a fetch takes is not written in the lock file; some 60 to 200 MB. */
  get download(): { readonly bytes: number | null; readonly host: string } {
    return { bytes: null, host: new URL(this.#parts.host ?? registry).hostname };
  }

  /** Whether it is there, in the version that is needed. */
  async state(): Promise<CudaState> {
    const { binary } = this.#parts;
    if (binary === null) return 'absent';
    if ((await this.#version()) === binary.version) return 'installed';
    return (await unfinished(this.#archive(binary))) === null ? 'absent' : 'unfinished';
  }

  /**
   * Fetches, verifies and unpacks it. Aborting `signal` pauses, with the reason `'cancel'` nothing is kept. Rejects with
   * one clear sentence.
   */
  async install(signal: AbortSignal, onProgress: (pull: PullRow) => void): Promise<void> {
    const { binary } = this.#parts;
    if (binary === null) {
      throw new ModelFileError(
        'not-a-model',
        'The CUDA backend is for Linux and Windows on x64 only: this machine uses another one.',
      );
    }
    if ((await this.state()) === 'installed') return;
    // What an earlier Hearth left is of no use to this one.
    await this.#removeFolder(binary);
    try {
      await this.#fetch(binary, signal, onProgress);
    } catch (error) {
      if (!(error instanceof DownloadError) || error.code !== 'exists') throw error;
      // Another window was faster, or an earlier Hearth ended while it unpacked its own archive.
      if ((await this.state()) === 'installed') return;
      await rm(this.#archive(binary), { force: true });
      await this.#fetch(binary, signal, onProgress);
    }
  }

  /** Removes it, or what a paused fetch left of it, and nothing else. Rejects with one clear sentence. */
  async remove(): Promise<void> {
    const { binary } = this.#parts;
    if (binary === null) return;
    await this.#removeFolder(binary);
    if ((await this.state()) === 'unfinished') await discardUnfinished(this.#archive(binary));
  }

  async #fetch(
    binary: BinaryPackage,
    signal: AbortSignal,
    onProgress: (pull: PullRow) => void,
  ): Promise<void> {
    const { egress, host } = this.#parts;
    await installNpmPackage({
      address: archiveAddress(binary, host),
      integrity: binary.integrity,
      folder: this.#folder(binary),
      egress,
      signal,
      onProgress: (progress) => onProgress(rowOf(progress)),
    });
  }

  #archive(binary: BinaryPackage): string {
    return archiveOf(this.#folder(binary));
  }

  #folder({ name }: BinaryPackage): string {
    return path.join(this.#parts.folder, name);
  }

  async #version(): Promise<string | null> {
    const { binary } = this.#parts;
    if (binary === null) return null;
    try {
      const text = await readFile(path.join(this.#folder(binary), 'package.json'), 'utf8');
      const { version } = JSON.parse(text) as { version?: unknown };
      return typeof version === 'string' ? version : null;
    } catch {
      return null;
    }
  }

  async #removeFolder(binary: BinaryPackage): Promise<void> {
    const folder = this.#folder(binary);
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw new ModelFileError(
        'not-writable',
        `${folder} can't be removed (${codeOf(error)}): close other windows that use it, then try again.`,
        { cause: error },
      );
    });
  }
}

function rowOf({ state, bytes, total, bytesPerSecond, secondsLeft, trouble }: DownloadProgress): PullRow {
  const verifying = state === 'verifying';
  return {
    state: 'running',
    // While it is verified all of it is there, and the speed is the disk's.
    bytes: verifying ? (total ?? bytes) : bytes,
    total,
    bytesPerSecond: verifying ? null : bytesPerSecond,
    secondsLeft: verifying ? null : secondsLeft,
    problem: trouble,
  };
}
