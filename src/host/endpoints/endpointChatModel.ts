import type { ChatCall, ChatModel, NoChatModel } from '../../core/chat/ports.ts';
import type {
  ChatAnswer,
  ChatEvent,
  ChatMessage,
  ChatModelDescription,
  ChatQuery,
  SentAway,
} from '../../core/chat/types.ts';
import { unitsPerToken } from '../../core/context/items.ts';
import { costOf, estimateTokens, promptTokens, textsOf } from '../../core/endpoints/cost.ts';
import { EndpointError, leavesRoom, type EndpointErrorCode } from '../../core/endpoints/errors.ts';
import type { EndpointClient } from '../../core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../core/endpoints/types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import type { Cleared, GateRedactor, OutgoingGate } from './gate.ts';

/** Window of a server that does not say its own: small enough for any that is in use. */
const unknownWindow = 8192;

/** Of a window where tokens are estimated: servers refuse a prompt and an answer that may together be longer than it. */
const estimatedShare = 0.9;

/** Failures before which nothing left. */
const unsent: ReadonlySet<EndpointErrorCode> = new Set(['unreachable', 'forbidden']);

/**
 * An endpoint as a model that chats. `describe` rejects with EndpointError where nobody is there at present, so that
 * another model can be asked, and where nothing may be sent; whatever else is wrong is why there is no model.
 */
export function endpointChatModel(client: EndpointClient, gate: OutgoingGate): ChatModel {
  return new EndpointChatModel(client, gate);
}

class EndpointChatModel implements ChatModel {
  readonly route: string;
  readonly #client: EndpointClient;
  readonly #gate: OutgoingGate;
  #ability: EndpointAbility | null = null;

  constructor(client: EndpointClient, gate: OutgoingGate) {
    this.route = client.endpoint.name;
    this.#client = client;
    this.#gate = gate;
  }

  async describe(signal: AbortSignal): Promise<ChatModelDescription | NoChatModel> {
    const { endpoint } = this.#client;
    this.#gate.check(endpoint);
    try {
      this.#ability = await this.#client.ability(signal);
    } catch (error) {
      if (error instanceof EndpointError && (leavesRoom(error.code) || error.code === 'cancelled'))
        throw error;
      return { code: 'engine', message: sentenceOf(error) };
    }
    if (!this.#ability.chat) {
      // Another model may be loaded there by the next question.
      this.#client.forget();
      const message = `${this.#ability.model} of ${endpoint.name} does not chat: choose another model of it in hearth.endpoints.`;
      return { code: 'no-chat-model', message };
    }
    return this.#description(endpoint, this.#ability);
  }

  async countPrompt(messages: readonly ChatMessage[], tools: ChatQuery['tools']): Promise<number> {
    const counts = await this.countTexts(messages.flatMap(textsOf));
    const texts = counts.reduce((sum, count) => sum + count, 0);
    return promptTokens(texts, messages.length, tools);
  }

  async countTexts(texts: readonly string[]): Promise<readonly number[]> {
    if (this.#counts) {
      const counts = await this.#client.countTokens(texts, AbortSignal.timeout(countMs)).catch(() => null);
      if (counts !== null) return counts;
    }
    return texts.map(estimateTokens);
  }

  async answer(query: ChatQuery, call: ChatCall): Promise<ChatAnswer> {
    const { endpoint } = this.#client;
    const leaving = {
      ...{ endpoint, query, model: this.#ability?.model ?? endpoint.model, places: call.places ?? [] },
      purpose: call.priority ?? 'chat',
    };
    const cleared = await this.#gate.clear(leaving, call.signal);
    const restored = new Restored(cleared.redactor, call.onEvent);
    const asked = { signal: call.signal, about: cleared.about };
    let units = 0;
    const onEvent = (event: ChatEvent): void => {
      units += unitsOf(event);
      restored.take(event);
    };
    try {
      const answer = await this.#client.chat(cleared.query, { ...asked, onEvent });
      const whole = { ...answer, ...restoredAnswer(answer, cleared.redactor) };
      if (endpoint.class === 'local') return whole;
      return { ...whole, sent: sentOf(endpoint, answer.tokens, cleared) };
    } catch (error) {
      if (endpoint.class !== 'local' && error instanceof EndpointError && !unsent.has(error.code)) {
        error.sent = sentBefore(error, endpoint, units, cleared);
      }
      throw error;
    } finally {
      // What came before a failure stays.
      restored.end();
    }
  }

  /** Whether the server counts tokens; counting elsewhere would send the text before anybody agreed. */
  get #counts(): boolean {
    return this.#ability?.counts === true && this.#client.endpoint.class === 'local';
  }

