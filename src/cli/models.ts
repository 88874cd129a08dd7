import path from 'node:path';
import type { ModelRow } from '../host/models/modelRows.ts';
import { inspectionPage } from '../host/models/inspectionPage.ts';
import { percent } from '../host/models/rowText.ts';
import type { ModelsAction, ModelsOptions } from './modelsArguments.ts';
import { about, modelsError } from './modelsErrors.ts';
import { entryOf, fitEntry } from './modelsEntries.ts';
import { importInto, pull } from './modelsGet.ts';
import { fitText, listText, plainDocument, plainText, type FitRow } from './modelsText.ts';
import { openModelsWorld, type ModelsWorld } from './modelsWorld.ts';
import { interruptible } from './interruptible.ts';
import { CliError, exitCode, printJson, printNote } from './output.ts';
import { ProgressLine } from './progressLine.ts';

const actions: Readonly<
  Record<ModelsAction, (options: ModelsOptions, world: ModelsWorld) => Promise<number>>
> = { list, recommend, fit, inspect, import: importInto, pull, verify, remove };

/** `hearth models`: what the editor's view of models does. Returns the exit code. */
export async function runModels(options: ModelsOptions): Promise<number> {
  const world = openModelsWorld(options);
  try {
    if (options.gpu) await world.engine.start();
    if (!options.refresh) await checkCatalogues(world);
    return await actions[options.action](options, world);
  } catch (error) {
    throw modelsError(error);
  } finally {
    await world.engine.stop();
  }
}

/** The editor does without a catalogue that can't be used; here somebody has just named it. */
async function checkCatalogues({ models }: ModelsWorld): Promise<void> {
  const { problems, notes } = await models.catalogueFindings();
  for (const note of notes) printNote(note);
  if (problems.length > 0) throw new CliError('catalogue', problems.join(' '));
}

async function list(options: ModelsOptions, { models }: ModelsWorld): Promise<number> {
  if (options.refresh) {
    await models.refresh();
    for (const note of (await models.catalogueFindings()).notes) printNote(note);
  }
  const rows = await models.rows();
  if (options.json) printJson(rows.map(entryOf));
  else print(listText(rows));
  return exitCode.done;
}

async function fit(options: ModelsOptions, world: ModelsWorld): Promise<number> {
  const found: { key: string; row: FitRow }[] = [];
  if (options.names.length === 0) {
    for (const row of await world.models.rows()) {
      if (row.fit !== null) found.push({ key: row.key, row: { ...row, fit: row.fit } });
    }
  }
  for (const name of options.names) found.push(...(await fitsOf(name, world)));
  if (options.json) printJson(found.map(({ key, row }) => fitEntry(key, row)));
  else print(fitText(found.map(({ row }) => row)));
  return exitCode.done;
}

/** The fits of what a name means: rows of the list, or a file that is in none. */
async function fitsOf(name: string, { models }: ModelsWorld): Promise<{ key: string; row: FitRow }[]> {
  const rows = await models.find(name);
  if (rows.length === 0) {
    const file = fileNamed(name);
    const { inspection, fit } = await about(name, () => models.inspection(file));
    if (fit === null) throw new CliError('not-a-model', `${name}: ${inspection.problem}`);
    const quantization = inspection.shape.weightType.name ?? inspection.shape.weightType.dominantType;
    return [{ key: file, row: { name: inspection.name ?? path.basename(file), quantization, fit } }];
  }
  return rows.map((row) => {
    if (row.fit === null) {
      throw new CliError('not-a-model', `${name}: ${row.problem ?? 'Its memory is not known.'}`);
    }
    return { key: row.key, row: { ...row, fit: row.fit } };
  });
}

async function inspect({ names: [name = ''], json }: ModelsOptions, world: ModelsWorld): Promise<number> {
  const file = await fileOf(name, world);
  const { inspection, fit } = await about(name, () => world.models.inspection(file));
  if (json) printJson({ ...inspection, fit });
  else print(plainDocument(inspectionPage(inspection, fit)).trimEnd());
  return exitCode.done;
}

