import { escaped } from '../../text/pattern.ts';

/** A set of markers, to look for in text that comes in pieces. Where one begins another, the longer one counts. */
export class Markers {
  readonly #all: readonly string[];
  readonly #pattern: RegExp | null;
  readonly #longest: number;

  constructor(markers: readonly string[]) {
    this.#all = [...markers].sort((a, b) => b.length - a.length);
    this.#longest = this.#all[0]?.length ?? 0;
    this.#pattern = markers.length === 0 ? null : new RegExp(this.#all.map(escaped).join('|'));
  }

  /** The first marker in `text`. */
  find(text: string): { readonly at: number; readonly marker: string } | null {
    const match = this.#pattern?.exec(text) ?? null;
    return match === null ? null : { at: match.index, marker: match[0] };
  }

  /** The marker with which `text` begins. */
  beginning(text: string): string | null {
    return this.#all.find((marker) => text.startsWith(marker)) ?? null;
  }

  /** Whether `text` may become a marker when more of it comes. */
  mayBegin(text: string): boolean {
    return this.#all.some((marker) => marker.length > text.length && marker.startsWith(text));
  }

  /** How many units at the end of `text` may be the beginning of a marker. */
  held(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length -= 1) {
      const end = text.slice(-length);
      if (this.mayBegin(end)) return length;
    }
    return 0;
  }
}
