import { Accounts } from '../chat/turn/accounts.ts';
import { EndpointError } from '../endpoints/errors.ts';
import { windowSetting } from '../endpoints/limits.ts';
import { unlessAborted } from '../chat/turn/aborted.ts';
import { sentenceOf } from '../text/sentence.ts';
import type { ChatEvent, ChatMessage } from '../chat/types.ts';
import { Asking } from './asking.ts';
import { targetText } from './envelope.ts';
import { Failed } from './failed.ts';
import { writeInForm, type FormedAnswer } from './forms.ts';
import { placesIn, type RefactorContext } from './gather.ts';
import type { AnswerForm } from './kinds.ts';
import { answerTokens, tooLongMessage } from './limits.ts';
import type { RefactorPorts } from './ports.ts';
import { formOf, layOutPrompt, type RefactorPrompt } from './prompt.ts';
import type { RefactorRequest } from './request.ts';
import { refinedTurns, withWords } from './turns.ts';

/** Other answers than the likeliest, where that was refused already. */
const repairTemperature = 0.3;
const retryTemperature = 0.6;
/** Tokens of the marks around a message, of the envelope, and of what a template may add. */
const tokensAround = 48;

/** What both rounds have in common. */
export interface RoundContext {
  readonly context: RefactorContext;
  readonly contextTokens: number;
  readonly form: AnswerForm;
  /** Most tokens of an answer, thoughts included. */
  readonly mostTokens: number;
  /** Whether the model goes on from a given beginning of an answer. */
  readonly prefills: boolean;
}

/** What the rounds of one refactor have to do with besides its request. */
export interface RoundsParts extends Pick<RefactorPorts, 'model' | 'settings'> {
  /** Ends whatever is waited for. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ChatEvent) => void;
}

/** Asks the model for a refactor, once or more often, and keeps the accounts of that. Rejects with a `Failed`. */
export class Rounds {
  readonly #request: RefactorRequest;
  readonly #parts: RoundsParts;
  readonly #accounts = new Accounts();
  #answer = '';
  #count = 0;

  constructor(request: RefactorRequest, parts: RoundsParts) {
    this.#request = request;
    this.#parts = parts;
  }

  /** What they cost together, how many there were, and the last answer; '' for none. */
  get totals(): Accounts['totals'] & { readonly answer: string; readonly rounds: number } {
    return { answer: this.#answer, rounds: this.#count, ...this.#accounts.totals };
  }

  /** What the model gives; whatever goes wrong with it is the engine's failure. */
  ofModel<T>(work: () => Promise<T>): Promise<T> {
    return unlessAborted(work, this.#parts.signal).catch((error: unknown) => {
      if (this.#parts.signal.aborted) throw error;
      const unsent = error instanceof EndpointError && error.code === 'forbidden';
      throw new Failed(unsent ? 'not-sent' : 'engine', sentenceOf(error), null, error);
    });
  }

  /** The prompt that fits, the form of the answer to it, and the tokens that are kept for that. */
  async prompt(
    context: RefactorContext,
    contextTokens: number,
  ): Promise<{ prompt: RefactorPrompt; form: AnswerForm; usual: number }> {
    const { model, settings } = this.#parts;
    const { recipe, target, earlier } = this.#request;
    const form = formOf(recipe.form, context.tests?.text != null);
    const [tokens = 0, ...refinements] = await this.ofModel(() =>
      model.countTexts([targetText(target), ...earlier.map(({ answer, words }) => `${answer}\n${words}`)]),
    );
    const { usual, least } = answerTokens(form, tokens, { contextTokens, maxTokens: settings.maxTokens });
    const turns = refinements.reduce((sum, one) => sum + one + tokensAround, 0);
    const laidOut = await this.ofModel(() =>
      layOutPrompt(this.#request, context, contextTokens - usual - turns - tokensAround, model),
    );
    if (!('tooLong' in laidOut)) return { prompt: this.#withTurns(laidOut, turns), form, usual };
    const bare = await this.ofModel(() =>
      layOutPrompt(this.#request, context, contextTokens - least - tokensAround, model),
    );
    if (!('tooLong' in bare)) return { prompt: this.#withTurns(bare, 0), form, usual };
    const window = { contextTokens, windowSetting: windowSetting(model.route) };
    throw new Failed('too-long', tooLongMessage(bare.tokens, least, window));
  }

  /** One round: asks, and takes note of what it cost. */
  async ask(
    messages: readonly ChatMessage[],
    promptTokens: number,
    { context, contextTokens, form, mostTokens, prefills }: RoundContext,
  ): Promise<FormedAnswer> {
    const { target, attempt } = this.#request;
    const { settings, model } = this.#parts;
    const expected = context.tests?.text ?? targetText(target);
    const least = attempt > 0 ? retryTemperature : this.#count > 0 ? repairTemperature : 0;
    const asking = new Asking({
      ...{ model, prefills, messages, expected, signal: this.#parts.signal, accounts: this.#accounts },
      places: placesIn(messages, target, context),
      maxTokens: Math.max(1, Math.min(mostTokens, contextTokens - promptTokens - tokensAround)),
      temperature: Math.max(settings.temperature, least),
      seed: 2 * attempt + this.#count,
      onEvent: (event) => this.#parts.onEvent(event),
    });
    this.#count += 1;
    const path = context.tests?.path ?? null;
    const answer = await this.ofModel(() => writeInForm(form, { target, path }, asking));
    this.#answer = answer.text;
    return answer;
  }

  /** The second round, without what was answered in the first where both have no room. */
  async askAgain(
    { whole, short }: { whole: readonly ChatMessage[]; short: readonly ChatMessage[] },
    round: RoundContext,
  ): Promise<FormedAnswer> {
    const { model } = this.#parts;
    const counts = await this.ofModel(() =>
      Promise.all([whole, short].map((messages) => model.countPrompt(messages, []))),
    );
    const [tokens = 0, shortTokens = 0] = counts;
    const needed = (await this.ofModel(() => model.countTexts([this.#answer])))[0] ?? 0;
    const fits = tokens + 2 * needed + tokensAround <= round.contextTokens;
    return fits ? this.ask(whole, tokens, round) : this.ask(short, shortTokens, round);
  }

  /** The prompt with what was answered and refined before, as far as that has room. */
  #withTurns(prompt: RefactorPrompt, turnTokens: number): RefactorPrompt {
    const { earlier } = this.#request;
    if (earlier.length === 0) return prompt;
    if (turnTokens > 0)
      return {
        ...prompt,
        messages: [...prompt.messages, ...refinedTurns(earlier)],
        promptTokens: prompt.promptTokens + turnTokens,
      };
    return {
      ...prompt,
      messages: withWords(
        prompt.messages,
        earlier.map(({ words }) => words),
      ),
    };
  }
}
