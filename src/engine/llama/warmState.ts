import { commonPrefix } from '../../core/prompt/reuse.ts';
import type { WarmIdentity, WarmStore } from './warmStore.ts';

/** A KV cache that can be written to a file and read back; see Sequence. */
export interface WarmSequence {
  readonly cached: readonly number[];
  save(file: string): Promise<number>;
  restore(file: string, tokens: readonly number[]): Promise<boolean>;
}

/** Less than this is evaluated about as fast as it is read: so much of a preamble, or so much that is new. */
const leastTokens = 64;
/** Prompt tokens from which a prompt is worth keeping also where it begins with the current file. */
const leastPrompt = 256;
/** Time between two saves for a workspace, and more for large states, so that no disk is worn out by typing. */
const rest = { least: 60_000, msPerMiB: 1_000 } as const;

/** The last save of a workspace's state, in this process or an earlier one. */
interface Saved {
  readonly tokens: readonly number[];
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

/**
 * Keeps what was evaluated for a workspace over restarts of the engine: the sequence's whole state is saved when enough
 * of it changed and the last save is some time ago, and read back before the first prompt of the workspace, for as much
 * of it as that prompt begins with.
 */
export class WarmState {
  readonly #store: WarmStore;
  readonly #identity: WarmIdentity;
  readonly #now: () => number;
  /** Workspaces that have been looked up since the load. */
  readonly #asked = new Set<string>();
  /** What is to be saved, from the last completion. */
  #last: {
    readonly workspace: string;
    readonly prompt: readonly number[];
    readonly preamble: number;
  } | null = null;
  readonly #saved = new Map<string, Saved>();

  constructor(store: WarmStore, identity: WarmIdentity, now: () => number = Date.now) {
    this.#store = store;
    this.#identity = identity;
    this.#now = now;
  }

  /** Before the prefill of `prompt`: reads back the workspace's state, once, if more of it fits than is there. */
  async restore(workspace: string, prompt: readonly number[], sequence: WarmSequence): Promise<void> {
    if (this.#asked.has(workspace)) return;
    this.#asked.add(workspace);
    const entry = await this.#store.find(this.#identity, workspace);
    if (entry === null) return;
    const { tokens, bytes, savedAt } = entry;
    const fits = commonPrefix(tokens, prompt);
    if (fits >= leastTokens && fits > commonPrefix(sequence.cached, prompt)) {
      if (!(await this.#store.verify(this.#identity, workspace, entry))) return;
      if (!(await sequence.restore(entry.file, tokens))) {
        await this.#store.discard(this.#identity, workspace, 'llama.cpp refuses it');
        return;
      }
    }
    this.#saved.set(workspace, { tokens, at: savedAt, bytes });
  }

  /** After a prefill: the prompt, and how many of its tokens come before the current file's. */
  note(workspace: string, prompt: readonly number[], preamble: number): void {
    this.#last = { workspace, prompt, preamble };
  }

  /** Milliseconds until something may be saved: 0 for at once, null where nothing is worth it. */
  get dueInMs(): number | null {
    if (this.#last === null || !this.#store.writable) return null;
    const { workspace, prompt, preamble } = this.#last;
    const saved = this.#saved.get(workspace);
    const kept = saved === undefined ? 0 : commonPrefix(saved.tokens, prompt);
    const newPreamble = preamble >= leastTokens && kept < preamble;
    const newPrompt = prompt.length >= leastPrompt && prompt.length - kept >= leastTokens;
    if (!newPreamble && !newPrompt) return null;
    if (saved === undefined) return 0;
    const wait = Math.max(rest.least, (saved.bytes / 2 ** 20) * rest.msPerMiB);
    // A clock that was set back must not put it off for longer than that.
    return Math.min(wait, Math.max(0, saved.at + wait - this.#now()));
  }

  /** Saves the sequence's state if it is due. */
  async save(sequence: WarmSequence): Promise<boolean> {
    if (this.dueInMs !== 0 || this.#last === null) return false;
    const { workspace, prompt, preamble } = this.#last;
    const { cached } = sequence;
    // All but the last token of a prompt are evaluated; another request may have taken some of them away since.
    const wanted = prompt.length >= leastPrompt ? Math.max(preamble, prompt.length - 1) : preamble;
    if (commonPrefix(cached, prompt) < wanted) return false;
    // Said at once, so that a state that can't be kept is not tried again and again.
    const saved = { tokens: cached, at: this.#now() };
    this.#saved.set(workspace, { ...saved, bytes: 0 });
    return this.#store.save(this.#identity, workspace, cached, async (file) => {
      const bytes = await sequence.save(file);
      this.#saved.set(workspace, { ...saved, bytes });
      return bytes;
    });
  }
}