async function recommend({ json }: ModelsOptions, { models }: ModelsWorld): Promise<number> {
  const proposals = await interruptible(async (signal) => {
    try {
      return await models.propose(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new CliError('cancelled', 'The measurement was stopped.', exitCode.nothing);
    }
  });
  const rows = new Map((await models.rows()).map((row) => [row.key, row]));
  if (json) {
    printJson(
      proposals.map((proposal) => {
        const row = rows.get(proposal.key ?? '');
        return { ...proposal, model: row === undefined ? null : entryOf(row) };
      }),
    );
    return exitCode.done;
  }
  const named = (key: string): string => {
    const row = rows.get(key);
    return row?.installed === true ? `${row.name}, ${key}` : key;
  };
  const lines = proposals.flatMap(({ role, key, why, alternatives }) => [
    `For ${role}: ${key === null ? 'nothing' : named(key)}`,
    ...why.map((sentence) => `  ${sentence}`),
    ...alternatives.map((other) => `  Or ${named(other.key)}: ${other.why}`),
  ]);
  print(plainDocument(lines.join('\n')));
  return exitCode.done;
}

async function verify({ names: [name = ''], json }: ModelsOptions, world: ModelsWorld): Promise<number> {
  const file = await fileOf(name, world);
  const progress = new ProgressLine();
  const files = await interruptible((signal) =>
    about(name, () =>
      world.models.verify(file, {
        signal,
        onProgress: ({ bytes, total }) =>
          progress.show(`Reading ${name}: ${percent(bytes, total)}`, bytes, total),
      }),
    ),
  ).finally(() => progress.end());
  const ok = files.every(({ matches }) => matches !== false);
  if (json) printJson({ ok, files });
  else {
    const says = { true: 'is what', false: 'IS NOT WHAT' } as const;
    for (const { path: at, sha256, expected, from, matches } of files) {
      const verdict =
        matches === null
          ? 'nothing is known to compare it with'
          : `${says[`${matches}`]} ${from} says${matches ? '' : ` (${expected})`}`;
      print(`${sha256}  ${plainText(at)}: ${verdict}`);
    }
  }
  if (!ok) printNote('The file was damaged or changed: remove it and get it again.');
  return ok ? exitCode.done : exitCode.nothing;
}

async function remove({ names: [name = ''], json }: ModelsOptions, { models }: ModelsWorld): Promise<number> {
  const row = one(name, await models.find(name));
  if (row === undefined) {
    throw new CliError(
      'gone',
      `There is no model ${name} in the list: "hearth models list" shows what there is.`,
    );
  }
  if (!row.installed && row.pull === null) {
    throw new CliError('gone', `${name} is not on this machine: there is nothing to remove.`);
  }
  if (!row.installed) await models.discard(row.key);
  else await about(row.key, () => models.remove(row.key));
  const deleted = !row.installed || row.deletable;
  if (json) printJson({ removed: row.key, deleted });
  else print(deleted ? `${row.key} is deleted.` : `${row.key} is off the list; the file stays.`);
  return exitCode.done;
}

/** The file that a name means. */
async function fileOf(name: string, { models }: ModelsWorld): Promise<string> {
  const row = one(name, await models.find(name));
  if (row === undefined) return fileNamed(name);
  if (row.path !== null) return row.path;
  throw new CliError('gone', `${name} is not on this machine: "hearth models pull ${row.key}" fetches it.`);
}

/** What is no row must be a file; a key that nothing has would else be called a missing file. */
function fileNamed(name: string): string {
  const isFile = /[\\/]|\.gguf$/i.test(name) || !/^[\w.-]+(:[\w-]+)?$/.test(name);
  if (isFile) return path.resolve(name);
  throw new CliError(
    'gone',
    `There is no model ${name} in the list: "hearth models list" shows what there is.`,
  );
}

/** The only row, those that are installed first; undefined where there is none. */
function one(name: string, rows: readonly ModelRow[]): ModelRow | undefined {
  const installed = rows.filter((row) => row.installed);
  const found = installed.length > 0 ? installed : rows;
  if (found.length < 2) return found[0];
  const keys = found.map(({ key }) => key).join(', ');
  throw new CliError('ambiguous', `${name} means several models: name one of ${keys}.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
