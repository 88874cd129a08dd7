import { modelRoles, type ModelRole } from '../../core/models/roles.ts';

/** Where something small survives a restart of the editor. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const place = 'hearth.useWhenFetched';

/** What models that are being fetched are wanted for. They outlive the window, as a paused download does. */
export class Wishes {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Remembers what the model of this key is to be used for when it is there. */
  async add(key: string, roles: readonly ModelRole[]): Promise<void> {
    await this.#memory.update(place, { ...this.#all(), [key]: roles });
  }

  /** Says what a model was wanted for, and forgets it. */
  async take(key: string): Promise<readonly ModelRole[]> {
    const { [key]: roles = [], ...rest } = this.#all();
    if (roles.length > 0) await this.#memory.update(place, rest);
    return roles;
  }

  #all(): Record<string, readonly ModelRole[]> {
    const kept = this.#memory.get(place);
    if (typeof kept !== 'object' || kept === null) return {};
    const entries = Object.entries(kept).map(([key, value]: [string, unknown]) => [
      key,
      modelRoles.filter((role) => Array.isArray(value) && value.includes(role)),
    ]);
    return Object.fromEntries(entries) as Record<string, readonly ModelRole[]>;
  }
}
