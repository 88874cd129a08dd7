import * as vscode from 'vscode';
import type { Attachment, AttachmentProblem, FilesText, Mention } from '../../core/chat/context.ts';
import type { ChatSurroundings, ChatWorkspace } from '../../core/chat/ports.ts';
import { languageOf } from '../../core/chat/prompts.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { definitionsNamed, partOf } from '../../host/chat/attaching.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import {
  filesBeside,
  linesOf,
  noFile,
  readText,
  relativePath,
  uriOf,
  valueOf,
  whyLeftOut,
  type Lines,
  type ReadText,
  type WorkspacePaths,
} from './documents.ts';
import { readFolder } from './folder.ts';
import { changes, currentRepository, type Repository } from './git.ts';
import { readInstructions } from './instructions.ts';
import { mentionLabel, nameOf } from './mentionText.ts';
import { problemsText, type ShownProblem } from './problemsText.ts';
import { selectionOf } from './targets.ts';
import { terminalText } from './terminalText.ts';

/** What the editor's side of the chat reads from. */
export interface SurroundingsParts {
  readonly client: Pick<WorkspaceClient, 'excluded'>;
  readonly workspace: Pick<ChatWorkspace, 'findSymbols' | 'read'> & WorkspacePaths;
  /** Whether the user takes the instructions of this label. */
  readonly takes: (label: string) => boolean;
}

/** Texts of terminals that wait for their question. */
const mostTerminalTexts = 20;

/** What stands around a chat in the editor: documents as they are, unsaved too, problems, changes, the terminal. */
export class EditorSurroundings implements ChatSurroundings {
  readonly #parts: SurroundingsParts;
  readonly #terminalTexts = new Map<string, string>();
  #nextTerminalText = 1;

  constructor(parts: SurroundingsParts) {
    this.#parts = parts;
  }

