import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { contradictions, type Catalogue, type CatalogueModel } from '../core/models/catalogue.ts';
import { formatBytes } from '../core/text/bytes.ts';
import { replaceFile } from '../disk/replaceFile.ts';
import { catalogueSchema } from './catalogueSchema.ts';
import { readFailure } from './errors.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** Most bytes of a catalogue; Hearth's own has about 60 kB. */
export const maxCatalogueBytes = 4_000_000;

/** Most sentences about one catalogue: nobody reads more. */
const maxSentences = 20;

/** What came of one catalogue. */
export interface CatalogueReading {
  /** Null where it can't be used. */
  readonly catalogue: Catalogue | null;
  /** Why it can't be used, a sentence each. */
  readonly problems: readonly string[];
  /** What is odd but does no harm, a sentence each. */
  readonly notes: readonly string[];
}

/** The models of all catalogues. */
export interface CatalogueModels {
  /** In the order of the catalogues; a replaced model stays where the first one was. */
  readonly models: readonly CatalogueModel[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** How a catalogue at an address is fetched, and where its last good text is kept. */
export interface CatalogueFetching {
  /** Rejects with a message for the user. */
  readonly fetchText: (address: string) => Promise<string>;
  /** A file in a folder that exists. */
  readonly cachedAt: (address: string) => string;
}

/** Reads a catalogue's text. `origin` is what messages call it: a path or an address. */
export function parseCatalogue(text: string, origin: string): CatalogueReading {
  if (text.length > maxCatalogueBytes) return unusable(`${origin} is too large for a catalogue.`);
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = sentenceOf(error);
    return unusable(`${origin} is not valid JSON (${why}).`);
  }
  const parsed = v.safeParse(catalogueSchema, content);
  if (!parsed.success)
    return unusable(...parsed.issues.map((issue) => `${origin}: ${sentence(issue, content)}`));
  const { output: catalogue } = parsed;
  const wrong = catalogue.models.flatMap((model, index) =>
    contradictions(model).map((what) => `${origin}: models[${index}] (${model.id}): ${what}.`),
  );
  const twice = duplicates(catalogue.models.map(({ id }) => id));
  wrong.push(...twice.map((id) => `${origin}: there are two models with the id ${id}.`));
  if (wrong.length > 0) return unusable(...wrong);
  const unknown = unknownFields(content, catalogue, '');
  const notes = unknown.map(
    (field) => `${origin}: ${field} is not a field that Hearth knows; it is ignored.`,
  );
  return { catalogue, problems: [], notes: bounded(notes) };
}

/** Reads a catalogue from a file. Never rejects. */
export async function readCatalogueFile(file: string): Promise<CatalogueReading> {
  try {
    const { size } = await stat(file);
    if (size > maxCatalogueBytes) {
      return unusable(`${file} is too large for a catalogue (${formatBytes(size)}).`);
    }
    return parseCatalogue(await readFile(file, 'utf8'), file);
  } catch (error) {
    return unusable(`The catalogue ${file} can't be read. ${readFailure(error).message}`);
  }
}

/**
 * Fetches a catalogue from an address, and keeps its text for times when it can't be had or is damaged. Never rejects.
 */
export async function fetchCatalogue(
  address: string,
  { fetchText, cachedAt }: CatalogueFetching,
): Promise<CatalogueReading> {
  const cache = cachedAt(address);
  let fetched: CatalogueReading;
  try {
    const text = await fetchText(address);
    fetched = parseCatalogue(text, address);
    if (fetched.catalogue !== null) return { ...fetched, notes: await kept(cache, text, fetched.notes) };
  } catch (error) {
    const why = sentenceOf(error);
    fetched = unusable(`The catalogue ${address} can't be fetched: ${why}`);
  }
  const last = await readFile(cache, 'utf8').catch(() => null);
  if (last === null) return fetched;
  const { catalogue, notes } = parseCatalogue(last, address);
  if (catalogue === null) return fetched;
  return {
    catalogue,
    problems: [],
    notes: [...fetched.problems, `${address}: the last copy is used.`, ...notes],
  };
}

async function kept(cache: string, text: string, notes: readonly string[]): Promise<readonly string[]> {
  try {
    await replaceFile(cache, [text]);
    return notes;
  } catch (error) {
    const why = sentenceOf(error);
    return [...notes, `No copy of the catalogue could be kept: ${why}`];
  }
}

/**
 * The models of Hearth's own catalogue and of the user's, which are paths or https addresses. A later model replaces an
 * earlier one of the same id; a damaged catalogue loses only itself. Never rejects.
 */
export async function loadCatalogues(
  builtIn: string,
  users: readonly string[],
  fetching: CatalogueFetching,
): Promise<CatalogueModels> {
  const readings = await Promise.all([
    readCatalogueFile(builtIn),
    ...users.map((from) =>
      /^https?:\/\//i.test(from) ? fetchCatalogue(from, fetching) : readCatalogueFile(from),
    ),
  ]);
  const models = new Map<string, CatalogueModel>();
  const notes = readings.flatMap((reading) => reading.notes);
  for (const [index, { catalogue }] of readings.entries()) {
    for (const model of catalogue?.models ?? []) {
      if (models.has(model.id)) notes.push(`${model.id} is taken from ${users[index - 1] ?? builtIn}.`);
      models.set(model.id, model);
    }
  }
  return { models: [...models.values()], problems: readings.flatMap(({ problems }) => problems), notes };
}

function unusable(...problems: string[]): CatalogueReading {
  return { catalogue: null, problems: bounded(problems), notes: [] };
}

function bounded(sentences: readonly string[]): string[] {
  const more = sentences.length - maxSentences;
  return more > 0 ? [...sentences.slice(0, maxSentences), `And ${more} more of the kind.`] : [...sentences];
}

/** What is wrong, by the path of the field: `models[2] (x).licence.name is missing.` */
function sentence(issue: v.BaseIssue<unknown>, content: unknown): string {
  let at = '';
  let value: unknown = content;
  for (const { key } of issue.path ?? []) {
    value = (value as Record<string, unknown> | null | undefined)?.[key as string];
    at += typeof key === 'number' ? `[${key}]` : `${at === '' ? '' : '.'}${String(key)}`;
    const id = (value as { id?: unknown } | null | undefined)?.id;
    if (typeof key === 'number' && typeof id === 'string') at += ` (${id})`;
  }
  const missing = issue.received === 'undefined';
  return missing ? `${at} is missing.` : `${at === '' ? 'it' : at} must be ${issue.message}.`;
}

function duplicates(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}

/** Paths of the fields that validation left out. */
function unknownFields(input: unknown, output: unknown, at: string): string[] {
  if (typeof input !== 'object' || input === null || typeof output !== 'object' || output === null) return [];
  return Object.entries(input).flatMap(([key, value]: [string, unknown]) => {
    const path = Array.isArray(input) ? `${at}[${key}]` : `${at === '' ? '' : `${at}.`}${key}`;
    if (!Object.hasOwn(output, key)) return [path];
    return unknownFields(value, (output as Record<string, unknown>)[key], path);
  });
}
