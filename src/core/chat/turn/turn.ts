import type { Place, Snippet } from '../context.ts';
import type { Conversation, Preamble } from '../conversation.ts';
import { whole } from '../cutting.ts';
import type { NoChatModel } from '../ports.ts';
import { fitQuestion, type FittedQuestion, type QuestionTooLong } from '../questionFit.ts';
import { toolDefinitions } from '../tools.ts';
import type { ChatModelDescription, ToolDefinition } from '../types.ts';
import { answerReserve, fitPrompt, type FittedPrompt } from '../window.ts';
import { sentenceOf } from '../../text/sentence.ts';
import { Answer, type End } from './answer.ts';
import { earlierTurns, type Earlier } from './earlier.ts';
import { asksWorkspace, placesOf, scopesOf, snippetLimit, snippetTokens, sourcesOf } from './gather.ts';
import { leftOutNotes, limitationNotes, notesOf } from './notes.ts';
import type { EndpointError } from '../../endpoints/errors.ts';
import { askOrLocal } from '../../endpoints/fallback.ts';
import { thoughtTokens, windowOf, windowSetting } from '../../endpoints/limits.ts';
import type { AskedTurn, Emit, TurnParts, TurnQuestion } from './parts.ts';
import { planOf, searchFor, type QuestionPlan } from './plan.ts';
import { preparePreamble, systemsOf } from './preamble.ts';
import { writeAnswer, type Window } from './writing.ts';

/** Windows below this have no room for the tools, whose definitions alone take some 500 tokens. */
const toolsFrom = 4096;

/**
 * Answers a question: emits `answering`, what the model is asked, what it writes as it comes, and exactly one `answered`,
 * whatever happens. `conversation` has the question already. Never rejects; what `emit` throws is its owner's.
 */
export async function runTurn(
  parts: TurnParts,
  conversation: Conversation,
  question: TurnQuestion,
  signal: AbortSignal,
  emit: Emit,
): Promise<void> {
  const { userMessage, answerId: id } = question;
  const { id: parent } = userMessage;
  const answer = new Answer(id, conversation, signal, emit);
  // Each further answer to a question gets another seed.
  const seed = [...conversation.messages.values()].filter((message) => message.parent === parent).length;
  answer.emit({ type: 'answering', id, parent, at: parts.clock() });
  const watched = {
    signal,
    stage: () => answer.stage,
    restart: (why: EndpointError) => answer.restart(why),
  };
  const end = await askOrLocal<AskedTurn, End>({ parts, question }, parts.fallback, watched, (asked) =>
    new Turn(asked, answer, seed).run(),
  ).catch((error: unknown) => answer.failed(error));
  await answer.finish(end, parts.workspace);
}

/** What comes before the model writes: who answers, and what it is given. */
class Turn {
  readonly #parts: TurnParts;
  readonly #question: TurnQuestion;
  readonly #answer: Answer;
  readonly #seed: number;
  readonly #plan: QuestionPlan;

  constructor({ parts, question }: AskedTurn, answer: Answer, seed: number) {
    this.#parts = parts;
    this.#question = question;
    this.#answer = answer;
    this.#seed = seed;
    this.#plan = planOf(question.userMessage.text);
  }

