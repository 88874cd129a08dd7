import type { EngineError } from './errors.ts';
import type { LoadProgress } from './loadOptions.ts';
import type { LoadedModel } from './protocol.ts';

/** A model that is being loaded to take the place of another. */
export interface Switching {
  readonly modelPath: string;
  readonly progress: LoadProgress;
}

/** What the engine is doing, as people see it. */
export type EngineState =
  /** `cancelled`: somebody cancelled the start; requests don't start it again, `start` and `restart` do. */
  | { readonly kind: 'stopped'; readonly cancelled?: true }
  | {
      readonly kind: 'starting';
      readonly modelPath: string;
      readonly progress: LoadProgress;
      /** What people should know about this start, in a sentence, or null. */
      readonly note: string | null;
    }
  | {
      readonly kind: 'ready';
      readonly model: LoadedModel;
      readonly pid: number;
      /** The model that will take its place, or null. */
      readonly switching: Switching | null;
      /** Why the last switch left this model in use, or null. */
      readonly switchError: EngineError | null;
    }
  /** Ended to free its memory; the next request starts it again. */
  | { readonly kind: 'unloaded'; readonly model: LoadedModel; readonly reason: 'idle' | 'memory' }
  /** `retryInMs` null: no new start until somebody asks for one. */
  | { readonly kind: 'failed'; readonly error: EngineError; readonly retryInMs: number | null };
