import type { Place } from '../context.ts';
import type {
  AnswerReason,
  AnswerRequest,
  AnswerStep,
  Conversation,
  ConversationEvent,
} from '../conversation.ts';
import { apply } from '../events.ts';
import type { ChatWorkspace } from '../ports.ts';
import type { ChatAnswer, ToolCall } from '../types.ts';
import { unlessAborted } from './aborted.ts';
import { EndpointError } from '../../endpoints/errors.ts';
import { insteadSentence, type AttemptStage, type InsteadOutcome } from '../../endpoints/fallback.ts';
import { windowSetting } from '../../endpoints/limits.ts';
import { localRoute } from '../../endpoints/routing.ts';
import { sentenceOf } from '../../text/sentence.ts';
import { Accounts } from './accounts.ts';
import { checkCitations } from './checkCitations.ts';
import { stopMessage } from './notes.ts';
import type { Emit, TurnEvent } from './parts.ts';

/** How an answer ended. */
export type End = Pick<Extract<ConversationEvent, { type: 'answered' }>, 'state' | 'reason' | 'message'>;

/** One answer while it comes about: what was emitted of it so far, and what there is to say of it in the end. */
export class Answer {
  readonly id: string;
  readonly #signal: AbortSignal;
  readonly #emitTo: Emit;
  #accounts = new Accounts();
  #conversation: Conversation;
  #given: readonly Place[] = [];
  #notes: readonly string[] = [];
  /** Why the local model was asked in the place of an endpoint; null: it was not. */
  #instead: EndpointError | null = null;
  #over = false;
  /** Something that belongs to the question had no room in the model's window. */
  leftOut = false;

  constructor(id: string, conversation: Conversation, signal: AbortSignal, emit: Emit) {
    this.id = id;
    this.#conversation = conversation;
    this.#signal = signal;
    this.#emitTo = emit;
  }

  /** The conversation with what was emitted. */
  get conversation(): Conversation {
    return this.#conversation;
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  get steps(): readonly AnswerStep[] {
    const answer = this.#conversation.messages.get(this.id);
    return answer?.role === 'assistant' ? answer.steps : [];
  }

  get text(): string {
    return this.steps.map((step) => (step.kind === 'text' ? step.text : '')).join('');
  }

  /** How far it is. */
  get stage(): AttemptStage {
    if (this.steps.length > 0) return 'begun';
    return this.#request === null ? 'before' : 'asked';
  }

  /** Calls that have no result yet. */
  get openCalls(): readonly ToolCall[] {
    return this.steps.flatMap((step) => (step.kind === 'tool' && step.result === null ? [step.call] : []));
  }

  /** Nothing comes after the end, also where a port goes on after it was stopped. */
  emit(event: TurnEvent): void {
    if (this.#over) return;
    if (event.type !== 'prefill') this.#conversation = apply(this.#conversation, event);
    this.#emitTo(event);
  }

  /** What a port gives; rejects as soon as the answer is stopped. */
  wait<T>(work: () => Promise<T>): Promise<T> {
    return unlessAborted(work, this.#signal);
  }

  /** What the model was given of the workspace. */
  get given(): readonly Place[] {
    return this.#given;
  }

  /** The model is given places: it may cite them. */
  give(places: readonly Place[]): void {
    this.#given = [...this.#given, ...places];
  }

  /** The user is to know this, a sentence each; what is noted already is not said again. */
  note(...sentences: readonly string[]): void {
    this.#notes = [...new Set([...this.#notes, ...sentences])];
  }

  /** The local model begins anew, since an endpoint gave nothing: what there was to say of that one holds no more. */
  restart(why: EndpointError): void {
    this.#instead = why;
    this.#accounts = new Accounts();
    this.#notes = [];
    this.#given = [];
    this.leftOut = false;
  }

  account(answer: ChatAnswer): void {
    this.#accounts.add(answer);
  }

  accountFailed(error: unknown): void {
    this.#accounts.addFailed(error);
  }

  /** An end that is none of the engine's failures; `why` is what there is to say of it, where that is special. */
  done(reason: AnswerReason, why?: string): End {
    const setting = windowSetting(this.#request?.route ?? localRoute);
    const nothing = reason === 'end' && this.text.trim() === '';
    const ended = nothing ? 'The model wrote nothing: ask in other words.' : stopMessage(reason, setting);
    const message = why ?? ended;
    return { state: 'done', reason, message };
  }

  /** The end by an error, which may be that the user stopped it. */
  failed(error: unknown): End {
    if (this.#signal.aborted) return { state: 'stopped', reason: 'stopped', message: null };
    const message = sentenceOf(error);
    const unsent = error instanceof EndpointError && error.code === 'forbidden';
    return unsent
      ? { state: 'done', reason: 'not-sent', message }
      : { state: 'failed', reason: 'engine', message };
  }

  /** Emits the end, with the places that the text names, checked. */
  async finish(end: End, workspace: Pick<ChatWorkspace, 'check'>): Promise<void> {
    const mapFiles = this.#conversation.preamble?.mapFiles ?? [];
    const given = { places: this.#given, mapFiles };
    const citations = await checkCitations(this.text, given, workspace);
    const leftOut = this.leftOut ? { leftOut: true as const } : {};
    const ended = { ...end, message: this.#said(end) };
    this.emit({ type: 'answered', id: this.id, ...ended, citations, ...this.#accounts.totals, ...leftOut });
    this.#over = true;
  }

  /** All that there is to say of an answer that ended so; null for nothing, as where the user stopped it. */
  #said(end: End): string | null {
    if (end.state === 'stopped') return null;
    const instead = this.#instead === null ? null : insteadSentence(this.#instead, this.#outcome(end));
    const said = new Set([instead, end.message, ...this.#notes].filter((sentence) => sentence !== null));
    return said.size === 0 ? null : [...said].join(' ');
  }

  get #request(): AnswerRequest | null {
    const answer = this.#conversation.messages.get(this.id);
    return answer?.role === 'assistant' ? answer.request : null;
  }

  #outcome({ state, reason }: End): InsteadOutcome {
    if (reason === 'no-chat-model') return 'no-model';
    return state === 'failed' && this.stage !== 'begun' ? 'failed' : 'worked';
  }
}
