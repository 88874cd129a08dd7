import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const listFile = path.join(root, 'bench/sources.json');
/** Where the fetched packages lie unpacked, one folder a package; git ignores it. */
export const sourcesFolder = path.join(root, '.vscode-test/sources');

/** An archive of a package, as it was when its digest was recorded. */
export interface SourceArchive {
  readonly from: 'npm' | 'debian';
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the archive. */
  readonly sha256: string;
}

/** A package of which single source files are used. */
export interface SourcePackage extends SourceArchive {
  /** SHA-256 of each used file, by its path in the unpacked archive. */
  readonly files: Readonly<Record<string, string>>;
}

/** A source file that is there and has the recorded digest. */
export interface SourceFile {
  readonly package: string;
  /** Path in the unpacked archive, and a short one for people and prompts. */
  readonly file: string;
  readonly path: string;
  readonly text: string;
}

export function readSourceList(): SourcePackage[] {
  return JSON.parse(readFileSync(listFile, 'utf8')) as SourcePackage[];
}

export function writeSourceList(list: readonly SourcePackage[]): void {
  writeFileSync(listFile, `${JSON.stringify(list, null, 2)}\n`);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The folder of a package's unpacked archive. */
export function packageFolder({ name, version }: Pick<SourceArchive, 'name' | 'version'>): string {
  return path.join(sourcesFolder, `${name}-${version}`.replaceAll(/[^\w.+-]/g, '_'));
}

/** The file of a package if it was fetched and is the recorded one, else a sentence that says what is wrong. */
export function sourceFile(name: string, file: string, list = readSourceList()): SourceFile | string {
  const entry = list.find((one) => one.name === name);
  const digest = entry?.files[file];
  if (entry === undefined || digest === undefined)
    return `bench/sources.json has no file ${file} of ${name}.`;
  const full = path.join(packageFolder(entry), file);
  if (!existsSync(full)) return `${name} ${entry.version}: ${file} is not there; run "npm run sources".`;
  const bytes = readFileSync(full);
  if (sha256(bytes) !== digest) return `${name} ${entry.version}: ${file} is not the recorded one.`;
  return { package: name, file, path: shortPath(file), text: bytes.toString('utf8') };
}

/** Every file of the list that verifies, and a sentence for each that does not. */
export function sourceFiles(): { files: SourceFile[]; missing: string[] } {
  const list = readSourceList();
  const found = list.flatMap(({ name, files }) =>
    Object.keys(files).map((file) => sourceFile(name, file, list)),
  );
  return {
    files: found.filter((one) => typeof one !== 'string'),
    missing: found.filter((one) => typeof one === 'string'),
  };
}

/** The path without the folders that say where a package manager puts things. */
function shortPath(file: string): string {
  return file.replace(
    /^package\/|^usr\/(?:lib\/python3\/dist-packages|share\/gocode\/src|share\/cargo\/registry)\//,
    '',
  );
}