  #description(endpoint: Endpoint, ability: EndpointAbility): ChatModelDescription {
    const windows = [endpoint.contextTokens, ability.contextTokens].filter((tokens) => tokens !== null);
    const window = windows.length === 0 ? unknownWindow : Math.min(...windows);
    return {
      name: ability.model,
      fingerprint: `endpoint ${endpoint.address} ${ability.model}`,
      contextTokens: this.#counts ? window : Math.floor(estimatedShare * window),
      template: 'model',
      limitation: null,
      // With a question for each request, each call of a tool would be asked about.
      tools: ability.tools && this.#gate.granted(endpoint),
      thinking: ability.thinking,
      ...(ability.prefill ? {} : { prefill: false as const }),
    };
  }
}

/** Time to count texts, which a busy server may need; then they are estimated. */
const countMs = 10_000;

/** Passes events on with the secrets that their placeholders stand for. */
class Restored {
  readonly #redactor: GateRedactor | null;
  readonly #onEvent: (event: ChatEvent) => void;
  #kind: 'text' | 'reasoning' = 'text';
  #restorer: ReturnType<GateRedactor['restorer']> | null = null;

  constructor(redactor: GateRedactor | null, onEvent: (event: ChatEvent) => void) {
    this.#redactor = redactor;
    this.#onEvent = onEvent;
  }

  take(event: ChatEvent): void {
    if (this.#redactor === null || event.kind === 'prefill') return this.#onEvent(event);
    if (event.kind === 'tool-call') {
      this.end();
      const call = { ...event.call, arguments: this.#redactor.restoreJson(event.call.arguments) };
      return this.#onEvent({ kind: 'tool-call', call });
    }
    if (event.kind !== this.#kind) this.end();
    this.#kind = event.kind;
    this.#restorer ??= this.#redactor.restorer();
    this.#give(this.#restorer.push(event.text));
  }

  /** Gives what was held back because it could have become a placeholder. */
  end(): void {
    const rest = this.#restorer?.end() ?? '';
    this.#restorer = null;
    this.#give(rest);
  }

  #give(text: string): void {
    if (text !== '') this.#onEvent({ kind: this.#kind, text });
  }
}

function restoredAnswer(
  { text, reasoning, toolCalls }: ChatAnswer,
  redactor: GateRedactor | null,
): Pick<ChatAnswer, 'text' | 'reasoning' | 'toolCalls'> {
  if (redactor === null) return { text, reasoning, toolCalls };
  return {
    text: redactor.restore(text),
    reasoning: redactor.restore(reasoning),
    toolCalls: toolCalls.map((call) => ({ ...call, arguments: redactor.restoreJson(call.arguments) })),
  };
}

function sentOf(
  { price }: Endpoint,
  tokens: Pick<ChatAnswer['tokens'], 'prompt' | 'generated'>,
  { about }: Pick<Cleared, 'about'>,
): SentAway {
  return { redactions: about.redactions, dollars: price === null ? null : costOf(price, tokens) };
}

/** What was sent for an answer that failed after so much of it; a request that was refused at once costs nothing. */
function sentBefore(error: EndpointError, endpoint: Endpoint, units: number, cleared: Cleared): SentAway {
  const refused = error.status !== null && units === 0;
  const tokens = { prompt: cleared.about.tokens, generated: Math.ceil(units / unitsPerToken) };
  return sentOf(endpoint, refused ? { prompt: 0, generated: 0 } : tokens, cleared);
}

/** UTF-16 units that the model wrote for an event. */
function unitsOf(event: ChatEvent): number {
  if (event.kind === 'prefill') return 0;
  return event.kind === 'tool-call' ? event.call.arguments.length : event.text.length;
}
