import type { Conversation } from '../../core/chat/conversation.ts';
import type { ChatModel } from '../../core/chat/ports.ts';
import { hasUnknownFiles } from '../../core/chat/turn/earlier.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Routes } from '../endpoints/routes.ts';

/** Where a conversation is shown, and what may be sent from there. */
export interface ShownIn {
  /** Names the workspace of this window, or null. */
  readonly workspaceId: string | null;
  readonly routes: Pick<Routes, 'leaves' | 'denies'>;
}

/**
 * Why a question of a conversation may not be asked of a route that leaves this machine, in a sentence; null: it may, as
 * far as the conversation goes. Consent and the deny list are a workspace's own, and say nothing of another one's text;
 * and of text that nobody knows the files of, the deny list says nothing either.
 */
export function whyItStays(
  conversation: Conversation,
  questionId: string,
  route: string,
  { workspaceId, routes }: ShownIn,
): string | null {
  if (!routes.leaves(route)) return null;
  if (conversation.workspace !== workspaceId) {
    return conversation.workspace === null
      ? `This chat was begun without a workspace: ask ${route} in a new chat, or ask the local model.`
      : `This chat belongs to another workspace: open it there to ask ${route}, or ask the local model.`;
  }
  if (conversation.entered === true) {
    return `This chat was gone on with in another workspace, whose text may be in it: ask ${route} in a new chat, or ask the local model.`;
  }
  if (routes.denies(route) === null || !hasUnknownFiles(conversation, questionId)) return null;
  return `Nothing was sent to ${route}: this chat has changes, problems or files whose paths were not saved with it, so the deny list (hearth.routing.deny) can't be checked. Ask in a new chat, or ask the local model.`;
}

/** A model that is sent nothing: it refuses with this sentence before anything is gathered for it. */
export function refusing({ route }: ChatModel, why: string): ChatModel {
  const refuse = (): Promise<never> => Promise.reject(new EndpointError('forbidden', why));
  return { route, describe: refuse, countPrompt: refuse, countTexts: refuse, answer: refuse };
}
