import * as vscode from 'vscode';
import { answerReserve } from '../../core/chat/window.ts';
import type { Engines } from '../../engine/engines.ts';
import { isForChat } from '../../host/chat/localChatModel.ts';
import { signalOf } from '../cancellation.ts';
import type { ChatCore } from '../chat/chatCore.ts';
import { knownModel, modelName } from '../chat/modelStatus.ts';
import type { ModelWatch } from '../chat/modelWatch.ts';
import { readSettings } from '../settings.ts';
import { chatMessages, type RequestMessage, type RequestPart } from './requestMessages.ts';
import { offeredTools } from '../../core/chat/requestTools.ts';

export interface HearthModelsParts {
  readonly engines: Engines;
  readonly core: () => ChatCore;
  readonly watch: Pick<ModelWatch, 'modelPath' | 'onDidChange'>;
}

/** The model that chats, for VS Code's own chat and for other extensions. */
export class HearthModels implements vscode.LanguageModelChatProvider, vscode.Disposable {
  readonly #parts: HearthModelsParts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  readonly #endings: (() => void)[];
  #told: string | null = null;
  /** Tokens of the model's window, once it was asked for the first time. */
  #window: { readonly fingerprint: string; readonly tokens: number } | null = null;

  constructor(parts: HearthModelsParts) {
    this.#parts = parts;
    const refresh = (): void => this.#refresh();
    const watching = parts.watch.onDidChange(refresh);
    // VS Code asks nobody for models before it is told of a change.
    const soon = setImmediate(refresh);
    this.#endings = [() => void watching.dispose(), () => clearImmediate(soon)];
  }

  provideLanguageModelChatInformation(): vscode.LanguageModelChatInformation[] {
    const { engines, watch } = this.#parts;
    const file = watch.modelPath;
    if (file === null) return [];
    const model = knownModel(engines.of('chat').state);
    if (model !== null && !isForChat(engines.chatChosen, model.chat)) return [];
    const { settings } = readSettings();
    const known =
      this.#window !== null && this.#window.fingerprint === model?.fingerprint ? this.#window : null;
    const contextTokens = known?.tokens ?? settings['chat.contextTokens'];
    const answer = answerReserve(contextTokens, settings['chat.maxTokens']);
    return [
      {
        id: 'hearth-chat',
        name: modelName(file, model),
        family: 'hearth',
        version: '1',
        detail: 'Hearth, on this machine',
        tooltip: 'Runs on this machine; nothing leaves it.',
        maxInputTokens: contextTokens - answer,
        maxOutputTokens: answer,
        // Until it is loaded nobody knows; calls that it can't make would only be left out.
        capabilities: { toolCalling: model?.chat.tools ?? true, imageInput: false },
      },
    ];
  }

  async provideLanguageModelChatResponse(
    _model: vscode.LanguageModelChatInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { model } = this.#parts.core();
    const { settings } = readSettings();
    const signal = signalOf(token);
    const description = await model.describe(signal);
    if ('code' in description) throw vscode.LanguageModelError.NotFound(description.message);
    this.#window = { fingerprint: description.fingerprint, tokens: description.contextTokens };
    this.#refresh();
    const { definitions, input } = offeredTools(description.tools ? (options.tools ?? []) : []);
    const query = {
      messages: chatMessages(messages.map(requestMessage)),
      tools: definitions,
      maxTokens: Math.min(settings['chat.maxTokens'], description.contextTokens),
      temperature: numberOf(options.modelOptions?.['temperature']) ?? settings['chat.temperature'],
      seed: 0,
      thinking: settings['chat.thinking'] && description.thinking,
    };
    try {
      await model.answer(query, {
        signal,
        onEvent: (event) => {
          if (event.kind === 'text') progress.report(new vscode.LanguageModelTextPart(event.text));
          if (event.kind !== 'tool-call') return;
          const { id, name, arguments: text } = event.call;
          const args = input(name, text);
          // A call that can't be read must not be run with other arguments; whoever asked sees what the model wrote.
          progress.report(
            args === null
              ? new vscode.LanguageModelTextPart(`${name}(${text})`)
              : new vscode.LanguageModelToolCallPart(id, name, args),
          );
        },
      });
    } catch (error) {
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      throw error;
    }
  }

  async provideTokenCount(
    _model: vscode.LanguageModelChatInformation,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    const { model } = this.#parts.core();
    if (typeof text !== 'string') return model.countPrompt(chatMessages([requestMessage(text)]), []);
    const [count = 0] = await model.countTexts([text]);
    return count;
  }

  dispose(): void {
    for (const end of this.#endings) end();
    this.#changed.dispose();
  }

  /** Tells VS Code when the model is another one, or more is known of it. */
  #refresh(): void {
    const { state } = this.#parts.engines.of('chat');
    const key = JSON.stringify([
      this.#parts.watch.modelPath,
      state.kind === 'ready' ? state.model.fingerprint : null,
      readSettings().settings['chat.contextTokens'],
      this.#window,
    ]);
    if (key === this.#told) return;
    this.#told = key;
    this.#changed.fire();
  }
}

function requestMessage({ role, content }: vscode.LanguageModelChatRequestMessage): RequestMessage {
  const { User, Assistant } = vscode.LanguageModelChatMessageRole;
  return {
    role: role === Assistant ? 'assistant' : role === User ? 'user' : 'system',
    parts: content.flatMap(requestPart),
  };
}

/** Pictures and what is newer than this are left out: the model could not take them. */
function requestPart(part: unknown): RequestPart[] {
  if (part instanceof vscode.LanguageModelTextPart) return [{ kind: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart)
    return [{ kind: 'call', id: part.callId, name: part.name, input: part.input }];
  if (part instanceof vscode.LanguageModelToolResultPart) {
    const text = part.content
      .map((one) => (one instanceof vscode.LanguageModelTextPart ? one.value : ''))
      .join('');
    return [{ kind: 'result', id: part.callId, text }];
  }
  return [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(2, Math.max(0, value)) : null;
}
