import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { StoredModel, Surroundings } from '../types.ts';
import { readFolder } from './folder.ts';

/** The part of LM Studio's `settings.json` that says where models lie. */
const settingsSchema = v.object({ downloadsFolder: v.string() });
/** The pointer holds one path, the settings a few kilobytes. */
const maxTextLength = 1_000_000;

/**
 * The folders that LM Studio keeps models in: in its home (the one that its pointer file names, and the two standard
 * ones), or where its settings say.
 */
export async function lmStudioFolders({ home }: Surroundings): Promise<string[]> {
  const pointer = (await textOf(path.join(home, '.lmstudio-home-pointer'))).trim();
  const homes = [
    ...(path.isAbsolute(pointer) ? [pointer] : []),
    path.join(home, '.lmstudio'),
    path.join(home, '.cache', 'lm-studio'),
  ];
  const folders: string[] = [];
  for (const own of new Set(homes)) {
    const chosen = downloadsFolder(await textOf(path.join(own, 'settings.json')));
    if (chosen !== null) folders.push(chosen);
    folders.push(path.join(own, 'models'));
  }
  return [...new Set(folders)];
}

/** The models in one of LM Studio's folders (`publisher/repository/file.gguf`), used in place. Never throws. */
export async function readLmStudio(folder: string): Promise<StoredModel[]> {
  return readFolder(folder, 'lm-studio');
}

function downloadsFolder(settings: string): string | null {
  try {
    const folder = v.parse(settingsSchema, JSON.parse(settings)).downloadsFolder;
    return path.isAbsolute(folder) ? folder : null;
  } catch {
    return null;
  }
}

/** A small file's text, '' where there is none that can be read. */
async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).slice(0, maxTextLength);
  } catch {
    return '';
  }
}
