import { stat, open } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { codeOf, readFailure } from '../errors.ts';
import { mapLimited } from '../mapLimited.ts';
import type { StoredModel, Surroundings } from '../types.ts';
import { walk } from '../walk.ts';
import { broken } from './broken.ts';

/** Real manifests have a few hundred bytes. */
const maxManifestBytes = 1_000_000;
/** Host, namespace, model and tag, and room for namespaces that are nested. */
const limits = { maxDepth: 8, maxEntries: 20_000 };
const readAtATime = 8;

/** The part of Ollama's manifests that names the files (docs of ollama/ollama, `server/internal/manifest`). */
const manifestSchema = v.object({
  layers: v.nullable(
    v.array(
      v.object({
        mediaType: v.string(),
        digest: v.pipe(v.string(), v.regex(/^sha256[:-][0-9a-f]{64}$/)),
        size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      }),
    ),
  ),
});
type Layer = NonNullable<v.InferOutput<typeof manifestSchema>['layers']>[number];

const modelType = 'application/vnd.ollama.image.model';
/** Layers of a model that is no GGUF file. */
const tensorType = 'application/vnd.ollama.image.tensor';
const noted: Readonly<Record<string, string>> = {
  'application/vnd.ollama.image.adapter': 'Ollama puts an adapter on this model, which Hearth does not.',
  'application/vnd.ollama.image.projector':
    'Ollama has a part for pictures with it, which Hearth does not use.',
};

/** The folders that Ollama keeps models in, the one its environment names first (docs/faq of ollama/ollama). */
export function ollamaFolders({ env, platform, home }: Surroundings): string[] {
  const named = env.OLLAMA_MODELS?.trim() ?? '';
  // Service installations of Linux distributions have a home of their own.
  const service = ['/usr/share/ollama/.ollama/models', '/var/lib/ollama/models', '/var/lib/ollama'];
  return [
    ...(named === '' ? [] : [path.resolve(named)]),
    path.join(home, '.ollama', 'models'),
    ...(platform === 'linux' ? service : []),
  ];
}

/**
 * The models of an Ollama store, read from its manifests and used in place; the server need not run. Never throws: a
 * model whose manifest or file is damaged has a problem, and the others are whole. Models that Ollama runs elsewhere
 * are left out.
 */
export async function readOllamaStore(folder: string): Promise<StoredModel[]> {
  const manifests = path.join(folder, 'manifests');
  const { files, problems } = await walk(manifests, () => true, limits);
  const models = await mapLimited(files, readAtATime, (file) =>
    readManifest(folder, file, ollamaName(path.relative(manifests, file))),
  );
  return [
    ...models.filter((model) => model !== null),
    ...problems.map(({ path: at, problem }) => broken('ollama', 'Ollama', at, problem)),
  ];
}

/** The name that Ollama's commands take: what is usual (its own registry, its library) is left out. */
function ollamaName(manifest: string): string {
  const parts = manifest.split(path.sep);
  const tag = parts.pop() ?? '';
  const rest = parts.join('/').replace(/^registry\.ollama\.ai\/(library\/)?/, '');
  return `${rest}:${tag}`;
}

async function readManifest(folder: string, file: string, name: string): Promise<StoredModel | null> {
  let layers: readonly Layer[];
  try {
    layers = parseManifest(await readBounded(file));
  } catch (error) {
    // Taken away between the two looks.
    if (codeOf(error) === 'ENOENT') return null;
    const why = codeOf(error) === '' ? (error as Error).message : readFailure(error).message;
    return broken('ollama', name, file, why.replace('NAME', name));
  }
  const model = layers.find(({ mediaType }) => mediaType === modelType);
  if (model === undefined) {
    const tensors = layers.some(({ mediaType }) => mediaType === tensorType);
    return tensors
      ? broken('ollama', name, file, 'It is not in the GGUF format: pull another version of it.')
      : null;
  }
  const blob = await blobOf(folder, model.digest);
  const notes = layers.flatMap(({ mediaType }) => noted[mediaType] ?? []);
  return {
    source: 'ollama',
    name,
    path: blob.file,
    files: [blob.file],
    sha256: model.digest.slice('sha256:'.length),
    expectedBytes: model.size,
    notes: [...new Set(notes)],
    problem: blob.there ? null : `Its file is missing from Ollama's store: run \`ollama pull ${name}\`.`,
  };
}

/** The manifest's text. Throws a sentence for one that is too long, and the system's errors. */
async function readBounded(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(maxManifestBytes + 1);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled > maxManifestBytes) throw new Error('Its manifest is far too long: run `ollama pull NAME`.');
    return buffer.toString('utf8', 0, filled);
  } finally {
    await handle.close();
  }
}

function parseManifest(text: string): readonly Layer[] {
  try {
    return v.parse(manifestSchema, JSON.parse(text)).layers ?? [];
  } catch (error) {
    const issue = v.isValiError(error) ? v.getDotPath(error.issues[0]) : null;
    const where = issue === null ? 'no whole JSON' : `${issue} is not as it should be`;
    throw new Error(`Its manifest in Ollama's store is damaged (${where}): run \`ollama pull NAME\`.`, {
      cause: error,
    });
  }
}

/** A layer's file. Early versions of Ollama wrote the digest with a colon. */
async function blobOf(folder: string, digest: string): Promise<{ file: string; there: boolean }> {
  const names = [digest.replace(':', '-'), digest.replace('-', ':')];
  const paths = names.map((name) => path.join(folder, 'blobs', name));
  const [usual = '', early = ''] = paths;
  for (const file of [usual, early]) {
    const code = await stat(file).then(() => '', codeOf);
    // A file that may not be looked at is there: whoever opens it says what is wrong.
    if (code !== 'ENOENT') return { file, there: true };
  }
  return { file: usual, there: false };
}
