import type { ChatModel } from '../core/chat/ports.ts';
import { localRoute } from '../core/endpoints/routing.ts';
import { Engines } from '../engine/engines.ts';
import { localChatModel } from '../host/chat/localChatModel.ts';
import { printNote } from './output.ts';
import { engineOptions, starterPath, type Session } from './session.ts';

export interface LocalModelOptions {
  /** The file that `--model` names. */
  readonly model: string | null;
  readonly verbose: boolean;
  /** Whether what is wrong with its chat template is said by its answers; else it is noted once. */
  readonly answersSayLimitation?: boolean;
}

/** The local model of a command, and the engines behind it, which are loaded when they are first needed. */
export class LocalModel {
  readonly #load: () => Promise<Engines | null>;
  #engines: Promise<Engines | null> | null = null;

  constructor(options: LocalModelOptions, session: Pick<Session, 'stateFolder'>) {
    this.#load = () => loadChatEngines(options, session);
  }

  /** The model, loaded, or one that says that none chats; rejects where it can't be loaded. */
  async loaded(): Promise<ChatModel> {
    this.#engines ??= this.#load();
    const engines = await this.#engines;
    return engines === null ? noChatModel : localChatModel(engines, { starterPath });
  }

  /** The same as a model that is loaded when somebody first wants to know what it is. */
  onDemand(): ChatModel {
    let model = noChatModel;
    return {
      route: localRoute,
      describe: async (signal) => {
        model = await this.loaded();
        return model.describe(signal);
      },
      countPrompt: (messages, tools) => model.countPrompt(messages, tools),
      countTexts: (texts) => model.countTexts(texts),
      answer: (query, call) => model.answer(query, call),
    };
  }

  async stop(): Promise<void> {
    const engines = await this.#engines?.catch(() => null);
    await engines?.stop();
  }
}

/** The engine with the model, or null where none chats. Rejects where it can't be loaded. */
async function loadChatEngines(
  options: LocalModelOptions,
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
  route: localRoute,
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
