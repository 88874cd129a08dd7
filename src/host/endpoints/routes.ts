import type { ChatModel } from '../../core/chat/ports.ts';
import { DenyList } from '../../core/endpoints/consent.ts';
import type { EndpointClient } from '../../core/endpoints/ports.ts';
import {
  chooseRoute,
  routeChoices,
  ruleFor,
  type Route,
  type RouteChoice,
  type RouteFacts,
  type RouteRule,
  type RouteWorld,
} from '../../core/endpoints/routing.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';
import type { Denies } from './denied.ts';
import { endpointChatModel } from './endpointChatModel.ts';
import type { OutgoingGate } from './gate.ts';

type AskedRole = 'chat' | 'refactor';

/** Who may be asked, and who is. */
export interface Routes {
  choices(role: AskedRole): readonly RouteChoice[];
  /** `chosen` null: nobody chose by hand. */
  choose(role: AskedRole, chosen: string | null, facts: RouteFacts): Route;
  /** Who is asked, by the user's rules, where the local model could not answer; null where nobody is. */
  chooseHard(facts: RouteFacts): Route | null;
  /** The endpoint of a route as a model; null where there is none, as for the local route. */
  model(route: string): ChatModel | null;
  /** Whether what is asked there leaves this machine. */
  leaves(route: string): boolean;
  /** Whether a path may not go to a route; null where anything may, as on this machine. */
  denies(route: string): Denies | null;
}

export interface RoutesParts {
  /** As configured; read at each use. */
  readonly endpoints: () => readonly Endpoint[];
  readonly client: (endpoint: Endpoint) => EndpointClient;
  readonly rules: () => readonly RouteRule[];
  /** Globs of paths that are never sent. */
  readonly deny: () => readonly string[];
  readonly gate: OutgoingGate;
  /** Whether the workspace has several folders; left out for one. */
  readonly severalFolders?: () => boolean;
}

/** The routes to the endpoints that are configured. */
export function endpointRoutes({
  endpoints,
  client,
  rules,
  deny,
  gate,
  severalFolders = () => false,
}: RoutesParts): Routes {
  const world = (): RouteWorld => {
    const list = new DenyList(deny());
    return {
      ...{ endpoints: endpoints(), rules: rules(), severalFolders: severalFolders() },
      denies: (path) => list.denies(path),
    };
  };
  const leaves = (route: string): boolean =>
    endpoints().some(({ name, class: where }) => name === route && where !== 'local');
  return {
    choices: (role) => routeChoices(role, endpoints()),
    choose: (role, chosen, facts) => chooseRoute(role, chosen, facts, world()),
    chooseHard: (facts) => {
      const rule = ruleFor('hard', facts, world());
      return rule && { route: rule.endpoint, reasons: [`a rule of yours asks ${rule.endpoint} then`] };
    },
    model: (route) => {
      const endpoint = endpoints().find(({ name }) => name === route);
      return endpoint === undefined ? null : endpointChatModel(client(endpoint), gate);
    },
    leaves,
    denies: (route) => {
      const globs = deny();
      if (!leaves(route) || globs.length === 0) return null;
      const list = new DenyList(globs);
      return (path) => list.denies(path);
    },
  };
}
