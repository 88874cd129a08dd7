import { outputFormat } from '../../core/chat/output/format.ts';

/** Thoughts between the markers that most models have, and no calls: servers take those out. */
export const usualFormat = outputFormat('', () => false);

/**
 * What the answers of one server have shown: whether its template opens the thoughts itself, so that an answer begins
 * inside of them and has their end only. It may depend on whether a question asks for thoughts.
 */
export class BegunThoughts {
  readonly #known = new Set<boolean>();

  /** Whether the next answer begins inside of its thoughts; `thinking` as in the query. */
  expected(thinking: boolean): boolean {
    return this.#known.has(thinking);
  }

  /** An answer to such a question showed it. */
  learn(thinking: boolean, begun: boolean): void {
    if (begun) this.#known.add(thinking);
    else this.#known.delete(thinking);
  }
}

/** Whether a text has a marker that begins thoughts. */
export function beginsThoughts(written: string): boolean {
  return usualFormat.thoughts.some(({ open }) => written.includes(open));
}

/** Whether a text has a marker that ends thoughts. */
export function endsThoughts(written: string): boolean {
  return usualFormat.thoughts.some(({ close }) => written.includes(close));
}

/**
 * An answer as it was written, parted where it ends thoughts that it did not begin; null where it does not. The marker
 * ends a line there: in a sentence or in a block of code it is what the answer speaks of.
 */
export function partedThoughts(
  written: string,
): { readonly reasoning: string; readonly text: string } | null {
  for (const { close } of usualFormat.thoughts) {
    const at = written.indexOf(close);
    if (at === -1) continue;
    const before = written.slice(0, at);
    const after = written.slice(at + close.length);
    const fences = before.match(/^[ \t]*(?:```|~~~)/gm)?.length ?? 0;
    const amid = fences % 2 === 1 || !/^[ \t]*(?:\r?\n|$)/.test(after);
    if (!amid) return { reasoning: before.trim(), text: after.trimStart() };
  }
  return null;
}
