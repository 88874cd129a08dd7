import { localRoute, type RouteChoice } from './routing.ts';
import type { Endpoint, EndpointClass } from './types.ts';

/** Where an answer comes from, in words that go on behind a name; null: the model on this machine. */
export function routePlace(where: EndpointClass | null): string {
  switch (where) {
    case null:
      return 'the model on this machine';
    case 'local':
      return 'a server on this machine';
    case 'own-network':
      return 'in your own network';
    case 'cloud':
      return 'outside of your network';
  }
}

/** What an endpoint is sent without a question after "always", a few words each, by its roles. */
export function alwaysSends({ roles }: Pick<Endpoint, 'roles'>): readonly string[] {
  const has = (role: 'chat' | 'refactor'): boolean => roles.includes(role) || roles.includes('hard');
  return [
    ...(has('chat') ? ['questions of the chat, and the tools that are called for them'] : []),
    ...(has('refactor') ? ['refactors'] : []),
    ...(roles.includes('completion') ? ['what you type, with the code around it'] : []),
  ];
}

/** What a button that asks somebody says. */
export function askWords({ route, label }: Pick<RouteChoice, 'route' | 'label'>): string {
  return route === localRoute ? 'Ask the local model' : `Ask ${label}`;
}

/** Reasons, a few words each, as one sentence; '' for none. */
export function reasonsSentence(reasons: readonly string[]): string {
  const words = reasons.join('; ');
  return words === '' ? '' : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
