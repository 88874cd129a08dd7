import type { Attachment } from '../../core/chat/context.ts';
import type { Conversation, UserMessage } from '../../core/chat/conversation.ts';
import type { TurnEvent, TurnParts } from '../../core/chat/turn/parts.ts';
import { runTurn } from '../../core/chat/turn/turn.ts';
import { offerFor } from '../../core/endpoints/offer.ts';
import { localRoute, type Route, type RouteFacts } from '../../core/endpoints/routing.ts';
import { attachmentsWithout, withoutDenied } from '../endpoints/denied.ts';
import type { Routes } from '../endpoints/routes.ts';
import { refusing, whyItStays } from './staysHere.ts';

/** What answers of one question are made with. */
export interface RoutedParts {
  /** With the local model. */
  readonly parts: TurnParts;
  /** Endpoints that may answer instead; null for none. */
  readonly routes: Routes | null;
  /** Names the workspace of this window, or null. */
  readonly workspaceId: string | null;
  /** What could not be attached to the question, a sentence each. */
  readonly problems: readonly string[];
  readonly newId: () => string;
  /** The conversation as it is; null where it was closed. */
  readonly conversation: () => Conversation | null;
  /** Takes an event of the conversation of that id. */
  readonly emit: (id: string, event: TurnEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Has a question answered by the route that was `chosen`, or by that of the rules; null: nobody chose. Where the local
 * model could not answer and a rule says so, an endpoint writes another answer. Gives a sentence where nobody is asked.
 */
export async function answerByRoute(
  question: UserMessage,
  chosen: string | null,
  routed: RoutedParts,
): Promise<string | null> {
  const { routes, conversation, signal } = routed;
  const facts = routeFacts(question.attachments);
  const route = routes?.choose('chat', chosen, facts) ?? { route: localRoute, reasons: [] };
  if (chosen !== null && route.route !== chosen) {
    return `There is no endpoint ${JSON.stringify(chosen)} any more: choose another one beside the box.`;
  }
  const id = await answer(question, route, { ...routed, fallback: { chosen: chosen !== null } });
  const written = conversation()?.messages.get(id);
  if (chosen !== null || signal.aborted || written?.role !== 'assistant') return null;
  const offer = offerFor(written);
  const hard = offer === null ? null : (routes?.chooseHard(facts) ?? null);
  // Whoever was asked first and could not be reached is not asked again.
  if (offer === null || hard === null || hard.route === route.route) return null;
  // Nobody asked for an answer that can only say why it is none.
  if (refusalOf(question, hard.route, routed) !== null) return null;
  const reasons = [...offer.reasons, ...hard.reasons];
  // The local model has just failed.
  await answer(question, { ...hard, reasons }, { ...routed, problems: [], fallback: null });
  return null;
}

interface AnswerParts extends RoutedParts {
  /** Whether the local model answers where an endpoint gives nothing; null: it does not. */
  readonly fallback: { readonly chosen: boolean } | null;
}

/** Why the conversation may not be sent to a route, in a sentence; null: it may. */
function refusalOf(
  { id }: UserMessage,
  route: string,
  { routes, workspaceId, conversation }: RoutedParts,
): string | null {
  const now = conversation();
  return now === null || routes === null ? null : whyItStays(now, id, route, { routes, workspaceId });
}

/** Has one answer written; gives its id. */
async function answer(
  userMessage: UserMessage,
  { route, reasons }: Route,
  routed: AnswerParts,
): Promise<string> {
  const { parts, routes, problems, newId, conversation, emit, signal, fallback } = routed;
  const answerId = newId();
  const now = conversation();
  if (now === null) return answerId;
  const endpoint = route === localRoute ? null : (routes?.model(route) ?? null);
  const denies = endpoint === null ? null : (routes?.denies(route) ?? null);
  const attachments =
    denies === null ? userMessage.attachments : await attachmentsWithout(userMessage.attachments, denies);
  const asked = { userMessage, answerId, problems };
  const question = { ...asked, userMessage: { ...userMessage, attachments } };
  const instead = fallback && { fallback: { ...fallback, parts: { parts, question: asked } } };
  const refusal = refusalOf(userMessage, route, routed);
  const asks = endpoint === null || refusal === null ? endpoint : refusing(endpoint, refusal);
  const model = asks === null ? {} : { model: asks, routeReasons: reasons, ...instead };
  const made = { ...withoutDenied(parts, denies), ...model };
  await runTurn(made, now, question, signal, (event) => emit(now.id, event));
  return answerId;
}

/** What rules may look at: the first file that goes with a question. */
function routeFacts(attachments: readonly Attachment[]): RouteFacts {
  const file = attachments.find(({ place }) => place !== null);
  return { language: file?.language ?? null, path: file?.place?.path ?? null };
}
