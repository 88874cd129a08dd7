import type { RouteStatus, ShownMessage, ToPage } from '../../src/core/chat/view.ts';
import type { RouteChoice } from '../../src/core/endpoints/routing.ts';
import { shownAnswer, shownQuestion } from './shownMessages.ts';

/** The local model and an endpoint of each kind, as the page is told of them. */
export const choices: readonly RouteChoice[] = [
  { route: 'local', label: 'Local', class: null, usual: true },
  { route: 'Workstation', label: 'Workstation', class: 'own-network', usual: false },
  { route: 'Company', label: 'Company', class: 'cloud', usual: false },
];

/** Nothing is chosen and no rule fits. */
export const someRoutes: RouteStatus = { choices, chosen: null, next: { route: 'local', reasons: [] } };

/** A rule sends the next question elsewhere. */
export const ruledRoutes: RouteStatus = {
  ...{ choices, chosen: null },
  next: { route: 'Company', reasons: ['a rule of yours sends typescript in src/shop/cart.ts to Company'] },
};

export const localAnswer: ShownMessage = shownAnswer('a', 'Prices are rounded.');

/** An answer of an endpoint, with what was sent there. */
export const companyAnswer: ShownMessage = shownAnswer('b', 'Prices are rounded in `centsOf`, once.', {
  ...{ route: 'Company', model: 'large-1', siblings: ['a', 'b'] },
  tokens: { prompt: 3_412, reused: 0, evaluated: 3_412, generated: 214 },
  sent: { redactions: 2, dollars: 0.0134 },
  routeReasons: ['most places that the answer names do not exist', 'a rule of yours asks Company then'],
});

/** A conversation with one question and this answer. */
export function answeredWith(answer: ShownMessage): ToPage {
  return {
    ...{ type: 'conversation', id: 'c', title: 'Where are prices rounded?' },
    messages: [shownQuestion('q', 'Where are prices rounded?'), answer],
  };
}
