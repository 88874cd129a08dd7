import type { TextChange } from '../text/textDocument.ts';
import { SuggestionFates, type Fate, type ShownSuggestion } from './fate.ts';
import { Survivals, type SurvivalVerdict } from './survival.ts';

/** What an event has made known. */
export interface Findings {
  readonly fates: readonly Fate[];
  readonly verdicts: readonly SurvivalVerdict[];
}

/**
 * Follows suggestions to their end, and those that were accepted as a whole for five minutes more: `SuggestionFates`
 * and `Survivals` in the order in which they need to hear of things. All times are of one steady clock.
 */
export class SuggestionTracker {
  readonly #fates = new SuggestionFates();
  readonly #survivals = new Survivals();
  /** Accepted by the command; where they stand is known when their change has come. */
  #awaited: Fate[] = [];

  /** Whether it is another suggestion than what is left of the last one. */
  shown(suggestion: ShownSuggestion): boolean {
    return this.#fates.shown(suggestion);
  }

  changed(document: string, changes: readonly TextChange[], at: number): Findings {
    const verdicts = this.#survivals.due(at);
    this.#survivals.changed(document, changes);
    const fates = this.#fates.changed(document, changes, at);
    const awaited = this.#awaited.filter((one) => one.document === document && changes.length > 0);
    this.#awaited = this.#awaited.filter((one) => !awaited.includes(one));
    for (const fate of [...awaited, ...fates]) this.#follow(fate);
    return { fates, verdicts };
  }

  command(id: string, at: number): Findings {
    const verdicts = this.#survivals.due(at);
    const fates = this.#fates.command(id, at);
    this.#awaited.push(...fates.filter(({ kind }) => kind === 'accepted'));
    return { fates, verdicts };
  }

  moved(document: string, offset: number, at: number): Findings {
    const verdicts = this.#survivals.due(at);
    return { fates: this.#fates.moved(document, offset, at), verdicts };
  }

  closed(document: string, at: number): Findings {
    const verdicts = this.#survivals.due(at);
    this.#survivals.closed(document);
    this.#awaited = this.#awaited.filter((one) => one.document !== document);
    return { fates: this.#fates.closed(document, at), verdicts };
  }

  /** The verdicts whose time has come. */
  due(at: number): readonly SurvivalVerdict[] {
    return this.#survivals.due(at);
  }

  /** Milliseconds until `due` has something to say; null where nothing is followed. */
  wait(at: number): number | null {
    return this.#survivals.wait(at);
  }

  #follow(fate: Fate): void {
    if (fate.undone) this.#survivals.undone(fate.id);
    else if (fate.kind === 'accepted') {
      this.#survivals.accepted({ ...fate, offset: fate.place.offset });
    }
  }
}
