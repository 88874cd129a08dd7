import type { Endpoint } from '../../core/endpoints/types.ts';

/**
 * The windows that Hearth asks Ollama's models for. Ollama loads a model anew for each request that wants another window
 * than the last one had, so all endpoints with the same model at the same address ask for the same one: the largest
 * that any of them wants.
 */
export class OllamaContexts {
  readonly #wanted = new Map<string, Map<string, number>>();

  /** Takes note of the window that an endpoint wants, and gives the one to ask for. */
  decide(endpoint: Pick<Endpoint, 'name' | 'address'>, model: string, tokens: number): number {
    this.release(endpoint);
    const key = `${endpoint.address} ${model}`;
    const wanted = this.#wanted.get(key) ?? new Map<string, number>();
    this.#wanted.set(key, wanted.set(endpoint.name, tokens));
    return this.of(endpoint, model) ?? tokens;
  }

  /** The endpoint wants no window any more: it is gone, or its model may be another. */
  release({ name }: Pick<Endpoint, 'name'>): void {
    for (const [key, wanted] of this.#wanted) {
      wanted.delete(name);
      if (wanted.size === 0) this.#wanted.delete(key);
    }
  }

  /** The window to ask for; null where nobody wants one. */
  of({ address }: Pick<Endpoint, 'address'>, model: string): number | null {
    const wanted = this.#wanted.get(`${address} ${model}`);
    return wanted === undefined ? null : Math.max(...wanted.values());
  }
}
