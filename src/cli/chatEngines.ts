import type { ChatModel } from '../core/chat/ports.ts';
import { Engines } from '../engine/engines.ts';
import { printNote } from './output.ts';
import { engineOptions, starterPath, type Session } from './session.ts';

/**
 * The engine with the model that `--model` names, or null where none chats. What is wrong with its chat template is
 * noted, unless the caller's answers say it. Rejects where it can't be loaded.
 */
export async function loadChatEngines(
  options: {
    readonly model: string | null;
    readonly verbose: boolean;
    readonly answersSayLimitation?: boolean;
  },
  { stateFolder }: Pick<Session, 'stateFolder'>,
): Promise<Engines | null> {
  const { model } = options;
  if (model === null || model === starterPath) return null;
  const { settings, ...chat } = engineOptions(options, stateFolder);
  const engines = new Engines({
    completion: engineOptions({ ...options, model: null }, stateFolder),
    chat,
    chatSettings: settings,
  });
  try {
    const { limitation } = (await engines.loadChat()).chat;
    if (limitation !== null && options.answersSayLimitation !== true) printNote(limitation);
    return engines;
  } catch (error) {
    await engines.stop();
    throw error;
  }
}

/** In the place of a model where none chats. */
export const noChatModel: ChatModel = {
  route: 'local',
  describe: () =>
    Promise.resolve({
      code: 'no-chat-model',
      message:
        'The starter model only completes code: name a model that chats with --model PATH ("hearth models list" shows what there is).',
    }),
  countPrompt: () => Promise.resolve(0),
  countTexts: (texts) => Promise.resolve(texts.map(() => 0)),
  answer: () => Promise.reject(new Error('There is no model.')),
};