  async run(): Promise<End> {
    const model = await this.#answer.wait(() => this.#parts.model.describe(this.#answer.signal));
    if ('code' in model) return this.#withoutModel(model);
    this.#answer.note(...limitationNotes(model, this.#answer.conversation));
    const parts = this.#parts;
    const { route } = parts.model;
    const contextTokens = windowOf(route, model, parts.settings.contextTokens);
    const maxTokens = parts.settings.maxTokens + thoughtTokens(route, model);
    const { preamble, anew } = await this.#preamble(model, contextTokens);
    const earlier = earlierTurns(this.#answer.conversation, this.#question.userMessage.parent, anew);
    const window = {
      contextTokens,
      windowSetting: windowSetting(route),
      answerTokens: answerReserve(contextTokens, maxTokens),
      tools: this.#toolsOf(model, contextTokens, earlier),
    };
    const question = await this.#fitQuestion(preamble, window);
    if ('reason' in question) return { state: 'done', ...question };
    const { fitted, tools } = question;
    const prompt = await this.#fitPrompt(fitted, earlier, { ...window, tools });
    this.#sent(prompt, fitted, earlier, model);
    const asked = { ...parts, settings: { ...parts.settings, maxTokens } };
    const asking = { parts: asked, model, prompt, window: { ...window, tools }, seed: this.#seed };
    return writeAnswer(this.#answer, asking);
  }

  /** What retrieval found is an answer too: where to look. */
  async #withoutModel({ code, message }: NoChatModel): Promise<End> {
    const { userMessage } = this.#question;
    const snippets = await this.#retrieve(placesOf(userMessage.attachments));
    const attachments = whole(userMessage.attachments);
    const request = {
      prompt: { role: 'user', content: userMessage.text },
      ...{ firstSent: null, model: null, route: this.#parts.model.route },
      sources: sourcesOf(attachments, snippets),
    } as const;
    this.#answer.emit({ type: 'sent', id: this.#answer.id, request });
    if (code === 'engine') return { state: 'failed', reason: 'engine', message };
    return this.#answer.done('no-chat-model', message);
  }

  /** The conversation's beginning; made anew for another model, whose window is another. */
  async #preamble(
    { fingerprint }: ChatModelDescription,
    contextTokens: number,
  ): Promise<{ preamble: Preamble; anew: boolean }> {
    const known = this.#answer.conversation.preamble;
    if (known?.fingerprint === fingerprint) return { preamble: known, anew: false };
    const { attachments } = this.#question.userMessage;
    const query = {
      ...{ fingerprint, contextTokens, question: this.#plan.words },
      map: this.#parts.settings.retrieval,
      focus: [...new Set(placesOf(attachments).map(({ path }) => path))],
    };
    const { model, workspace, surroundings } = this.#parts;
    const ports = { counter: model, workspace, surroundings };
    const { preamble, complete } = await this.#answer.wait(() => preparePreamble(query, ports));
    if (complete) this.#answer.emit({ type: 'prepared', preamble });
    return { preamble, anew: known !== null };
  }

  /** What the repository has for the question, beside the places that are known. */
  async #retrieve(known: readonly Place[]): Promise<readonly Snippet[]> {
    const { workspace } = this.#parts;
    const { mentions } = this.#plan;
    const { attachments } = this.#question.userMessage;
    const question = searchFor(this.#plan, attachments);
    if (!this.#searches || question === '') return [];
    const query = {
      question,
      scopes: scopesOf(mentions, attachments),
      known,
      near: attachments.find(({ place }) => place !== null)?.place?.path ?? null,
      limit: snippetLimit(asksWorkspace(mentions, attachments)),
    };
    try {
      return await this.#answer.wait(() => workspace.retrieve(query));
    } catch (error) {
      if (this.#answer.signal.aborted) throw error;
      this.#answer.note(`The repository could not be searched: ${sentenceOf(error)}`);
      return [];
    }
  }

  /** The question with what is attached to it, as it fits, and the tools: a long question leaves no room for these. */
  async #fitQuestion(
    preamble: Preamble,
    { tools, ...window }: Window,
  ): Promise<{ fitted: FittedQuestion; tools: Window['tools'] } | QuestionTooLong> {
    const { userMessage, problems = [] } = this.#question;
    const attachments = userMessage.attachments.filter(({ kind }) => kind !== 'workspace');
    const query = {
      ...{ ...window, systems: systemsOf(preamble), question: this.#plan.question, problems, attachments },
      spareTokens: this.#searches ? this.#snippetTokens(window.contextTokens) : 0,
    };
    const fit = (offered: Window['tools']) =>
      this.#answer.wait(() => fitQuestion({ ...query, tools: offered }, this.#parts.model));
    const withTools = await fit(tools);
    const without = 'reason' in withTools && tools.length > 0;
    const fitted = without ? await fit([]) : withTools;
    if ('reason' in fitted) return fitted;
    const sent = { system: fitted.system, tools: !without };
    const leftOut = [
      ...notesOf(attachments, fitted.attachments, query.windowSetting),
      ...leftOutNotes(preamble, sent),
    ];
    this.#answer.note(...problems, ...leftOut);
    if (leftOut.length > 0) this.#answer.leftOut = true;
    return { fitted, tools: without ? [] : tools };
  }

  async #fitPrompt(fitted: FittedQuestion, earlier: Earlier, window: Window): Promise<FittedPrompt> {
    const { userMessage, problems = [] } = this.#question;
    const snippets = await this.#retrieve(placesOf(fitted.attachments.map(({ attachment }) => attachment)));
    const query = {
      ...{ ...window, ...earlier, id: userMessage.id, fitted },
      ...{ question: this.#plan.question, problems, snippets },
      snippetTokens: this.#snippetTokens(window.contextTokens),
    };
    return this.#answer.wait(() => fitPrompt(query, this.#parts.model));
  }

  #snippetTokens(contextTokens: number): number {
    const { attachments } = this.#question.userMessage;
    return snippetTokens(contextTokens, asksWorkspace(this.#plan.mentions, attachments));
  }

  #sent(
    { prompt, firstSent, snippets }: FittedPrompt,
    { attachments }: FittedQuestion,
    earlier: Earlier,
    model: ChatModelDescription,
  ): void {
    const sources = sourcesOf(attachments, snippets);
    const still = earlier.turns.findIndex(({ first }) => first === firstSent);
    const kept =
      firstSent === earlier.firstSent ? earlier.turns : still < 0 ? [] : earlier.turns.slice(still);
    this.#answer.give([...sources, ...kept.flatMap((turn) => turn.sources)]);
    const { routeReasons: reasons = [] } = this.#parts;
    const route = {
      route: this.#parts.model.route,
      ...(reasons.length > 0 ? { routeReasons: reasons } : {}),
    };
    const request = { prompt, firstSent, model: model.name, ...route, sources };
    this.#answer.emit({ type: 'sent', id: this.#answer.id, request });
  }

  /** Whether the repository is searched for this question. */
  get #searches(): boolean {
    return this.#parts.settings.retrieval && this.#plan.retrieval;
  }

  /** Tools stand at a prompt's beginning: without them, all earlier turns would be evaluated anew. */
  #toolsOf(
    { tools }: ChatModelDescription,
    contextTokens: number,
    { turns }: Earlier,
  ): readonly ToolDefinition[] {
    const wanted = this.#plan.retrieval || turns.length > 0;
    return tools && this.#parts.settings.tools && wanted && contextTokens >= toolsFrom ? toolDefinitions : [];
  }
}
