import { formatBytes } from '../core/text/bytes.ts';
import type { PullRequest, PullRow } from '../host/models/modelRows.ts';
import { addressOfKey } from '../host/models/pullPlan.ts';
import { percent, pullText } from '../host/models/rowText.ts';
import { DownloadError } from '../remote/download/downloadError.ts';
import { EgressError } from '../remote/egressError.ts';
import type { ModelsOptions } from './modelsArguments.ts';
import { entryOf } from './modelsEntries.ts';
import { plainText } from './modelsText.ts';
import type { ModelsWorld } from './modelsWorld.ts';
import { interruptible } from './interruptible.ts';
import { CliError, exitCode, printJson, printNote } from './output.ts';
import { ProgressLine } from './progressLine.ts';

/** `hearth models pull`: fetches a model, or goes on with a fetch; Ctrl+C pauses it. Returns the exit code. */
export async function pull(options: ModelsOptions, world: ModelsWorld): Promise<number> {
  const [address = ''] = options.names;
  const request: PullRequest = addressOfKey(address) === null ? { address } : { key: address };
  const path = await interruptible((signal) => fetching(address, request, signal, world));
  const record = await world.models.recordOf(path);
  const sha256 = record?.files[0]?.sha256 ?? null;
  if (!options.json && sha256 !== null) {
    printNote(`SHA-256 ${sha256} (${record?.digestFrom}); it is compared at every further download.`);
  }
  return give(path, options, world, { sha256, digestFrom: record?.digestFrom ?? null });
}

async function fetching(
  address: string,
  request: PullRequest,
  signal: AbortSignal,
  { models }: ModelsWorld,
): Promise<string> {
  const progress = new ProgressLine();
  let problem: string | null = null;
  let key: string | null = null;
  try {
    return await models.pull(request, signal, (row, keyOfRow) => {
      key = keyOfRow;
      if (row.problem !== null && row.problem !== problem) progress.note(`${row.problem} It is tried again.`);
      ({ problem } = row);
      progress.show(`Downloading: ${pullText(row)}`, row.bytes, row.total);
    });
  } catch (error) {
    if (!wasPaused(error)) throw error;
    const [row] = key === null ? [] : await models.find(key);
    throw paused(address, row?.pull ?? null);
  } finally {
    progress.end();
  }
}

function wasPaused(error: unknown): boolean {
  if (error instanceof DownloadError) return error.code === 'paused';
  // Stopped while the hub was asked for its list.
  return error instanceof EgressError && error.code === 'aborted';
}

/** What was stopped by hand, and how to go on. */
function paused(address: string, left: PullRow | null): CliError {
  const far = left === null ? 'It is paused' : `It is ${pullText({ ...left, state: 'paused' })}`;
  const message = `${far}: "hearth models pull ${plainText(address)}" goes on with it.`;
  return new CliError('paused', message, exitCode.nothing);
}

/** `hearth models import`: takes a file into the list. Returns the exit code. */
export async function importInto(options: ModelsOptions, world: ModelsWorld): Promise<number> {
  const [file = ''] = options.names;
  const progress = new ProgressLine();
  const path = await interruptible(async (signal) => {
    try {
      return await world.models.importFile(file, {
        copy: options.copy,
        signal,
        onProgress: ({ bytes, total }) =>
          progress.show(`Copying: ${percent(bytes, total)} of ${formatBytes(total)}`, bytes, total),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CliError('cancelled', 'The copy was stopped, and nothing of it is left.', exitCode.nothing);
    } finally {
      progress.end();
    }
  });
  return give(path, options, world, {});
}

/** Prints the entry of what is there now, or its path. */
async function give(
  path: string,
  { json }: ModelsOptions,
  { models }: ModelsWorld,
  more: Readonly<Record<string, string | null>>,
): Promise<number> {
  const [row] = await models.find(path);
  if (!json) process.stdout.write(`${path}\n`);
  else printJson(row === undefined ? { path, installed: true, ...more } : { ...entryOf(row), ...more });
  return exitCode.done;
}
