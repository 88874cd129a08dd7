import { huggingFaceFolders } from './stores/huggingFace.ts';
import { llamaCppFolders } from './stores/folder.ts';
import { lmStudioFolders } from './stores/lmStudio.ts';
import { ollamaFolders } from './stores/ollama.ts';
import type { LibraryPlaces, Surroundings } from './types.ts';

/** Where other programs keep models on this machine; whether anything is there shows when it is read. */
export async function standardPlaces(
  surroundings: Surroundings,
): Promise<Pick<LibraryPlaces, 'ollama' | 'lmStudio' | 'huggingFace' | 'llamaCpp'>> {
  return {
    ollama: ollamaFolders(surroundings),
    lmStudio: await lmStudioFolders(surroundings),
    huggingFace: huggingFaceFolders(surroundings),
    llamaCpp: llamaCppFolders(surroundings),
  };
}
