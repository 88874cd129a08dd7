import path from 'node:path';
import * as vscode from 'vscode';
import type { Mention } from '../../core/chat/context.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { exclusionText } from '../../core/context/contextPage.ts';
import {
  exclusionSentences,
  mostBytes,
  pathExclusion,
  secretExclusion,
  type Exclusion,
  type ExclusionReason,
} from '../../core/index/exclusions.ts';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import { judgedPaths } from '../../host/endpoints/judgedPaths.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';
import { openDocument } from '../uris.ts';
import { fileFolders, whyNothing } from '../workspaceIndex.ts';
import { nameOf } from './mentionText.ts';

/** Paths as the chat knows them (`Place`), and files of this disk. */
export interface WorkspacePaths {
  /** The file that a path means; null where it leads out of the workspace. */
  absolute(path: string): string | null;
  /** The path of a file; null for one outside of the workspace. */
  relative(file: string): string | null;
}

/** Lines from 1, both ends included. */
export interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

/** The lines that a mention means; null for all. */
export function linesOf({ startLine, endLine }: Mention): Lines | null {
  return startLine === undefined ? null : { startLine, endLine: endLine ?? startLine };
}

/** Some lines, or all, of a text as the editor has it. */
export interface ReadText extends Lines {
  /** Path in the workspace, or the address of a document that is no file of it. */
  readonly value: string;
  readonly text: string;
  /** Whether answers can point into it. */
  readonly inWorkspace: boolean;
  /** Its paths beside `value`: an absolute one outside of the workspace, and what a link leads to. */
  readonly files: readonly string[];
}

/** The path of a file in the workspace; null for what is no file of it. */
export function pathIn(paths: WorkspacePaths, uri: vscode.Uri): string | null {
  return uri.scheme === 'file' ? paths.relative(uri.fsPath) : null;
}

/** The path of a document or file in the workspace; its address where it is no file of it. */
export function valueOf(paths: WorkspacePaths, uri: vscode.Uri): string {
  return pathIn(paths, uri) ?? uri.toString();
}

/** The path of a file in the workspace, or as VS Code names it. */
export function relativePath(paths: WorkspacePaths, uri: vscode.Uri): string {
  return pathIn(paths, uri) ?? vscode.workspace.asRelativePath(uri).replaceAll('\\', '/');
}

/** The document or file that a path of the workspace, or the address of an open document, stands for; else null. */
export function uriOf(paths: WorkspacePaths, value: string): vscode.Uri | null {
  const file = fileOf(paths, value);
  if (file !== null) return vscode.Uri.file(file);
  // What lies outside is named by its path where an answer was written from it.
  const outside = path.isAbsolute(value) ? openDocument(vscode.Uri.file(value)) : undefined;
  return (openDocument(value) ?? outside)?.uri ?? null;
}

/** The file of a path; null for the address of an open document, and for what leads out of the workspace. */
function fileOf(paths: WorkspacePaths, value: string): string | null {
  return openDocument(value) === undefined ? paths.absolute(value) : null;
}

/** The open document of a path or address. */
function documentOf(paths: WorkspacePaths, value: string): vscode.TextDocument | undefined {
  const uri = uriOf(paths, value);
  return uri === null ? undefined : openDocument(uri);
}

/** What stands against a file as a whole, but not against lines of it that the user points to. */
const toleratedInLines: ReadonlySet<ExclusionReason> = new Set(['too-large', 'minified', 'slow']);

/** Why a file, or lines of it, may not be given to the chat, in a sentence; null: they may. */
export async function refusal(
  workspace: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  value: string,
  lines: Lines | null = null,
): Promise<string | null> {
  const exclusion = await exclusionOf(workspace, paths, value);
  if (exclusion === null || exclusion.reason === 'slow') return null;
  if (lines !== null && toleratedInLines.has(exclusion.reason)) return null;
  if (exclusion.reason !== 'no-file') return `${value} can't be attached. ${exclusionText(exclusion)}`;
  return documentOf(paths, value) === undefined ? noFile(value) : null;
}

/**
 * Why a file is left out where nobody points at it by itself, in a sentence; null: it is not, or it is not there any
 * more. `inLines`: only lines of it would be given.
 */
