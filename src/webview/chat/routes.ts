import type { RouteStatus, ShownMessage } from '../../core/chat/view.ts';
import { localRoute, type RouteChoice } from '../../core/endpoints/routing.ts';

/** The picture of where an answer comes from. */
export function routeIcon({ class: where }: Pick<RouteChoice, 'class'>): 'cloud' | 'network' | 'local' {
  if (where === 'cloud') return 'cloud';
  return where === 'own-network' ? 'network' : 'local';
}

/** The one who answers the next question; where it is gone, what is known of it. */
export function nextChoice({ choices, next }: RouteStatus): RouteChoice {
  return (
    choices.find(({ route }) => route === next.route) ?? {
      ...{ route: next.route, class: null, usual: false },
      label: next.route === localRoute ? 'Local' : next.route,
    }
  );
}

/** Those who may be asked for an answer beside one, in the order of the list. */
export function otherChoices(
  { choices }: RouteStatus,
  { route }: Pick<ShownMessage, 'route'>,
): readonly RouteChoice[] {
  const asked = route === '' ? localRoute : route;
  return choices.filter((choice) => choice.route !== asked);
}
