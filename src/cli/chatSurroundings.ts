import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Attachment, AttachmentProblem, FilePart, Mention } from '../core/chat/context.ts';
import type { ChatSurroundings } from '../core/chat/ports.ts';
import { headerOf, languageOf } from '../core/chat/prompts.ts';
import { exclusionSentences } from '../core/index/exclusions.ts';
import type { HostChatWorkspace } from '../host/chat/workspacePort.ts';
import type { WorkspaceClient } from '../workspace/client.ts';
import { gitDiff } from './gitDiff.ts';

/** Where projects tell assistants about themselves. */
const instructionFiles = ['AGENTS.md', '.github/copilot-instructions.md'];
/** Longer instructions would leave no room for code. UTF-16 units. */
const mostInstructions = 16_000;
/** Of a folder: most files that are listed, and how many of them are begun, with so many lines. */
const mostListed = 300;
const mostHeads = 12;
const headLines = 40;
/** Definitions of one name that are attached; more would say nothing of which is meant. */
const mostDefinitions = 3;
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
      return { mention, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async instructions(): Promise<readonly Attachment[]> {
    const found = await Promise.all(instructionFiles.map((file) => this.#instructionsIn(file)));
    return found.filter((one) => one !== null);
  }

  problems(): Promise<string> {
    return Promise.resolve(noEditor.problems);
  }

  diff(staged: boolean): Promise<string> {
    const { folder } = this.#parts;
    return gitDiff(folder, staged, (file) => this.#excluded(path.join(folder, file)));
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
        const text = await this.diff(value === 'staged');
        if (text === '') throw new Error(value === 'staged' ? 'Nothing is staged.' : 'Nothing was changed.');
        const label = value === 'staged' ? 'Staged changes' : 'Changes';
        return [{ kind, label, place: null, language: 'diff', text, cut: false }];
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
    return attachmentOf('file', part, whole ? part.path : headerOf(part.path, part.startLine, part.endLine));
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
    const listing: Attachment = {
      ...{ kind: 'folder', label: inside === '' ? './' : inside, place: null, language: '' },
      text: [...files.slice(0, mostListed), ...(more ? ['(and more)'] : [])].join('\n'),
      cut: more,
    };
    const heads = await Promise.all(
      files.slice(0, mostHeads).map((file) => workspace.read(file, 1, headLines)),
    );
    const texts = heads.filter((part) => part !== null && part.text.trim() !== '') as FilePart[];
    return [
      listing,
      ...texts.map((part) => attachmentOf('file', part, headerOf(part.path, part.startLine, part.endLine))),
    ];
  }

  async #symbol(name: string): Promise<readonly Attachment[]> {
    const { workspace } = this.#parts;
    const found = await workspace.findSymbols(name, 20);
    const exact = found.filter(
      (symbol) => symbol.name === name || `${symbol.container ?? ''}.${symbol.name}` === name,
    );
    const parts = await Promise.all(
      exact
        .slice(0, mostDefinitions)
        .map(({ path, startLine, endLine }) => workspace.read(path, startLine, endLine)),
    );
    const attachments = parts.flatMap((part) => {
      if (part === null) return [];
      return [attachmentOf('symbol', part, `${name} (${headerOf(part.path, part.startLine, part.endLine)})`)];
    });
    if (attachments.length === 0) throw new Error(`No definition of ${name} was found in the workspace.`);
    return attachments;
  }

  /** A link may lead anywhere: what it leads to counts only where it lies in the workspace too. */
  async #instructionsIn(file: string): Promise<Attachment | null> {
    try {
      if ((await this.#excluded(path.join(this.#parts.folder, file))) !== null) return null;
      const folder = await realpath(this.#parts.folder);
      const real = await realpath(path.join(folder, file));
      if (!real.startsWith(folder + path.sep)) return null;
      const text = await readFile(real, 'utf8');
      if (text.trim() === '') return null;
      return {
        ...{ kind: 'instructions', label: file, language: 'md' },
        place: { path: file, startLine: 1, endLine: text.split('\n').length },
        text: text.slice(0, mostInstructions),
        cut: text.length > mostInstructions,
      };
    } catch {
      // There is none, or none that can be read.
      return null;
    }
  }
}

function attachmentOf(kind: 'file' | 'symbol', part: FilePart, label: string): Attachment {
  const { path: at, startLine, endLine, text } = part;
  const place = { path: at, startLine, endLine };
  return { kind, label, place, language: languageOf(at), text, cut: false };
}