  /** Keeps a text of a terminal; returns the mention that stands for it. */
  keepTerminalText(text: string): Mention {
    const value = `terminal-${this.#nextTerminalText++}`;
    this.#terminalTexts.set(value, text);
    const [oldest] = this.#terminalTexts.keys();
    if (this.#terminalTexts.size > mostTerminalTexts && oldest !== undefined)
      this.#terminalTexts.delete(oldest);
    return { kind: 'terminal', value };
  }

  async attach(mention: Mention, signal: AbortSignal): Promise<readonly Attachment[] | AttachmentProblem> {
    signal.throwIfAborted();
    try {
      return await this.#read(mention, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { mention, problem: sentenceOf(error) };
    }
  }

  instructions(): Promise<readonly Attachment[]> {
    return readInstructions(this.#parts);
  }

  problems(path: string | null): Promise<FilesText> {
    return this.#problems(path, null);
  }

  async diff(staged: boolean): Promise<FilesText> {
    const { text = '', files = [] } = (await this.changesOf(await currentRepository(), staged)) ?? {};
    return { text, files };
  }

  /** What is staged in a repository, or all its changes; null where there are none. Rejects with a sentence. */
  async changesOf(repository: Repository, staged: boolean): Promise<Attachment | null> {
    const { client, workspace } = this.#parts;
    const { text, uris } = await changes(staged, repository, (uri) => whyLeftOut(client, workspace, uri));
    if (text === '') return null;
    const files = uris.map((uri) => relativePath(workspace, uri));
    const label = mentionLabel({ kind: 'diff', value: staged ? 'staged' : '' });
    return { kind: 'diff', label, place: null, language: 'diff', text, cut: false, files };
  }

  async #read(mention: Mention, signal: AbortSignal): Promise<readonly Attachment[]> {
    const { kind, value } = mention;
    const plain = (text: string): Attachment => ({
      ...{ kind, label: mentionLabel(mention), place: null, language: '', text, cut: false },
    });
    switch (kind) {
      case 'file':
        return [await this.#file(mention)];
      case 'selection':
        return [await this.#file(value === '' ? this.#selection() : mention)];
      case 'folder':
        return readFolder(this.#parts.client, this.#parts.workspace, value, signal);
      case 'symbol':
        return this.#symbol(value);
      case 'problems': {
        const { text, files } = await this.#problems(value === '' ? null : value, linesOf(mention));
        return [{ ...plain(text), files }];
      }
      case 'diff':
        return [await this.#changes(value === 'staged')];
      case 'terminal': {
        const text = this.#terminalTexts.get(value) ?? (value === '' ? await terminalText() : '');
        if (text.trim() === '') throw new Error('Nothing is selected in the terminal.');
        return [plain(text)];
      }
      // Both are no texts of their own: retrieval looks through the workspace, instructions go with every chat.
      case 'workspace':
      case 'instructions':
        return [];
    }
  }

  async #file(mention: Mention): Promise<Attachment> {
    const { client, workspace } = this.#parts;
    const read = await readText(client, workspace, mention.value, linesOf(mention));
    if (typeof read === 'string') throw new Error(read);
    return attachmentOf(mention, read, workspace);
  }

  /** What is selected; the open file where nothing is. */
  #selection(): Mention {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) throw new Error('No file is open in the editor.');
    const { workspace } = this.#parts;
    return selectionOf(editor, workspace) ?? { kind: 'file', value: valueOf(workspace, editor.document.uri) };
  }

  async #symbol(name: string): Promise<readonly Attachment[]> {
    const parts = await definitionsNamed(this.#parts.workspace, name);
    if (parts.length === 0) throw new Error(`No definition of ${name} was found in this workspace.`);
    return parts.map((part) => {
      const { path, startLine, endLine } = part;
      const at = mentionLabel({ kind: 'file', value: path, startLine, endLine });
      return partOf('symbol', part, `${name} (${at})`);
    });
  }

  /** The changes that are staged, or all of them, also where nothing is staged: these would be committed then. */
  async #changes(staged: boolean): Promise<Attachment> {
    const repository = await currentRepository();
    const inIndex = staged ? await this.changesOf(repository, true) : null;
    const found = inIndex ?? (await this.changesOf(repository, false));
    if (found === null) throw new Error('Nothing was changed that is not committed.');
    return found;
  }

  /** Rejects where the problems of one file are asked for that is left out. */
  async #problems(path: string | null, lines: Lines | null): Promise<FilesText> {
    const { client, workspace } = this.#parts;
    const shown = this.#problemsOf(path, lines);
    const reasons = await Promise.all(
      shown.map(({ uri }) => whyLeftOut(client, workspace, uri, { inLines: true })),
    );
    const reason = reasons.find((one) => one !== null);
    if (path !== null && reason != null) throw new Error(`The problems in ${path} are left out. ${reason}`);
    const given = shown.filter((_, index) => reasons[index] === null);
    const problems = given.flatMap((one) => one.problems);
    const text = problemsText(problems, path, shown.length - given.length);
    const told = given.filter((one) => one.problems.some((problem) => text.includes(`${problem.path}:`)));
    const files = told.flatMap((one) => [
      ...one.problems.map((problem) => problem.path),
      ...filesBeside(workspace, one.uri),
    ]);
    return { text, files: [...new Set(files)] };
  }

  /** The problems of a file, or errors and warnings of all files, by file. */
  #problemsOf(
    path: string | null,
    lines: Lines | null,
  ): readonly { readonly uri: vscode.Uri; readonly problems: readonly ShownProblem[] }[] {
    const { workspace } = this.#parts;
    const uri = path === null ? null : uriOf(workspace, path);
    if (path !== null && uri === null) throw new Error(noFile(path));
    const found: readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[] =
      uri === null ? vscode.languages.getDiagnostics() : [[uri, vscode.languages.getDiagnostics(uri)]];
    return found.flatMap(([uri, diagnostics]) => {
      const shownPath = relativePath(workspace, uri);
      const problems = diagnostics
        .filter(({ severity }) => path !== null || severity <= vscode.DiagnosticSeverity.Warning)
        .map((diagnostic) => problemOf(shownPath, diagnostic))
        .filter(({ line }) => lines === null || (line >= lines.startLine && line <= lines.endLine));
      return problems.length === 0 ? [] : [{ uri, problems }];
    });
  }
}

function attachmentOf(mention: Mention, read: ReadText, paths: WorkspacePaths): Attachment {
  const { value, text, startLine, endLine, inWorkspace, files } = read;
  const document = uriOf(paths, value);
  const lines = mention.startLine === undefined ? {} : { startLine, endLine };
  return {
    kind: mention.kind,
    label: mentionLabel({ kind: mention.kind, value, ...lines }),
    place: inWorkspace ? { path: value, startLine, endLine } : null,
    language: inWorkspace ? languageOf(value) : languageOf(nameOf(document?.path ?? value)),
    text,
    cut: false,
    ...(inWorkspace && files.length === 0 ? {} : { files }),
  };
}

const severities = ['error', 'warning', 'information', 'hint'] as const;

/** A problem as the editor reports it. */
export function problemOf(
  path: string,
  { range, severity, source, code, message }: vscode.Diagnostic,
): ShownProblem {
  const number = typeof code === 'object' ? code.value : code;
  return {
    path,
    line: range.start.line + 1,
    column: range.start.character + 1,
    severity: severities[severity],
    source: source ?? '',
    code: number === undefined ? '' : String(number),
    message,
  };
}
