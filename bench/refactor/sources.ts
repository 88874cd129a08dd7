import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fetchArchive } from '../../scripts/archives.ts';
import { sourceFiles, sourceFile, type SourcePackage } from '../../scripts/sourceList.ts';
import { fetchSources } from '../../scripts/sources.ts';

/** A real file, its path as a model sees it. */
export interface RefactorSource {
  readonly path: string;
  readonly text: string;
}

/** Packages that only this benchmark uses, in the form of bench/sources.json. */
const listFile = path.join(import.meta.dirname, 'sources.json');

/** The files of bench/sources.json and of our own list that are there as recorded, and a sentence for each that is not. */
export function realSources(): { files: RefactorSource[]; missing: string[] } {
  fetchSources();
  const shared = sourceFiles();
  const own = JSON.parse(readFileSync(listFile, 'utf8')) as SourcePackage[];
  const found = own.flatMap((entry) => {
    const missing = Object.keys(entry.files).some(
      (file) => typeof sourceFile(entry.name, file, own) === 'string',
    );
    if (missing) fetchArchive(entry);
    return Object.keys(entry.files).map((file) => sourceFile(entry.name, file, own));
  });
  const files = [...shared.files, ...found.filter((one) => typeof one !== 'string')];
  return {
    files: files.map(({ path: file, text }) => ({
      path: file.replace(/^usr\/share\/.*?\/gems\//, ''),
      text,
    })),
    missing: [...shared.missing, ...found.filter((one) => typeof one === 'string')],
  };
}
