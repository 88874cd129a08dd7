import { globPattern } from '../refactor/runner/glob.ts';
import type { Endpoint, EndpointClass, EndpointRole } from './types.ts';

/** The route of the model on this machine. */
export const localRoute = 'local';

/** A rule of the user's: what fits it is asked there. */
export interface RouteRule {
  readonly endpoint: string;
  /** Language ids and globs of paths that it is for; none: all. */
  readonly languages: readonly string[];
  readonly folders: readonly string[];
  /** `always`: at once; `hard`: where the local model could not answer. */
  readonly when: 'always' | 'hard';
}

/** What a question is about, as far as rules look at it. */
export interface RouteFacts {
  /** Language id and path of the file that it is asked in; null for none. */
  readonly language: string | null;
  readonly path: string | null;
}

/** What is asked in no file. */
export const noFacts: RouteFacts = { language: null, path: null };

/** Who is asked, and why, a few words each; no reasons for what nobody chose. */
export interface Route {
  readonly route: string;
  readonly reasons: readonly string[];
}

/** Somebody who may be asked, for a list. */
export interface RouteChoice {
  readonly route: string;
  /** As people read it. */
  readonly label: string;
  /** Null for the local model. */
  readonly class: EndpointClass | null;
  /** Whether it answers where nobody chooses. */
  readonly usual: boolean;
}

export interface RouteWorld {
  readonly endpoints: readonly Endpoint[];
  readonly rules: readonly RouteRule[];
  /** Whether a path may never leave. */
  readonly denies: (path: string) => boolean;
  /** Whether the workspace has several folders: a path begins with its folder's name then. */
  readonly severalFolders?: boolean;
}

/**
 * Who is asked a question of chat, or a refactor: whoever was `chosen`; else the first rule that fits, unless the file
 * may never leave this machine; else the endpoint that has the role; else the local model.
 */
export function chooseRoute(
  role: Extract<EndpointRole, 'chat' | 'refactor'>,
  chosen: string | null,
  facts: RouteFacts,
  world: RouteWorld,
): Route {
  const { endpoints } = world;
  if (chosen === localRoute || endpoints.some(({ name }) => name === chosen)) {
    return { route: chosen ?? localRoute, reasons: [] };
  }
  const rule = ruleFor('always', facts, world);
  if (rule !== null) return { route: rule.endpoint, reasons: [ruleReason(rule, facts)] };
  const engine = endpoints.find(({ roles }) => roles.includes(role));
  return { route: engine?.name ?? localRoute, reasons: [] };
}

/** The first rule of a kind that fits; none for what may never leave this machine, but to a server on it. */
export function ruleFor(
  when: RouteRule['when'],
  facts: RouteFacts,
  { rules, endpoints, denies, severalFolders = false }: RouteWorld,
): RouteRule | null {
  const denied = facts.path !== null && denies(facts.path);
  return (
    rules.find((rule) => {
      const endpoint = endpoints.find(({ name }) => name === rule.endpoint);
      if (endpoint === undefined || (denied && endpoint.class !== 'local')) return false;
      return rule.when === when && fits(rule, facts, severalFolders);
    }) ?? null
  );
}

/** Who may be asked by a click, for a role: the local model, its engine, and those for hard questions. */
export function routeChoices(
  role: Extract<EndpointRole, 'chat' | 'refactor'>,
  endpoints: readonly Endpoint[],
): readonly RouteChoice[] {
  const some = endpoints.filter(({ roles }) => roles.includes(role) || roles.includes('hard'));
  const usual = endpoints.find(({ roles }) => roles.includes(role))?.name ?? localRoute;
  return [
    { route: localRoute, label: 'Local', class: null, usual: usual === localRoute },
    ...some.map((endpoint) => ({
      ...{ route: endpoint.name, label: endpoint.name, class: endpoint.class },
      usual: endpoint.name === usual,
    })),
  ];
}

function fits(
  { languages, folders }: RouteRule,
  { language, path }: RouteFacts,
  severalFolders: boolean,
): boolean {
  if (languages.length > 0 && (language === null || !languages.includes(language))) return false;
  if (folders.length === 0) return true;
  if (path === null) return false;
  const paths = severalFolders ? [path, path.slice(path.indexOf('/') + 1)] : [path];
  return folders.some((glob) => {
    const bare = glob.replace(/^\/+|\/+$/g, '');
    const patterns = [bare, `${bare}/**`].map(globPattern);
    return patterns.some((pattern) => paths.some((one) => pattern?.test(one) === true));
  });
}

/** Whether a glob of a rule's folders can be read. */
export function isFolderGlob(glob: string): boolean {
  return globPattern(glob) !== null;
}

function ruleReason({ endpoint, languages, folders }: RouteRule, { language, path }: RouteFacts): string {
  const about = [...(languages.length > 0 ? [language] : []), ...(folders.length > 0 ? [path] : [])];
  return about.length === 0
    ? `a rule of yours sends everything to ${endpoint}`
    : `a rule of yours sends ${about.join(' in ')} to ${endpoint}`;
}
