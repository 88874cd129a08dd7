import type { ChatModel } from '../../core/chat/ports.ts';
import { refactorDifficulty } from '../../core/endpoints/refactorOffer.ts';
import { reasonsSentence } from '../../core/endpoints/routeWords.ts';
import { localRoute, type RouteChoice, type RouteFacts } from '../../core/endpoints/routing.ts';
import type { RefactorFailure } from '../../core/refactor/result.ts';
import type { Routes } from '../../host/endpoints/routes.ts';

export interface RunRouteParts {
  readonly local: () => ChatModel;
  /** Null: there is only the local model. */
  readonly routes: Routes | null;
}

/** Who is asked for a refactor, and who in the place of an endpoint that gives nothing; null: nobody. */
export interface AskedModel {
  readonly model: ChatModel;
  readonly fallback: { readonly model: ChatModel; readonly chosen: boolean } | null;
}

/** Who is asked for one refactor: whom the user chose, else whom the rules and roles say. */
export class RunRoute {
  readonly #parts: RunRouteParts;
  #chosen: string | null = null;
  /** A rule chose, since the local model failed. */
  #wentOn = false;
  /** Who was asked first, the last time, and who in the end. */
  #first = localRoute;
  #last = localRoute;
  /** Why it is asked. */
  #why: readonly string[] = [];

  constructor(parts: RunRouteParts) {
    this.#parts = parts;
  }

  /** Who else may be asked than the one who was asked last. */
  get others(): readonly RouteChoice[] {
    return (this.#parts.routes?.choices('refactor') ?? []).filter(({ route }) => route !== this.#last);
  }

  /** What there is to know of who is asked, a sentence each. */
  get notes(): readonly string[] {
    return this.#why;
  }

  choose(route: string): void {
    this.#chosen = route;
    this.#wentOn = false;
    this.#why = [];
  }

  /** Who is asked now. */
  model(facts: RouteFacts): AskedModel {
    const { local, routes } = this.#parts;
    const { route, reasons } = routes?.choose('refactor', this.#chosen, facts) ?? {
      ...{ route: localRoute, reasons: [] },
    };
    if (this.#chosen === null) this.#why = [reasonsSentence(reasons)].filter((why) => why !== '');
    const endpoint = route === localRoute ? null : (routes?.model(route) ?? null);
    const model = endpoint ?? local();
    this.#first = this.#last = model.route;
    if (endpoint === null || this.#wentOn) return { model, fallback: null };
    return { model, fallback: { model: local(), chosen: this.#chosen !== null } };
  }

  /** Who worked on it in the end. */
  came(route: string): void {
    this.#last = route;
  }

  /**
   * Whether a rule of the user's has somebody asked at once where the local model failed for this reason, after so many
   * rounds; it is chosen then. Whom the user chose is the only one who is asked, and nobody is asked again in vain.
   */
  goesOn(failure: RefactorFailure, rounds: number, facts: RouteFacts): boolean {
    if (this.#chosen !== null || this.#last !== localRoute) return false;
    const hard = refactorDifficulty(failure, rounds);
    const next = hard === null ? null : (this.#parts.routes?.chooseHard(facts) ?? null);
    if (hard === null || next === null || next.route === this.#first) return false;
    this.#chosen = next.route;
    this.#wentOn = true;
    this.#why = [reasonsSentence([...hard.reasons, ...next.reasons])];
    return true;
  }
}
