import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Attachment, AttachmentProblem, FilePart, FilesText, Mention } from '../core/chat/context.ts';
import type { ChatSurroundings } from '../core/chat/ports.ts';
import { headerOf } from '../core/chat/prompts.ts';
import { sentenceOf } from '../core/text/sentence.ts';
import { exclusionSentences } from '../core/index/exclusions.ts';
import {
  definitionsNamed,
  headLines,
  instructionFiles,
  instructionsOf,
  listingOf,
  mostHeads,
  mostListed,
  partOf,
  realFileIn,
} from '../host/chat/attaching.ts';
import { namesInDiff } from '../host/chat/diffText.ts';
import type { HostChatWorkspace } from '../host/chat/workspacePort.ts';
import type { WorkspaceClient } from '../workspace/client.ts';
import { gitDiff } from './gitDiff.ts';

const lastLine = Number.MAX_SAFE_INTEGER;

const noEditor = {
  selection: 'There is no selection on the command line: mention lines of a file (@file:src/a.ts:3-9).',
  problems: 'No problems are known on the command line: put them into the question.',
  terminal: 'There is no terminal to select in on the command line: put its text into the question.',
} as const;

export interface CliSurroundingsParts {
  readonly workspace: Pick<HostChatWorkspace, 'read' | 'findPaths' | 'findSymbols' | 'absolute'>;
  readonly client: Pick<WorkspaceClient, 'excluded'>;
  /** The workspace's folder, absolute. */
  readonly folder: string;
}

/** What stands around a chat on the command line: the workspace's files as the index has them, git, and no editor. */
export class CliSurroundings implements ChatSurroundings {
  readonly #parts: CliSurroundingsParts;

  constructor(parts: CliSurroundingsParts) {
    this.#parts = parts;
  }

  async attach(mention: Mention, signal: AbortSignal): Promise<readonly Attachment[] | AttachmentProblem> {
    signal.throwIfAborted();
    try {
      return await this.#read(mention);
    } catch (error) {
      return { mention, problem: sentenceOf(error) };
    }
  }

  async instructions(): Promise<readonly Attachment[]> {
    const found = await Promise.all(instructionFiles.map((file) => this.#instructionsIn(file)));
    return found.filter((one) => one !== null);
  }

  problems(): Promise<FilesText> {
    return Promise.resolve({ text: noEditor.problems, files: [] });
  }

  async diff(staged: boolean): Promise<FilesText> {
    const { folder } = this.#parts;
    const text = await gitDiff(folder, staged, (file) => this.#excluded(path.join(folder, file)));
    return { text, files: namesInDiff(text) };
  }

  async #read(mention: Mention): Promise<readonly Attachment[]> {
    const { kind, value } = mention;
    switch (kind) {
      case 'file':
        return [await this.#file(mention)];
      case 'folder':
        return this.#folder(value.replace(/\/+$/, ''));
      case 'symbol':
        return this.#symbol(value);
      case 'diff': {
        const { text, files } = await this.diff(value === 'staged');
        if (text === '') throw new Error(value === 'staged' ? 'Nothing is staged.' : 'Nothing was changed.');
        const label = value === 'staged' ? 'Staged changes' : 'Changes';
        return [{ kind, label, place: null, language: 'diff', text, cut: false, files }];
      }
      case 'selection':
      case 'problems':
      case 'terminal':
        throw new Error(noEditor[kind]);
      // Both are no texts of their own: retrieval looks through the workspace, instructions go with every chat.
      case 'workspace':
      case 'instructions':
        return [];
    }
  }

  async #file({ value, startLine = 1, endLine = lastLine }: Mention): Promise<Attachment> {
    const part = await this.#parts.workspace.read(value, startLine, endLine);
    if (part === null) throw new Error(await this.#whyNot(value));
    if (part.endLine < part.startLine && part.lines < startLine)
      throw new Error(`${value} has ${part.lines} ${part.lines === 1 ? 'line' : 'lines'} only.`);
    const whole = startLine === 1 && part.endLine === part.lines;
    return partOf('file', part, whole ? part.path : labelOf(part));
  }

  /** Why a file is not given, as far as that is known. */
  async #whyNot(value: string): Promise<string> {
    const file = this.#parts.workspace.absolute(value);
    if (file === null) return `${value} lies outside of the workspace.`;
    const excluded = await this.#excluded(file);
    return excluded === null
      ? `There is no file ${value} in the workspace.`
      : `${value} is not read. ${excluded}`;
  }

  /** Why a file (its absolute path) is no source of context, in a sentence; null where it is, or is not there. */
  async #excluded(file: string): Promise<string | null> {
    const excluded = await this.#parts.client.excluded(file);
    return excluded === null || excluded.reason === 'no-file' ? null : exclusionSentences[excluded.reason];
  }

  /** The list of a folder's files, and the beginnings of those that are nearest to it. */
  async #folder(folder: string): Promise<readonly Attachment[]> {
    const { workspace } = this.#parts;
    const all = await workspace.findPaths('', lastLine);
    const inside = folder === '' || folder === '.' ? '' : `${folder}/`;
    const files = all.filter((file) => file.startsWith(inside) && !file.endsWith('/'));
    if (files.length === 0)
      throw new Error(`There is no folder ${folder} in the workspace that has files which may be read.`);
    const more = files.length > mostListed;
    const listing = listingOf(inside === '' ? './' : inside, files.slice(0, mostListed), more);
    const heads = await Promise.all(
      files.slice(0, mostHeads).map((file) => workspace.read(file, 1, headLines)),
    );
    const texts = heads.filter((part) => part !== null && part.text.trim() !== '') as FilePart[];
    return [listing, ...texts.map((part) => partOf('file', part, labelOf(part)))];
  }

  async #symbol(name: string): Promise<readonly Attachment[]> {
    const parts = await definitionsNamed(this.#parts.workspace, name);
    if (parts.length === 0) throw new Error(`No definition of ${name} was found in the workspace.`);
    return parts.map((part) => partOf('symbol', part, `${name} (${labelOf(part)})`));
  }

  async #instructionsIn(file: string): Promise<Attachment | null> {
    const { folder } = this.#parts;
    const at = path.join(folder, file);
    try {
      if ((await this.#excluded(at)) !== null) return null;
      const real = await realFileIn(folder, at);
      if (real === null) return null;
      const text = await readFile(real, 'utf8');
      const root = await realpath(folder);
      const own = path.relative(root, real).split(path.sep).join('/');
      const files = own === file ? [] : [own];
      return text.trim() === '' ? null : instructionsOf(file, text, { inFile: true, files });
    } catch {
      // There is none, or none that can be read.
      return null;
    }
  }
}

function labelOf({ path, startLine, endLine }: FilePart): string {
  return headerOf(path, startLine, endLine);
}
