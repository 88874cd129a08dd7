import type { Place } from '../../core/chat/context.ts';
import type { ChatMessage, ChatQuery } from '../../core/chat/types.ts';
import { consentNeed, denyListFor, type StoredConsent } from '../../core/endpoints/consent.ts';
import { costOf, estimateTokens, promptTokens, textsOf } from '../../core/endpoints/cost.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { AskConsent, Outgoing, RedactionCount } from '../../core/endpoints/outgoing.ts';
import type { SentAbout } from '../../core/endpoints/ports.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';

/** What was found in a text, and the text without it. */
export interface Redacted {
  readonly text: string;
  readonly found: readonly {
    readonly kind: string;
    readonly label: string;
    readonly count: number;
    /** What stands in its place. */
    readonly placeholder?: string;
  }[];
}

/** Takes secrets out of texts and puts them back. */
export interface GateRedactor {
  /** Rejects with EndpointError `forbidden` where it can't vouch for a text. */
  redact(text: string): Promise<Redacted>;
  /** The text with the secrets that placeholders stand for. */
  restore(text: string): string;
  /** The same for a text that is JSON, and stays it. */
  restoreJson(text: string): string;
  /** The same for a text that comes in pieces. */
  restorer(): { push(chunk: string): string; end(): string };
}

/** What was said for this workspace; kept where no file of the workspace reaches. */
export interface ConsentStore {
  get(endpoint: Endpoint): StoredConsent;
  set(endpoint: Endpoint, consent: 'always' | 'never'): Promise<void>;
}

export interface GateParts {
  readonly redactor: GateRedactor;
  readonly consents: ConsentStore;
  readonly ask: AskConsent;
  /** Whether the workspace is trusted. */
  readonly trusted: () => boolean;
  /** Globs of paths that are never sent. */
  readonly deny: () => readonly string[];
  /** How to end it where Hearth is set to stay offline, as the end of a sentence; null: it is not. */
  readonly offline?: () => string | null;
}

/** A query that may be sent, as it may be sent. */
export interface Cleared {
  readonly query: ChatQuery;
  readonly about: SentAbout;
  /** Null where nothing was taken out. */
  readonly redactor: GateRedactor | null;
}

/** What is to be sent, by whom, for what. */
export interface Leaving {
  readonly endpoint: Endpoint;
  /** The model there. */
  readonly model: string;
  readonly purpose: 'chat' | 'refactor';
  readonly query: ChatQuery;
  /** Files and lines of the workspace whose text is in it. */
  readonly places: readonly Place[];
}

/**
 * The one way from this machine to an endpoint for a user's text: looks at trust, the deny list and what was agreed,
 * takes secrets out, and shows what would leave to whoever has to agree. What stays on this machine passes as it is.
 */
