import path from 'node:path';
import type { ChatModel, NoChatModel } from '../../core/chat/ports.ts';
import type { ChatModelDescription } from '../../core/chat/types.ts';
import type { Engines } from '../../engine/engines.ts';
import { asEngineError } from '../../engine/errors.ts';
import type { ChatAbility } from '../../engine/protocol.ts';

export interface LocalChatModelParts {
  /** The model that ships with Hearth, which only completes; null where there is none. */
  readonly starterPath: string | null;
}

const toDo = 'choose a model for chat in the view Models, or with the setting hearth.model.chat.';

/** The model on this machine that chats: chat's own, or that of completions where it can. */
export function localChatModel(
  engines: Pick<
    Engines,
    'chat' | 'chatChosen' | 'chatModelPath' | 'countChat' | 'countChatTexts' | 'loadChat' | 'prepareChat'
  >,
  { starterPath }: LocalChatModelParts,
): ChatModel {
  return {
    route: 'local',
    async describe(signal) {
      const { chatChosen, chatModelPath } = engines;
      if (starterPath !== null && isSameFile(chatModelPath, starterPath)) {
        return none(`The starter model only completes code: ${toDo}`);
      }
      try {
        return await describe(engines, chatChosen, signal);
      } catch (error) {
        const { code, message } = asEngineError(error);
        if (code === 'cancelled') throw error;
        return { code: 'engine', message };
      }
    },
    countPrompt: (messages, tools) => engines.countChat(messages, tools),
    countTexts: (texts) => engines.countChatTexts(texts),
    answer: (query, call) => engines.chat(query, call),
  };
}

async function describe(
  engines: Pick<Engines, 'loadChat' | 'prepareChat'>,
  chosen: boolean,
  signal: AbortSignal,
): Promise<ChatModelDescription | NoChatModel> {
  // Whether it chats is known before memory is taken for a conversation.
  const { name, chat } = await engines.loadChat(signal);
  if (!isForChat(chosen, chat)) {
    return none(`The completion model ${name} was not made to chat: ${toDo}`);
  }
  const { model, contextTokens } = await engines.prepareChat(signal);
  return { name: model.name, fingerprint: model.fingerprint, contextTokens, ...model.chat };
}

/** Whether a model is taken to chat: where it was `chosen` for that, else where it was made for it. */
export function isForChat(chosen: boolean, { template }: Pick<ChatAbility, 'template'>): boolean {
  return chosen || template === 'model';
}

/** Whether two paths name the same file. */
export function isSameFile(one: string, other: string): boolean {
  return path.resolve(one) === path.resolve(other);
}

function none(message: string): NoChatModel {
  return { code: 'no-chat-model', message };
}
