import path from 'node:path';

/** Where binary packages of llama.cpp lie that did not come with Hearth, in its folder for state. */
export function backendFolder(stateFolder: string): string {
  return path.join(stateFolder, 'backends');
}
