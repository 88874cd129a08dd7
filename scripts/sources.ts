/**
 * `npm run sources`: fetches the packages of bench/sources.json, whose real source files the benchmarks type and cut,
 * into an ignored folder, through npm and apt as they are set up on this machine, and compares every digest.
 * `--record` writes the digests of what it fetched instead (after the list was changed).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from './runMain.ts';
import {
  packageFolder,
  readSourceList,
  sha256,
  sourceFile,
  sourcesFolder,
  writeSourceList,
  type SourcePackage,
} from './sourceList.ts';

/** Fetches what is missing. Prints one sentence for every package that can't be had as recorded. */
export function fetchSources(): { complete: boolean } {
  let complete = true;
  for (const entry of readSourceList()) {
    const files = Object.keys(entry.files);
    const wrong = () =>
      files.map((file) => sourceFile(entry.name, file)).filter((one) => typeof one === 'string');
    if (wrong().length === 0) continue;
    const fetched = fetchPackage(entry);
    if ('problem' in fetched) console.error(fetched.problem);
    else if (fetched.sha256 !== entry.sha256) console.error(otherArchive(entry, fetched));
    for (const sentence of wrong()) {
      complete = false;
      if ('sha256' in fetched) console.error(sentence);
    }
  }
  return { complete };
}

interface Fetched {
  readonly archive: string;
  readonly sha256: string;
}

function otherArchive(entry: SourcePackage, fetched: Fetched): string {
  const what = `${entry.name} ${entry.version}: the archive ${fetched.archive} is not the recorded one`;
  return `${what} (SHA-256 ${fetched.sha256}); only those of its files that are unchanged are used.`;
}

/** Fetches an archive and unpacks it in place of what was there. */
function fetchPackage(entry: SourcePackage): Fetched | { problem: string } {
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

/** Why it can't be downloaded, or null. */
function download({ from, name, version }: SourcePackage, folder: string): string | null {
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

/** Fetches everything anew and writes the digests that it has. */
function record(): void {
  const list = readSourceList().map((entry): SourcePackage => {
    const fetched = fetchPackage(entry);
    if ('problem' in fetched) throw new Error(fetched.problem);
    const files = Object.keys(entry.files).map((file): [string, string] => {
      const full = path.join(packageFolder(entry), file);
      if (!existsSync(full)) throw new Error(`${entry.name} ${entry.version} has no file ${file}.`);
      return [file, sha256(readFileSync(full))];
    });
    return { ...entry, sha256: fetched.sha256, files: Object.fromEntries(files) };
  });
  writeSourceList(list);
}

if (import.meta.main) {
  await runMain(() => {
    const { values } = parseArgs({ options: { record: { type: 'boolean' } } });
    if (values.record === true) record();
    const { complete } = fetchSources();
    console.log(complete ? 'All source files are there, as recorded.' : 'Some source files are missing.');
    return Promise.resolve(complete ? 0 : 1);
  });
}
