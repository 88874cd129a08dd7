import { readFile, stat } from 'node:fs/promises';
import { sentenceOf } from '../../core/text/sentence.ts';
import { lmStudioFolders, readLmStudio } from '../../models/stores/lmStudio.ts';
import { ollamaFolders, readOllamaStore } from '../../models/stores/ollama.ts';
import type { StoredModel, Surroundings } from '../../models/types.ts';
import type { EndpointEntry } from '../endpoints/endpointConfig.ts';
import { readContinueJson, readContinueYaml } from './continueConfig.ts';
import { lookAtLine, readJsonc } from '../jsoncText.ts';
import { readLlamaVscode } from './llamaVscode.ts';
import { lmStudioProposal, ollamaProposal, type StoreFound } from './localPrograms.ts';
import { continuePlaces, editorPlaces } from './places.ts';
import { settled, untaken } from './proposals.ts';
import { readTwinnyProviders, readTwinnySettings } from './twinny.ts';
import type { ImportProposal, ImportSource } from './types.ts';

/** Longest file that is read; settings have some kilobytes. */
const maxBytes = 4_000_000;

/**
 * Reads the set-ups of other programs that are usual on this machine: Continue, llama.vscode and Twinny, and whether
 * Ollama and LM Studio keep models here. Reads files and opens no socket. Never throws: what can't be read is a proposal
 * that says why. `existing`: the endpoints that the user has.
 */
export async function readSetups(
  surroundings: Surroundings,
  existing: readonly Pick<EndpointEntry, 'name' | 'address' | 'model'>[] = [],
): Promise<ImportProposal[]> {
  const found = await Promise.all([
    readContinue(surroundings),
    readEditors(surroundings),
    readStore(ollamaFolders(surroundings), readOllamaStore, (store) =>
      ollamaProposal(store, surroundings.env.OLLAMA_HOST),
    ),
    readStore(await lmStudioFolders(surroundings), readLmStudio, lmStudioProposal),
  ]);
  return settled(found.flat(), existing);
}

async function readContinue(surroundings: Surroundings): Promise<ImportProposal[]> {
  for (const file of continuePlaces(surroundings)) {
    const text = await textOf(file, 'continue');
    if (text === null) continue;
    if (typeof text !== 'string') return [text];
    return file.endsWith('.json') ? readContinueJson(text, file) : readContinueYaml(text, file);
  }
  return [];
}

async function readEditors(surroundings: Surroundings): Promise<ImportProposal[]> {
  const proposals: ImportProposal[] = [];
  for (const { settings, twinnyProviders } of editorPlaces(surroundings)) {
    const providers = await textOf(twinnyProviders, 'twinny');
    if (typeof providers === 'string') proposals.push(...readTwinnyProviders(providers, twinnyProviders));
    else if (providers !== null) proposals.push(providers);
    const text = await textOf(settings, 'llama-vscode');
    if (typeof text === 'string') proposals.push(...readEditorSettings(text, settings, providers !== null));
    else if (text !== null) proposals.push(text);
  }
  return proposals;
}

/** Reads an editor's `settings.json`. A file that is not whole is only spoken of where it has such settings. */
export function readEditorSettings(text: string, from: string, hasProviders: boolean): ImportProposal[] {
  if (!/"(?:llama-vscode|twinny)\./.test(text)) return [];
  const read = readJsonc(text);
  const value = 'value' in read ? read.value : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const line = lookAtLine('line' in read ? read.line : null);
    const source = text.includes('"llama-vscode.') ? 'llama-vscode' : 'twinny';
    return [untaken(source, from, from, `The file is no whole JSON${line}. Nothing of it can be taken.`)];
  }
  const settings = value as Readonly<Record<string, unknown>>;
  return [...readLlamaVscode(settings, from), ...readTwinnySettings(settings, from, hasProviders)];
}

async function readStore(
  folders: readonly string[],
  read: (folder: string) => Promise<StoredModel[]>,
  propose: (store: StoreFound) => ImportProposal,
): Promise<ImportProposal[]> {
  for (const folder of folders) {
    const models = (await read(folder)).filter(({ problem }) => problem === null);
    if (models.length > 0) return [propose({ folder, models })];
  }
  return [];
}

/** A file's text, null where there is none, a proposal that says why where it can't be read. */
async function textOf(file: string, source: ImportSource): Promise<string | ImportProposal | null> {
  try {
    if ((await stat(file)).size > maxBytes) return untaken(source, file, file, 'The file is far too long.');
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    return untaken(source, file, file, `The file can't be read (${code ?? sentenceOf(error)}).`);
  }
}
