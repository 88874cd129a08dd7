import type { EndpointEntry } from '../endpoints/endpointConfig.ts';

/** Whose set-up something comes from. */
export const importSources = ['continue', 'llama-vscode', 'twinny', 'ollama', 'lm-studio'] as const;
export type ImportSource = (typeof importSources)[number];

/** As they call themselves. */
export const sourceNames: Readonly<Record<ImportSource, string>> = {
  continue: 'Continue',
  'llama-vscode': 'llama.vscode',
  twinny: 'Twinny',
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
};

/** Something of a user's set-up that was found, and what Hearth would take of it. Nothing is taken before they say so. */
export interface ImportProposal {
  readonly source: ImportSource;
  /** The file or folder that it was found in; '' where none is known. */
  readonly from: string;
  /** What it is, in a few words: `codestral at api.mistral.ai`. */
  readonly what: string;
  /** An entry for `hearth.endpoints`, which that setting takes as it is. */
  readonly endpoint?: EndpointEntry;
  /** A setting of Hearth that does the same. */
  readonly setting?: { readonly key: string; readonly value: unknown };
  /** What to know of it, sentences; '' for nothing. */
  readonly note: string;
  /** What is to be done about its key, a sentence that never has the key; null where it has none. */
  readonly keyHint: string | null;
  /** Why it can't be taken, a sentence; null where it can. */
  readonly problem: string | null;
}
