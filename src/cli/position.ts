import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { offsetAt } from '../core/text/position.ts';
import type { CommonOptions } from './arguments.ts';
import { CliError } from './output.ts';

/** A position in the present text of a file. */
export interface FilePosition {
  /** The file's URI. */
  readonly document: string;
  readonly text: string;
  /** In UTF-16 units of `text`. */
  readonly offset: number;
  /** Its extension, which tells its language. */
  readonly languageId: string;
  /** Path in the workspace with `/`; outside of it the file's name, and `inside` is false. */
  readonly path: string;
  readonly inside: boolean;
}

/** Finds a position `FILE:LINE:COL`; `text` goes before what is on the disk. Throws CliError. */
export async function locate(
  position: string,
  text: string | null,
  workspace: string,
): Promise<FilePosition> {
  const { file, line, column } = parsePosition(position);
  const full = path.resolve(workspace, file);
  const present = text ?? (await readText(full));
  const offset = offsetAt(present, { line, column });
  if (typeof offset !== 'number')
    throw new CliError('bad-position', `${file}:${line}:${column}: ${offset.error}.`);
  const relative = path.relative(workspace, full).split(path.sep).join('/');
  const inside = !(relative === '..' || relative.startsWith('../') || path.isAbsolute(relative));
  return {
    document: pathToFileURL(full).href,
    text: present,
    offset,
    languageId: path.extname(full).slice(1),
    path: inside ? relative : path.basename(full),
    inside,
  };
}

/** `FILE:LINE:COL`, read from the right, since a path may hold colons. */
function parsePosition(position: string): { file: string; line: number; column: number } {
  const match = /^(.+):(\d+):(\d+)$/s.exec(position);
  const line = Number(match?.[2]);
  const column = Number(match?.[3]);
  if (match?.[1] === undefined || !Number.isSafeInteger(line) || !Number.isSafeInteger(column) || line < 1) {
    throw new CliError(
      'bad-position',
      `${JSON.stringify(position)} is not FILE:LINE:COL (lines from 1, columns from 0).`,
    );
  }
  return { file: match[1], line, column };
}

/** The text that `--text` names, or null without it. Throws CliError. */
export async function currentText(options: CommonOptions): Promise<string | null> {
  if (options.text === null) return null;
  return readText(options.text === '-' ? '-' : path.resolve(options.text));
}

/** A file's text, or standard input's for `-`. Throws CliError. */
export async function readText(file: string): Promise<string> {
  try {
    if (file === '-') return (await buffer(process.stdin)).toString('utf8');
    if ((await stat(file)).isDirectory())
      throw new CliError('unreadable', `${file} is a folder, not a file.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new CliError(
      'unreadable',
      `${file} can't be read: ${code === 'ENOENT' ? 'there is no such file' : String(code)}.`,
    );
  }
}
