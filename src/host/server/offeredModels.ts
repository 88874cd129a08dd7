import path from 'node:path';
import type { ChatAnswer, ChatEvent, ChatQuery } from '../../core/chat/types.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import type { EngineClient } from '../../engine/client.ts';
import type { Engines } from '../../engine/engines.ts';
import type { CompleteParams, CompleteResult, LoadedModel } from '../../engine/protocol.ts';
import type { Embeddings } from '../../engine/servedProtocol.ts';
import { isForChat, isSameFile } from '../chat/localChatModel.ts';
import { Refusal } from './refusal.ts';

/** A model that other programs may ask: one of those that Hearth is set to use. */
export interface OfferedModel {
  /** Names it in requests: its file's name without `.gguf`. */
  readonly id: string;
  readonly roles: readonly ModelRole[];
  /** What it is; null where it was not loaded yet. */
  readonly facts: LoadedModel | null;
  /** Whether it is in memory now. */
  readonly loaded: boolean;
}

/** Who may stop a request. */
export interface OfferedCall {
  readonly signal: AbortSignal;
}

/** The models behind the server. Methods that ask one load it if need be, and reject with EngineError or Refusal. */
export interface OfferedModels {
  /** That of completions first; one where a model has both roles. */
  list(): readonly OfferedModel[];
  /** What the model of a role is. */
  load(role: ModelRole, signal: AbortSignal): Promise<LoadedModel>;
  /** Refuses a model that was not made to chat. */
  checkChat(role: ModelRole, model: LoadedModel): void;
  /** Tokens that a prompt and its answer may have together. */
  contextTokens(model: LoadedModel): number;
  chat(
    role: ModelRole,
    query: ChatQuery,
    call: OfferedCall & { readonly onEvent: (event: ChatEvent) => void },
  ): Promise<ChatAnswer>;
  /** `onText` gets all text so far. */
  complete(
    role: ModelRole,
    params: CompleteParams,
    call: OfferedCall & { readonly onText: (text: string) => void },
  ): Promise<CompleteResult>;
  embed(role: ModelRole, texts: readonly string[], call: OfferedCall): Promise<Embeddings>;
}

export interface OfferedModelsParts {
  readonly engines: Pick<Engines, 'of' | 'shared' | 'chatChosen' | 'chatModelPath'>;
  /** Path of the model that completes. */
  readonly completionPath: () => string;
  /** Tokens that a context of chat may have at most. */
  readonly chatContextTokens: () => number;
  /** The model that ships with Hearth, which only completes; null where there is none. */
  readonly starterPath: string | null;
}

/** What other programs ask stands back for all that the user asks here. */
const asked = { priority: 'server', deadlineMs: 0 } as const;

/** The engines' models, as other programs see them. */
export function offeredModels(parts: OfferedModelsParts): OfferedModels {
  const { engines, starterPath, completionPath, chatContextTokens } = parts;
  const isStarter = (file: string): boolean => starterPath !== null && isSameFile(file, starterPath);
  const pathOf = (role: ModelRole): string => (role === 'chat' ? engines.chatModelPath : completionPath());
  return {
    list: () => listed(engines, pathOf, isStarter),
    load: (role, signal) => engines.of(role).chat.model(signal),
    checkChat: (role, { name, chat }) => {
      const chosen = role === 'chat' && engines.chatChosen;
      if (!isStarter(pathOf(role)) && isForChat(chosen, chat)) return;
      throw new Refusal(
        400,
        `The model ${name} only completes code: choose a model for chat in Hearth (the setting hearth.model.chat, or --model of "hearth serve").`,
        { param: 'model', code: 'unsupported_value' },
      );
    },
    contextTokens: ({ trainedTokens }) => Math.min(chatContextTokens(), trainedTokens),
    chat: (role, query, call) => engines.of(role).chat.answer(query, { ...call, priority: asked.priority }),
    complete: (role, params, call) => engines.of(role).complete(params, { ...call, ...asked }),
    embed: (role, texts, { signal }) => engines.of(role).embed(texts, signal),
  };
}

function listed(
  engines: OfferedModelsParts['engines'],
  pathOf: (role: ModelRole) => string,
  isStarter: (file: string) => boolean,
): readonly OfferedModel[] {
  const entry = (role: ModelRole, roles: readonly ModelRole[]): OfferedModel => ({
    id: path.basename(pathOf(role)).replace(/\.gguf$/i, ''),
    roles,
    ...factsOf(engines.of(role)),
  });
  if (!engines.shared) return [entry('completion', ['completion']), entry('chat', ['chat'])];
  const file = pathOf('completion');
  return [entry('completion', isStarter(file) ? ['completion'] : ['completion', 'chat'])];
}

function factsOf({ state }: Pick<EngineClient, 'state'>): Pick<OfferedModel, 'facts' | 'loaded'> {
  const known = state.kind === 'ready' || state.kind === 'unloaded';
  return { facts: known ? state.model : null, loaded: state.kind === 'ready' };
}
