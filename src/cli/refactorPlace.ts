import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RefactorFile } from '../core/refactor/types.ts';
import type { Selection } from '../core/refactor/target.ts';
import { isSecretPath } from '../core/index/secretPaths.ts';
import { offsetAt } from '../core/text/position.ts';
import { decodeText } from '../disk/textFile.ts';
import { judgedPaths } from '../host/endpoints/judgedPaths.ts';
import { FolderNames } from '../workspace/chat/folderNames.ts';
import { CliError } from './output.ts';
import { locate, type FilePosition } from './position.ts';

/** What a position names: a file and what is selected in it. */
export interface RefactorPlace {
  readonly file: RefactorFile;
  readonly selection: Selection;
  readonly position: FilePosition;
  /** The file's absolute path. */
  readonly absolute: string;
}

/** Finds `FILE:LINE:COL` or `FILE:LINE:COL-LINE:COL`; `text` goes before what is on the disk. Throws CliError. */
export async function locateSelection(
  position: string,
  text: string | null,
  workspace: string,
): Promise<RefactorPlace> {
  const [, first = position, line, column] = /^(.*:\d+:\d+)-(\d+):(\d+)$/s.exec(position) ?? [];
  const name = first.replace(/:\d+:\d+$/, '');
  const absolute = path.resolve(workspace, name);
  const found = await locate(first, text ?? (await ownText(absolute)), workspace);
  const end =
    line === undefined ? found.offset : offsetAt(found.text, { line: Number(line), column: Number(column) });
  if (typeof end !== 'number' || Number(line ?? 1) < 1)
    throw new CliError(
      'bad-position',
      `${name}:${line}:${column}: ${typeof end === 'number' ? 'lines count from 1' : end.error}.`,
    );
  if (isSecretPath(found.path))
    throw new CliError(
      'secret',
      `${name} is not read: its name says that it may hold passwords, keys or tokens.`,
    );
  const paths = new FolderNames([workspace]);
  const places = judgedPaths({ scheme: 'file', fsPath: absolute }, paths, [workspace]);
  const file = { path: found.path, places, text: found.text, language: found.languageId.toLowerCase() };
  return { file, selection: { start: found.offset, end }, position: found, absolute };
}

/** The text on the disk; null, so that it is looked for and complained about, where there is none. */
async function ownText(file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return null;
  const decoded = decodeText(bytes);
  if (decoded === null)
    throw new CliError('unreadable', `${file} can't be read: it is neither UTF-8 nor UTF-16 text.`);
  return decoded.text;
}
