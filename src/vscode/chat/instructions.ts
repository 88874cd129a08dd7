import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Attachment } from '../../core/chat/context.ts';
import { exclusionSentences } from '../../core/index/exclusions.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import { readSettings } from '../settings.ts';
import type { InstructionsNote } from './chips.ts';
import { relativePath, whyLeftOut, type WorkspacePaths } from './documents.ts';

/** Where projects tell assistants about themselves, below a workspace folder. */
const files = ['AGENTS.md', '.github/copilot-instructions.md'];
/** Longer instructions would leave no room for code. */
const mostUnits = 16_000;
const settingLabel = 'hearth.chat.instructions';

/** Where instructions are looked for, and by whose rules. */
export interface InstructionsParts {
  readonly client: Pick<WorkspaceClient, 'excluded'>;
  readonly workspace: WorkspacePaths;
}

interface Found {
  readonly uri: vscode.Uri;
  /** Path in the workspace. */
  readonly path: string;
  /** Why they are not taken, in a sentence; null: they are. */
  readonly refused: string | null;
}

/** The instructions that are there, as they are offered, those of the project that are not taken with the reason. */
export async function instructionsNotes(parts: InstructionsParts): Promise<readonly InstructionsNote[]> {
  const { settings } = readSettings();
  const found = settings['chat.projectInstructions'] ? await projectFiles(parts) : [];
  const ofProject = found.map(({ path, refused }) => ({
    label: refused === null ? path : `${path} (not taken)`,
    description:
      refused === null
        ? `Instructions from ${path}. They go with every new chat.`
        : `${path} has instructions for assistants. They are not taken: ${refused}`,
    path,
  }));
  const own = {
    label: settingLabel,
    description: 'Your own instructions, from the settings. They go with every new chat.',
    path: null,
  };
  return settings['chat.instructions'].trim() === '' ? ofProject : [...ofProject, own];
}

/** What the instructions say, those that the user refused apart. */
export async function readInstructions({
  takes,
  ...parts
}: InstructionsParts & {
  readonly takes: (label: string) => boolean;
}): Promise<readonly Attachment[]> {
  const { settings } = readSettings();
  const all = settings['chat.projectInstructions'] ? await projectFiles(parts) : [];
  const found = all.filter(({ path, refused }) => refused === null && takes(path));
  const ofProject = await Promise.all(
    found.map(async ({ uri, path }) => {
      const text = await vscode.workspace.fs.readFile(uri).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => '',
      );
      return instructionsOf(path, text, text.split('\n').length);
    }),
  );
  const own = settings['chat.instructions'];
  const ownToo = takes(settingLabel) ? [instructionsOf(settingLabel, own, null)] : [];
  return [...ofProject, ...ownToo].filter(({ text }) => text.trim() !== '');
}

function instructionsOf(label: string, text: string, lines: number | null): Attachment {
  return {
    kind: 'instructions',
    label,
    place: lines === null ? null : { path: label, startLine: 1, endLine: lines },
    language: 'md',
    text: text.slice(0, mostUnits),
    cut: text.length > mostUnits,
  };
}

async function projectFiles(parts: InstructionsParts): Promise<readonly Found[]> {
  const candidates = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
    files.map((file) => ({ folder: folder.uri, uri: vscode.Uri.joinPath(folder.uri, file) })),
  );
  const found = await Promise.all(
    candidates.map(async ({ folder, uri }) => {
      const stat = await vscode.workspace.fs.stat(uri).then(
        (stat) => stat,
        () => null,
      );
      const isFile = stat !== null && (stat.type & vscode.FileType.File) !== 0;
      if (!isFile) return [];
      const path = relativePath(parts.workspace, uri);
      return [{ uri, path, refused: await refusal(parts, folder, uri) }];
    }),
  );
  return found.flat();
}

/** A link may lead anywhere: what it leads to counts only where it lies in the workspace folder too. */
async function refusal(
  { client, workspace }: InstructionsParts,
  folder: vscode.Uri,
  uri: vscode.Uri,
): Promise<string | null> {
  if (!vscode.workspace.isTrusted) return 'This folder is not trusted.';
  // Other file systems than the disk's have no links that lead out of them.
  if (uri.scheme !== 'file') return null;
  const excluded = await whyLeftOut(client, workspace, uri);
  if (excluded !== null) return excluded;
  try {
    const real = await realpath(uri.fsPath);
    const inside = real.startsWith((await realpath(folder.fsPath)) + path.sep);
    return inside ? null : exclusionSentences.outside;
  } catch {
    return exclusionSentences.unreadable;
  }
}