export class OutgoingGate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Whether an endpoint may be sent things without a question each time. */
  granted(endpoint: Endpoint): boolean {
    return this.#need(endpoint).kind === 'granted';
  }

  /** Whether it hangs on a question to the user whether something is sent there. */
  asks(endpoint: Endpoint): boolean {
    return this.#need(endpoint).kind === 'ask';
  }

  /** Throws EndpointError `forbidden` where nothing may ever be sent there as things are. */
  check(endpoint: Endpoint): void {
    const end = this.#parts.offline?.() ?? null;
    if (end !== null) {
      throw new EndpointError(
        'forbidden',
        `${endpoint.name} is not asked, because Hearth is offline: ${end}`,
      );
    }
    const need = this.#need(endpoint);
    if (need.kind === 'refused') throw new EndpointError('forbidden', need.message);
  }

  /** What may be sent of it; rejects with EndpointError `forbidden`, or `cancelled` where `signal` aborts first. */
  async clear(leaving: Leaving, signal: AbortSignal): Promise<Cleared> {
    const { endpoint, places, purpose, query } = leaving;
    this.check(endpoint);
    if (endpoint.class === 'local') {
      return { query, about: aboutOf(leaving, tokensOf(query), 0), redactor: null };
    }
    this.#checkPlaces(endpoint, places);
    const { redacted, redactions } = await this.#redact(query);
    const tokens = tokensOf(redacted);
    const outgoing = outgoingOf({ ...leaving, query: redacted }, tokens, redactions);
    if (this.#need(endpoint).kind === 'ask') await this.#ask(outgoing, signal);
    // Somebody may have taken the trust back while they looked at it.
    this.check(endpoint);
    if (signal.aborted) throw new EndpointError('cancelled', `Nothing was sent to ${endpoint.name}.`);
    const count = redactions.reduce((sum, one) => sum + one.count, 0);
    const about = aboutOf({ endpoint, places, purpose }, tokens, count);
    return { query: redacted, about, redactor: this.#parts.redactor };
  }

  #need(endpoint: Endpoint) {
    const { trusted, consents } = this.#parts;
    return consentNeed(endpoint, { trusted: trusted(), stored: consents.get(endpoint) });
  }

  #checkPlaces({ name }: Endpoint, places: readonly Place[]): void {
    const list = denyListFor(name, this.#parts.deny());
    const denied = [...new Set(places.map(({ path }) => path).filter((path) => list.denies(path)))];
    if (denied.length === 0) return;
    const which = denied.length > 3 ? `${denied.slice(0, 3).join(', ')} and others` : denied.join(', ');
    throw new EndpointError(
      'forbidden',
      `Nothing was sent to ${name}: this has text of ${which}, which the deny list (hearth.routing.deny) keeps on this machine. Ask without it in a new chat, or ask the local model.`,
    );
  }

  async #ask(outgoing: Outgoing, signal: AbortSignal): Promise<void> {
    const { endpoint } = outgoing;
    const { name } = endpoint;
    const answer = await this.#parts.ask(outgoing, signal);
    if (answer === 'always' || answer === 'never') await this.#parts.consents.set(endpoint, answer);
    if (answer === 'never') {
      throw new EndpointError(
        'forbidden',
        `Nothing was sent to ${name}, and nothing of this workspace will be.`,
      );
    }
    if (answer === 'cancelled') throw new EndpointError('forbidden', `Nothing was sent to ${name}.`);
  }

  async #redact(query: ChatQuery): Promise<{ redacted: ChatQuery; redactions: readonly RedactionCount[] }> {
    const counts = new Map<string, number>();
    const placeholders = new Map<string, string>();
    const redact = async (text: string): Promise<string> => {
      if (text === '') return text;
      const { text: clean, found } = await this.#parts.redactor.redact(text);
      for (const { label, count, placeholder } of found) {
        counts.set(label, (counts.get(label) ?? 0) + count);
        if (placeholder !== undefined) placeholders.set(placeholder, label);
      }
      return clean;
    };
    const messages: ChatMessage[] = [];
    for (const message of query.messages) messages.push(await redactMessage(message, redact));
    const redacted: { -readonly [Field in keyof ChatQuery]: ChatQuery[Field] } = { ...query, messages };
    // A guess of the answer is for engines that speculate, and would have to be cleaned as well.
    delete redacted.expected;
    if (query.answerStart !== undefined) redacted.answerStart = await redact(query.answerStart);
    const placeholdersOf = (label: string): string[] =>
      [...placeholders].flatMap(([placeholder, of]) => (of === label ? [placeholder] : []));
    const redactions = [...counts].map(([label, count]) => ({
      ...{ label, count },
      placeholders: placeholdersOf(label),
    }));
    return { redacted, redactions };
  }
}

async function redactMessage(
  message: ChatMessage,
  redact: (text: string) => Promise<string>,
): Promise<ChatMessage> {
  const { content, reasoning, toolCalls } = message;
  const calls = [];
  for (const call of toolCalls ?? []) calls.push({ ...call, arguments: await redact(call.arguments) });
  return {
    ...message,
    content: await redact(content),
    ...(reasoning === undefined ? {} : { reasoning: await redact(reasoning) }),
    ...(toolCalls === undefined ? {} : { toolCalls: calls }),
  };
}

function tokensOf({ messages, tools }: ChatQuery): number {
  const texts = messages.flatMap(textsOf).reduce((sum, text) => sum + estimateTokens(text), 0);
  return promptTokens(texts, messages.length, tools);
}

function aboutOf(
  { endpoint, places, purpose }: Pick<Leaving, 'endpoint' | 'places' | 'purpose'>,
  tokens: number,
  redactions: number,
): SentAbout {
  return { endpoint: endpoint.name, purpose, places, tokens, redactions };
}

function outgoingOf(
  { endpoint, model, purpose, query, places }: Leaving,
  tokens: number,
  redactions: readonly RedactionCount[],
): Outgoing {
  const { messages, tools, maxTokens, answerStart } = query;
  const { price } = endpoint;
  const shown = messages.map((message) => ({ role: message.role, text: textsOf(message).join('\n') }));
  const start = answerStart === undefined ? [] : [{ role: 'assistant' as const, text: answerStart }];
  const offered =
    tools.length === 0 ? [] : [{ role: 'system' as const, text: JSON.stringify(tools, null, 2) }];
  return {
    ...{ endpoint, model, purpose, places, redactions, tokens },
    messages: [...shown, ...start, ...offered],
    answerTokens: maxTokens,
    cost:
      price === null
        ? null
        : {
            least: costOf(price, { prompt: tokens, generated: 0 }),
            most: costOf(price, { prompt: tokens, generated: maxTokens }),
          },
  };
}
