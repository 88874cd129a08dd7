import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FoundLine } from '../../core/chat/context.ts';
import { isInScopes } from '../../core/chat/retrieval/scopes.ts';
import { textLines } from '../../core/chat/retrieval/textLines.ts';
import { identifiersIn, longestTerm, shortestTerm } from '../../core/index/chunks.ts';
import { compare } from '../../core/index/compare.ts';
import type { IndexedFile } from '../../core/index/repositoryIndex.ts';
import { wholeWord } from '../../core/text/pattern.ts';
import type { ChatFolder, ChatFolders } from './chatFolders.ts';

/** UTF-16 units of a line that are shown, around what was found. */
const longestLine = 300;
const beforeMatch = 100;
/** What is longer is no name, and too much for a pattern. */
const longestSearched = 1_000;
/** Names that are compared between two pauses. */
const namesAtOnce = 5_000;

/** Lines that hold a name as a whole word: by path and line, those of tests last. */
export async function findReferences(
  folders: ChatFolders,
  name: string,
  limit: number,
): Promise<FoundLine[]> {
  const wanted = name.trim();
  if (wanted === '' || wanted.length > longestSearched || wanted.includes('\n')) return [];
  const word = new RegExp(wholeWord(wanted), 'u');
  const names = namesOf(wanted);
  const files = await folders.fromEach((folder) => filesWith(folder, names, (own, part) => own === part));
  files.sort((a, b) => Number(a.file.isTest) - Number(b.file.isTest) || byPath(a, b));
  return linesIn(folders, files, limit, (line) => line.search(word));
}

/** Lines that hold a text, whatever the case: by path and line. The index tells which files can hold it. */
export async function searchText(
  folders: ChatFolders,
  text: string,
  scope: string | null,
  limit: number,
): Promise<FoundLine[]> {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' || wanted.includes('\n')) return [];
  const names = namesOf(wanted);
  const holds = (own: string, part: string): boolean => own.toLowerCase().includes(part);
  const files = await folders.fromEach((folder) => filesWith(folder, names, holds));
  const scopes = scope === null ? [] : [scope];
  const asked = files.filter(({ folder, file }) => isInScopes(`${folder.prefix}${file.path}`, scopes));
  return linesIn(folders, asked.sort(byPath), limit, (line) => line.toLowerCase().indexOf(wanted));
}

/** The names in a text that the index knows. */
function namesOf(text: string): string[] {
  const names = identifiersIn(text).filter(({ length }) => length >= shortestTerm && length <= longestTerm);
  return [...new Set(names)];
}

interface Searched {
  readonly folder: ChatFolder;
  readonly file: IndexedFile;
}

function byPath(a: Searched, b: Searched): number {
  return compare(`${a.folder.prefix}${a.file.path}`, `${b.folder.prefix}${b.file.path}`);
}

/** The files that hold, for each part of a text, a name that `fits` it; all files for a text without names. */
function* filesWith(
  folder: ChatFolder,
  parts: readonly string[],
  fits: (name: string, part: string) => boolean,
): Generator<void, Searched[], void> {
  const { index } = folder;
  const { names } = index;
  const sets = parts.map(() => new Set<number>());
  for (let name = 0; parts.length > 0 && name < names.size; name += 1) {
    if (name % namesAtOnce === namesAtOnce - 1) yield;
    const own = names.nameOf(name);
    for (const [at, part] of parts.entries()) {
      if (own.length < part.length || !fits(own, part)) continue;
      const entries = index.entriesOf(name);
      for (let entry = 0; entry < entries.length; entry += 2) sets[at]?.add(entries[entry] ?? 0);
    }
  }
  const files = index.files().filter(({ id }) => sets.every((ids) => ids.has(id)));
  return files.map((file) => ({ folder, file }));
}

/** The lines of files in which something is found, with a turn of the event loop after each file. */
async function linesIn(
  folders: ChatFolders,
  files: readonly Searched[],
  limit: number,
  find: (line: string) => number,
): Promise<FoundLine[]> {
  const found: FoundLine[] = [];
  for (const { folder, file } of files) {
    if (found.length >= limit) break;
    await nextTurn();
    const text = folder.owns(file.path) ? await folders.read(folder, file.path) : null;
    if (text === null) continue;
    for (const [at, line] of textLines(text).entries()) {
      const match = find(line);
      if (match === -1) continue;
      found.push({ path: `${folder.prefix}${file.path}`, line: at + 1, text: shown(line, match) });
      if (found.length >= limit) break;
    }
  }
  return found;
}

/** The part of a long line around what was found. */
function shown(line: string, match: number): string {
  if (line.length <= longestLine) return line.trimEnd();
  const start = Math.max(0, match - beforeMatch);
  const part = line.slice(start, start + longestLine).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
  return `${start > 0 ? '…' : ''}${part}${start + longestLine < line.length ? '…' : ''}`;
}
