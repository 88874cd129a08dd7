import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { applyEdits, modify } from 'jsonc-parser';
import { replaceFile } from '../disk/replaceFile.ts';
import { sentenceOf } from '../core/text/sentence.ts';
import { parseEndpointsFile, type EndpointEntry } from '../host/endpoints/endpointConfig.ts';
import { keyVariable } from '../host/endpoints/environmentKeys.ts';
import { readJsonc } from '../host/jsoncText.ts';
import { readSetups } from '../host/imports/readSetups.ts';
import { sourceNames, type ImportProposal } from '../host/imports/types.ts';
import type { Surroundings } from '../models/types.ts';
import type { ImportOptions } from './importArguments.ts';
import { plainDocument } from './modelsText.ts';
import { CliError, exitCode } from './output.ts';

const indented = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/**
 * `hearth import`: shows what can be taken of other programs' set-ups, and with `--apply FILE` adds it to a file for
 * `--endpoints`. Reads files and opens no socket. Returns the exit code.
 */
export async function runImport(
  { json, apply }: ImportOptions,
  surroundings: Surroundings = { env: process.env, platform: process.platform, home: os.homedir() },
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<number> {
  const before = apply === null ? null : await textOf(apply);
  const existing = before === null || isEmpty(before) ? [] : existingIn(apply ?? '', before);
  const proposals = await readSetups(surroundings, existing);
  const taken = proposals.flatMap(({ endpoint }) => endpoint ?? []);
  if (apply !== null && taken.length > 0) await write(apply, before, taken);
  const applied = apply === null ? null : { file: apply, endpoints: taken.length };
  if (json) print(`${JSON.stringify({ proposals, applied })}\n`);
  else print(`${plainDocument(pageOf(proposals, apply, taken.length))}\n`);
  return taken.length > 0 ? exitCode.done : exitCode.nothing;
}

function pageOf(proposals: readonly ImportProposal[], apply: string | null, count: number): string {
  if (proposals.length === 0) {
    return 'Nothing was found of Continue, llama.vscode, Twinny, Ollama or LM Studio.';
  }
  const lines = proposals.flatMap(({ source, from, what, endpoint, note, keyHint, problem }) => [
    `${problem === null ? '+' : '-'} ${sourceNames[source]}: ${what}${from === '' || from === what ? '' : ` (${from})`}`,
    ...(endpoint === undefined ? [] : [`    as ${JSON.stringify(endpoint)}`]),
    ...[note, problem ?? ''].filter((one) => one !== '').map((one) => `    ${one}`),
    ...(keyHint === null || endpoint === undefined
      ? []
      : [
          `    ${keyHint.replace('type it when Hearth asks for it', `give it in ${keyVariable(endpoint.name)}`)}`,
        ]),
  ]);
  const end =
    apply === null
      ? `${count} can be taken: "hearth import --apply FILE" writes them to a file for --endpoints.`
      : `${count} written to ${apply}.`;
  return [...lines, end].join('\n');
}

/** The endpoints that the file has; throws CliError for one that could not be added to without harm. */
function existingIn(
  file: string,
  text: string,
): readonly Pick<EndpointEntry, 'name' | 'address' | 'model'>[] {
  const { endpoints, problems } = parseEndpointsFile(text);
  if (problems.length > 0 && !Array.isArray(listIn(text))) {
    throw new CliError('usage', `${file} is no list of endpoints, and stays as it is: name another file.`);
  }
  return endpoints;
}

/** Nothing, or braces with nothing in them: a list can be begun there. */
function isEmpty(text: string): boolean {
  const value = valueOf(text);
  const group = typeof value === 'object' && value !== null && !Array.isArray(value);
  return text.trim() === '' || (group && Object.keys(value).length === 0);
}

function valueOf(text: string): unknown {
  const read = readJsonc(text);
  return 'value' in read ? read.value : undefined;
}

function listIn(text: string): unknown {
  const value = valueOf(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return (value as Record<string, unknown>)['hearth.endpoints'];
}

/** Adds entries at the end of the file's list; comments and everything else stay as they are. */
async function write(file: string, before: string | null, entries: readonly EndpointEntry[]): Promise<void> {
  let text = before === null || before.trim() === '' ? '[]\n' : before;
  const at = Array.isArray(valueOf(text)) ? [] : ['hearth.endpoints'];
  for (const entry of entries) {
    const list = listIn(text);
    const path = [...at, Array.isArray(list) ? list.length : 0];
    text = applyEdits(text, modify(text, path, entry, { ...indented, isArrayInsertion: true }));
  }
  try {
    await replaceFile(file, [text]);
  } catch (error) {
    throw new CliError('disk', `${file} can't be written (${codeOf(error)}): name another file.`);
  }
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new CliError('disk', `${file} can't be read (${codeOf(error)}): name another file.`);
  }
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? sentenceOf(error);
}