export async function whyLeftOut(
  workspace: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  uri: vscode.Uri,
  { inLines = false } = {},
): Promise<string | null> {
  const value = valueOf(paths, uri);
  if (pathIn(paths, uri) === null && openDocument(uri) === undefined) {
    if (isSecretPath(uri.path)) return exclusionSentences.secret;
    // Without any folder the user has not said what belongs to the work.
    return (vscode.workspace.workspaceFolders ?? []).length === 0 ? null : exclusionSentences.outside;
  }
  const reason = (await exclusionOf(workspace, paths, value))?.reason ?? 'no-file';
  if (reason === 'no-file' || (inLines && toleratedInLines.has(reason))) return null;
  return exclusionSentences[reason];
}

async function exclusionOf(
  workspace: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  value: string,
): Promise<Exclusion | null> {
  const file = fileOf(paths, value);
  if (file === null) {
    // What lies elsewhere is only ever given because it is open in front of the user.
    if (documentOf(paths, value) === undefined) return { reason: 'no-file', detail: '' };
    const name = nameOf(value);
    return isSecretPath(name) ? secretExclusion(name) : null;
  }
  // Where nothing is indexed the worker knows no folder; the names say what is a secret all the same.
  return whyNothing() === null ? workspace.excluded(file) : pathExclusion(value);
}

/**
 * The text of a file or open document, or the lines of it that there are; or a sentence that says why it is not given.
 */
export async function readText(
  workspace: Pick<WorkspaceClient, 'excluded'>,
  paths: WorkspacePaths,
  value: string,
  lines: Lines | null = null,
): Promise<ReadText | string> {
  const refused = await refusal(workspace, paths, value, lines);
  if (refused !== null) return refused;
  const inWorkspace = fileOf(paths, value) !== null;
  const uri = uriOf(paths, value);
  const files = uri === null ? [] : filesBeside(paths, uri);
  const document = documentOf(paths, value);
  if (document !== undefined) {
    const range = rangeOf(document, lines);
    if (range === null) return noLines(value, document.lineCount);
    if (document.offsetAt(range.end) - document.offsetAt(range.start) > mostBytes) return tooLarge(value);
    const text = document.getText(range).replaceAll('\r\n', '\n');
    const [first, last] = [range.start.line + 1, range.end.line + 1];
    return { value, text, startLine: first, endLine: last, inWorkspace, files };
  }
  const text = await textOnDisk(paths, value);
  if ('problem' in text) return text.problem;
  const all = text.text.split('\n');
  const first = Math.max(1, lines?.startLine ?? 1);
  const last = Math.min(all.length, lines?.endLine ?? all.length);
  if (first > last) return noLines(value, all.length);
  const part = all.slice(first - 1, last).join('\n');
  return { value, text: part, startLine: first, endLine: last, inWorkspace, files };
}

/** The paths of a document's text beside the one that it has in the workspace. */
export function filesBeside(paths: WorkspacePaths, uri: vscode.Uri): readonly string[] {
  const folders = fileFolders().map((folder) => folder.uri.fsPath);
  return judgedPaths(uri, paths, folders).filter((file) => file !== pathIn(paths, uri));
}

function rangeOf(document: vscode.TextDocument, lines: Lines | null): vscode.Range | null {
  const first = Math.max(0, (lines?.startLine ?? 1) - 1);
  const last = Math.min(document.lineCount, lines?.endLine ?? document.lineCount) - 1;
  return first > last ? null : new vscode.Range(first, 0, last, document.lineAt(last).text.length);
}

async function textOnDisk(
  paths: WorkspacePaths,
  value: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const file = fileOf(paths, value);
  if (file === null) return { problem: noFile(value) };
  const uri = vscode.Uri.file(file);
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) !== 0)
      return { problem: `${value} is a folder: attach it with @folder:${value}.` };
    if (size > mostBytes) return { problem: tooLarge(value) };
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    if (text.includes('\0')) return { problem: `${value} can't be attached. It is not text.` };
    return { text: text.replaceAll('\r\n', '\n') };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound')
      return { problem: noFile(value) };
    return { problem: `${value} could not be read: ${sentenceOf(error)}` };
  }
}

/** Says that a path leads to no file. */
export function noFile(value: string): string {
  return `There is no file ${value} in this workspace.`;
}

function noLines(value: string, lineCount: number): string {
  return `${value} has no such lines: it ends with line ${lineCount}.`;
}

function tooLarge(value: string): string {
  return `${value} can't be attached. It is too large (over 1 MB): select the lines that matter and ask again.`;
}
