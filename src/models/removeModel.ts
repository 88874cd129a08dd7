import { lstat, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, ModelFileError, readFailure } from './errors.ts';
import type { Registry } from './registry.ts';
import type { RecordedModel } from './registryFile.ts';
import type { ModelSource } from './types.ts';

const elsewhere: Readonly<Record<ModelSource, (name: string) => string>> = {
  hearth: () => 'Hearth did not put it there: delete the file yourself if you no longer need it.',
  starter: () => 'It comes with Hearth and goes with it.',
  file: () =>
    'It is your own file, used where it lies: take it out of the list, or delete the file yourself.',
  'lm-studio': () => 'It belongs to LM Studio: remove it there, under My Models.',
  ollama: (name) => `It belongs to Ollama: remove it there with \`ollama rm ${name}\`.`,
  'hugging-face': () => 'It belongs to the Hugging Face cache: remove it there (`hf cache --help` says how).',
  'llama-cpp': () => "It lies in llama.cpp's cache: delete the file yourself if you no longer need it.",
};

/**
 * Deletes a model that Hearth put into its folder, files and record, and returns the paths that are gone. Everything is
 * checked before the first file goes: it is recorded, lies in the folder itself with no link on the way, is still the
 * file that was put there, and `inUse` knows no user of it. Throws a `ModelFileError`, `not-ours` with who may delete it.
 */
export async function removeModel(
  model: { readonly path: string; readonly name: string; readonly source: ModelSource },
  registry: Registry,
  inUse: (file: string) => boolean,
): Promise<string[]> {
  const { contents } = await registry.read();
  const recorded = contents.models.find(({ files }) =>
    files.some((file) => registry.pathOf(file) === path.resolve(model.path)),
  );
  if (recorded === undefined) throw new ModelFileError('not-ours', elsewhere[model.source](model.name));
  const files = recorded.files.map((file) => registry.pathOf(file));
  if (files.some(inUse)) {
    throw new ModelFileError(
      'in-use',
      `${model.name} is in use: choose another model first, then delete it.`,
    );
  }
  const present = await checkedFiles(recorded, registry);
  for (const file of present) {
    await rm(file).catch((error: unknown) => {
      throw new ModelFileError(
        'not-writable',
        `${file} can't be deleted (${codeOf(error)}): allow writing to its folder, and close programs that use it.`,
        { cause: error },
      );
    });
  }
  await registry.dropModel(recorded);
  await removeEmptyFolders(present, registry.folder);
  return present;
}

/** The files that are still there. Throws where one of them is not what Hearth put there. */
async function checkedFiles(recorded: RecordedModel, registry: Registry): Promise<string[]> {
  const present: string[] = [];
  for (const file of recorded.files) {
    const at = registry.pathOf(file);
    try {
      const facts = await lstat(at);
      // A link in the path could lead anywhere, whoever made it.
      const expected = path.join(await realpath(registry.folder), ...file.path.split('/'));
      if (!facts.isFile() || (await realpath(at)) !== expected) {
        throw new ModelFileError(
          'not-ours',
          `${at} is, or lies behind, a link that Hearth did not make: remove it yourself.`,
        );
      }
      if (facts.size !== file.bytes || Math.abs(facts.mtimeMs - file.changedMs) > 2) {
        throw new ModelFileError(
          'not-ours',
          `${at} was changed since Hearth put it there: delete it yourself if you no longer need it.`,
        );
      }
    } catch (error) {
      if (error instanceof ModelFileError) throw error;
      if (codeOf(error) === 'ENOENT') continue;
      throw readFailure(error);
    }
    present.push(at);
  }
  return present;
}

/** Folders that held nothing else, up to the models folder itself, which stays. */
async function removeEmptyFolders(files: readonly string[], root: string): Promise<void> {
  for (const file of files) {
    for (let folder = path.dirname(file); folder.startsWith(root + path.sep); folder = path.dirname(folder)) {
      // Fails where something is left in it, as it should.
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        break;
    }
  }
}
