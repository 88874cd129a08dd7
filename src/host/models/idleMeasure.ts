import type { EngineClient } from '../../engine/client.ts';
import type { LoadedModel } from '../../engine/protocol.ts';
import type { Timers } from '../../engine/timers.ts';
import { measuredSpeed, type SpeedBook } from './speedBook.ts';

export interface IdleMeasureParts {
  readonly clients: readonly Pick<EngineClient, 'state' | 'settings' | 'idleMs' | 'measure' | 'onState'>[];
  readonly speeds: Pick<SpeedBook, 'all' | 'note'>;
  /** Whether a model is worth it, by its path: the starter's speed says nothing to anybody. */
  readonly wanted: (modelPath: string) => boolean;
  /** Whether Hearth may work unasked now: it is enabled, and the battery is not spent on it. */
  readonly mayWork: () => boolean;
  /** Told when something was noted. */
  readonly changed: () => void;
  readonly timers: Timers;
}

type Client = IdleMeasureParts['clients'][number];

/** Time that nobody has asked a model for anything. */
const quietMs = 30_000;
/** When it is looked at again whether Hearth may work. */
const laterMs = 5 * 60_000;
const milliseconds = 1500;

/** Measures each loaded model once, in a quiet moment, so that the list shows what it does here. */
export class IdleMeasure {
  readonly #parts: IdleMeasureParts;
  readonly #ended = new AbortController();
  readonly #stops: (() => void)[];
  readonly #waits = new Map<Client, () => void>();
  /** Stamps of models that were measured, or could not be. */
  readonly #done = new Set<string>();

  constructor(parts: IdleMeasureParts) {
    this.#parts = parts;
    this.#stops = parts.clients.map((client) => client.onState(() => this.#watch(client)));
    for (const client of parts.clients) this.#watch(client);
  }

  /** Measures nothing any more; what is under way ends. */
  dispose(): void {
    this.#ended.abort();
    for (const stop of this.#stops) stop();
    for (const cancel of this.#waits.values()) cancel();
    this.#waits.clear();
  }

  #watch(client: Client): void {
    if (this.#candidate(client) === null) {
      this.#waits.get(client)?.();
      this.#waits.delete(client);
    } else if (!this.#waits.has(client)) this.#wait(client, quietMs);
  }

  /** The model that is loaded, if it is still to be measured. */
  #candidate({ state, settings }: Client): LoadedModel | null {
    if (state.kind !== 'ready' || settings === null || state.switching !== null) return null;
    return this.#done.has(state.model.stamp) || !this.#parts.wanted(settings.modelPath) ? null : state.model;
  }

  #wait(client: Client, after: number): void {
    const cancel = this.#parts.timers.after(after, () => {
      this.#waits.delete(client);
      void this.#look(client);
    });
    this.#waits.set(client, cancel);
  }

  /** Never rejects. */
  async #look(client: Client): Promise<void> {
    const model = this.#candidate(client);
    if (model === null) return;
    const rest = quietMs - client.idleMs;
    if (rest > 0) return this.#wait(client, rest);
    const { speeds, mayWork } = this.#parts;
    if ((await speeds.all()).has(model.stamp)) this.#done.add(model.stamp);
    else if (!mayWork()) this.#later(client);
    // Somebody may have come back while this was found out.
    else if (client.idleMs >= quietMs) await this.#measure(client, model);
    else this.#watch(client);
  }

  #later(client: Client): void {
    if (!this.#ended.signal.aborted && !this.#waits.has(client)) this.#wait(client, laterMs);
  }

  async #measure(client: Client, { stamp }: LoadedModel): Promise<void> {
    const { signal } = this.#ended;
    if (signal.aborted) return;
    this.#done.add(stamp);
    // Where it fails, the model has other troubles, of which its state tells.
    const speed = await client.measure({ milliseconds, signal }).catch(() => null);
    const { state } = client;
    if (speed === null || state.kind !== 'ready' || state.model.stamp !== stamp) return;
    await this.#parts.speeds.note(stamp, measuredSpeed(speed, state.model.backend));
    this.#parts.changed();
  }
}
