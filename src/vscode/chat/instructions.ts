import * as vscode from 'vscode';
import type { Attachment } from '../../core/chat/context.ts';
import { exclusionSentences } from '../../core/index/exclusions.ts';
import { instructionFiles, instructionsOf, realFileIn } from '../../host/chat/attaching.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import { readSettings } from '../settings.ts';
import type { InstructionsNote } from './chips.ts';
import { filesBeside, relativePath, whyLeftOut, type WorkspacePaths } from './documents.ts';

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
      return instructionsOf(path, text, { inFile: true, files: filesBeside(parts.workspace, uri) });
    }),
  );
  const own = settings['chat.instructions'];
  const ownToo = takes(settingLabel) ? [instructionsOf(settingLabel, own, { inFile: false })] : [];
  return [...ofProject, ...ownToo].filter(({ text }) => text.trim() !== '');
}

async function projectFiles(parts: InstructionsParts): Promise<readonly Found[]> {
  const candidates = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
    instructionFiles.map((file) => ({ folder: folder.uri, uri: vscode.Uri.joinPath(folder.uri, file) })),
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

/** Why instructions are not taken, in a sentence; null: they are. */
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
    const real = await realFileIn(folder.fsPath, uri.fsPath);
    return real === null ? exclusionSentences.outside : null;
  } catch {
    return exclusionSentences.unreadable;
  }
}
