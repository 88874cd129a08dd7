import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Attachment, FilePart, Place } from '../../core/chat/context.ts';
import type { ChatWorkspace } from '../../core/chat/ports.ts';
import { languageOf } from '../../core/chat/prompts.ts';

/** Of a folder: most files that are listed, and how many of them are begun, with so many lines. */
export const mostListed = 300;
export const mostHeads = 12;
export const headLines = 40;
/** Definitions of one name that are attached; more would say nothing of which is meant. */
const mostDefinitions = 3;
/** Where projects tell assistants about themselves, below a folder of the workspace. */
export const instructionFiles: readonly string[] = ['AGENTS.md', '.github/copilot-instructions.md'];
/** Longer instructions would leave no room for code. UTF-16 units. */
const mostInstructions = 16_000;

/** Lines of a file of the workspace, or all of it. */
export function partOf(
  kind: 'file' | 'symbol',
  { path, startLine, endLine, text, real }: Place & Pick<FilePart, 'text' | 'real'>,
  label: string,
): Attachment {
  const place = { path, startLine, endLine };
  const part = { kind, label, place, language: languageOf(path), text, cut: false };
  return real === undefined ? part : { ...part, files: [real] };
}

/** The list of a folder's files. `label` is the folder's path with a `/`: retrieval keeps to the folder by it. */
export function listingOf(label: string, files: readonly string[], more: boolean): Attachment {
  const text = [...files, ...(more ? ['(and more)'] : [])].join('\n');
  return { kind: 'folder', label, place: null, language: '', text, cut: more };
}

/** The definitions of just this name (`add`, `Box.add`), as far as they may be read; none where nothing has it. */
export async function definitionsNamed(
  workspace: Pick<ChatWorkspace, 'findSymbols' | 'read'>,
  wanted: string,
): Promise<readonly FilePart[]> {
  const found = await workspace.findSymbols(wanted, 20);
  const exact = found.filter(
    ({ name, container }) => name === wanted || (container !== null && `${container}.${name}` === wanted),
  );
  const parts = await Promise.all(
    exact
      .slice(0, mostDefinitions)
      .map(({ path, startLine, endLine }) => workspace.read(path, startLine, endLine)),
  );
  return parts.filter((part) => part !== null);
}

/**
 * Instructions as they go with a chat. `inFile`: the label is the path of the file that has just this text; `files`: what
 * else it is, where that path is a link's.
 */
export function instructionsOf(
  label: string,
  text: string,
  { inFile, files = [] }: { readonly inFile: boolean; readonly files?: readonly string[] },
): Attachment {
  return {
    kind: 'instructions',
    label,
    place: inFile ? { path: label, startLine: 1, endLine: text.split('\n').length } : null,
    language: 'md',
    text: text.slice(0, mostInstructions),
    cut: text.length > mostInstructions,
    ...(files.length === 0 ? {} : { files }),
  };
}

/**
 * The file that a path below a folder leads to, or null where that lies outside of the folder: a link may lead
 * anywhere. Rejects where there is none.
 */
export async function realFileIn(folder: string, file: string): Promise<string | null> {
  const real = await realpath(file);
  return real.startsWith((await realpath(folder)) + path.sep) ? real : null;
}
