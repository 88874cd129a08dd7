import type { ModelRole } from '../core/models/roles.ts';
import type { ModelShape } from '../core/models/shape.ts';

/** Where a model file was found; in this order of preference where the same file is found in several. */
export const modelSources = [
  'hearth',
  'starter',
  'file',
  'lm-studio',
  'ollama',
  'hugging-face',
  'llama-cpp',
] as const;
export type ModelSource = (typeof modelSources)[number];

/** What a GGUF file is. Only `text` writes anything; `other` are images, speech and the like. */
export const modelKinds = [
  'text',
  'embedding',
  'projector',
  'adapter',
  'vocabulary',
  'importance-matrix',
  'draft',
  'other',
] as const;
export type ModelKind = (typeof modelKinds)[number];

/** A model as a store names it, before its file was looked at. */
export interface StoredModel {
  readonly source: ModelSource;
  /** The store's own name for it (`qwen2.5-coder:7b`), else the path in the store without the extension. */
  readonly name: string;
  /** What is loaded: the first file. Where there is none, what the problem is about. Absolute. */
  readonly path: string;
  /** All files of the model, absolute, a split model's in the order of its parts. */
  readonly files: readonly string[];
  /** SHA-256 in hex that the store keeps the file under, else null. */
  readonly sha256: string | null;
  /** Length that the store says the file has, in bytes, else null. */
  readonly expectedBytes: number | null;
  /** What else belongs to it and is not used, a sentence each. */
  readonly notes: readonly string[];
  /** Why it can't be used, one sentence about "it", or null. */
  readonly problem: string | null;
}

/** The same model under another name or in another place. */
export interface OtherName {
  readonly source: ModelSource;
  readonly name: string;
  readonly path: string;
}

/** A model that lies on this machine, usable unless it has a `problem`. Sizes are in bytes. */
export interface InstalledModel {
  readonly source: ModelSource;
  readonly name: string;
  readonly path: string;
  readonly files: readonly string[];
  /** Of all files together; 0 where they could not be looked at. */
  readonly bytes: number;
  /** Changes with any change of its files, '' where they could not be looked at. */
  readonly stamp: string;
  readonly kind: ModelKind | null;
  readonly title: string | null;
  readonly architecture: string | null;
  readonly quantization: string | null;
  /** Number of weights. */
  readonly parameters: number | null;
  /** The trained window, in tokens. */
  readonly trainedContext: number | null;
  readonly licence: string | null;
  /** What its memory depends on; null where it can't be used. */
  readonly shape: ModelShape | null;
  /** Fill-in-the-middle family, or null. */
  readonly family: string | null;
  /** What it can serve; empty for embedding models and where there is a problem. */
  readonly roles: readonly ModelRole[];
  /** SHA-256 in hex, known from the store or the registry without reading the file; null for split models. */
  readonly sha256: string | null;
  /** The catalogue's name for it, where Hearth downloaded it from there. */
  readonly catalogueId: string | null;
  /** Whether Hearth put the files there and may delete them. */
  readonly removable: boolean;
  readonly alsoKnownAs: readonly OtherName[];
  readonly notes: readonly string[];
  readonly problem: string | null;
}

/** Where to look for models. Folders that are not there are passed over, except the user's own. */
export interface LibraryPlaces {
  /** The model file that comes with Hearth, or null. */
  readonly starter: string | null;
  /** Files and folders that the user named. */
  readonly folders: readonly string[];
  readonly ollama: readonly string[];
  readonly lmStudio: readonly string[];
  readonly huggingFace: readonly string[];
  readonly llamaCpp: readonly string[];
}

/** What the standard places depend on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
}
