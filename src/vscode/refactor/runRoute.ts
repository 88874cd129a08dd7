import type { ChatModel } from '../../core/chat/ports.ts';
import { refactorDifficulty } from '../../core/endpoints/refactorOffer.ts';
import { reasonsSentence } from '../../core/endpoints/routeWords.ts';
import { localRoute, type RouteChoice, type RouteFacts } from '../../core/endpoints/routing.ts';
import type { RefactorFailure } from '../../core/refactor/result.ts';
import { withFallback } from '../../host/endpoints/fallbackModel.ts';
import type { Routes } from '../../host/endpoints/routes.ts';

export interface RunRouteParts {
  readonly local: () => ChatModel;
  /** Null: there is only the local model. */
  readonly routes: Routes | null;
}

/** Who is asked for one refactor: whom the user chose, else whom the rules and roles say. */
export class RunRoute {
  readonly #parts: RunRouteParts;
  #chosen: string | null = null;
  #model: ChatModel | null = null;
  /** Why it is asked, and why another one had to be asked. */
  #why: readonly string[] = [];
  #fallback: readonly string[] = [];

  constructor(parts: RunRouteParts) {
    this.#parts = parts;
  }

  /** Who else may be asked than the one who was asked last. */
  get others(): readonly RouteChoice[] {
    const asked = this.#model?.route ?? localRoute;
    return (this.#parts.routes?.choices('refactor') ?? []).filter(({ route }) => route !== asked);
  }

  /** What there is to know of who is asked, a sentence each. */
  get notes(): readonly string[] {
    return [...this.#why, ...this.#fallback];
  }

  choose(route: string): void {
    this.#chosen = route;
    this.#why = [];
  }

  /** The model that is asked now. */
  model(facts: RouteFacts): ChatModel {
    const { local, routes } = this.#parts;
    const { route, reasons } = routes?.choose('refactor', this.#chosen, facts) ?? {
      ...{ route: localRoute, reasons: [] },
    };
    const endpoint = route === localRoute ? null : (routes?.model(route) ?? null);
    if (this.#chosen === null) this.#why = [reasonsSentence(reasons)].filter((why) => why !== '');
    this.#fallback = [];
    this.#model =
      endpoint === null
        ? local()
        : withFallback(endpoint, local(), (sentence) => (this.#fallback = [sentence]));
    return this.#model;
  }

  /**
   * Whether a rule of the user's has somebody asked at once where the local model failed for this reason, after so many
   * rounds; it is chosen then. Whom the user chose is the only one who is asked.
   */
  goesOn(failure: RefactorFailure, rounds: number, facts: RouteFacts): boolean {
    if (this.#chosen !== null || this.#model?.route !== localRoute) return false;
    const hard = refactorDifficulty(failure, rounds);
    const next = hard === null ? null : (this.#parts.routes?.chooseHard(facts) ?? null);
    if (hard === null || next === null) return false;
    this.#chosen = next.route;
    this.#why = [reasonsSentence([...hard.reasons, ...next.reasons])];
    return true;
  }
}
