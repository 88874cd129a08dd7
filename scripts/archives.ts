import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageFolder, sha256, sourcesFolder, type SourceArchive } from './sourceList.ts';

/** An archive that arrived: its file's name and its SHA-256. */
export interface Fetched {
  readonly archive: string;
  readonly sha256: string;
}

/**
 * Fetches a package's archive through npm or apt, as they are set up on this machine, and unpacks it in place of what
 * was there. A package that can't be had is a sentence that says why.
 */
export function fetchArchive(entry: SourceArchive): Fetched | { problem: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-sources-'));
  const problem = (why: string) => ({ problem: `${entry.name} ${entry.version} can't be fetched: ${why}` });
  try {
    const fetched = download(entry, folder);
    if (fetched !== null) return problem(fetched);
    const [archive] = readdirSync(folder).filter((name) => /\.(?:tgz|deb)$/.test(name));
    if (archive === undefined) return problem('nothing arrived.');
    const unpacked = path.join(folder, 'unpacked');
    mkdirSync(unpacked);
    const why = unpack(path.join(folder, archive), unpacked);
    if (why !== null) return problem(why);
    const target = packageFolder(entry);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(sourcesFolder, { recursive: true });
    cpSync(unpacked, target, { recursive: true, verbatimSymlinks: true });
    return { archive, sha256: sha256(readFileSync(path.join(folder, archive))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says that another archive came than the recorded one. */
export function otherArchive(entry: SourceArchive, fetched: Fetched): string {
  const what = `${entry.name} ${entry.version}: the archive ${fetched.archive} is not the recorded one`;
  return `${what} (SHA-256 ${fetched.sha256}); only what is unchanged in it is used.`;
}

/** Why it can't be downloaded, or null. */
function download({ from, name, version }: SourceArchive, folder: string): string | null {
  if (from === 'npm') return run('npm', ['pack', `${name}@${version}`, '--silent'], folder);
  const exact = run('apt-get', ['download', `${name}=${version}`], folder);
  if (exact === null) return null;
  // Debian keeps one version of a package a release: a later one may still have the same files.
  return run('apt-get', ['download', name], folder) === null ? null : exact;
}

function unpack(archive: string, folder: string): string | null {
  if (archive.endsWith('.deb')) return run('dpkg-deb', ['-x', archive, folder], folder);
  return run('tar', ['-xzf', archive, '-C', folder], folder);
}

function run(command: string, args: string[], cwd: string): string | null {
  const shell = process.platform === 'win32';
  const { status, error, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    shell,
  });
  if (error !== undefined) return `${command} does not run here (${error.message}).`;
  if (status === 0) return null;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return `${command} ${args[0]} ended with ${status}${last === '' ? '.' : `: ${last}`}`;
}
