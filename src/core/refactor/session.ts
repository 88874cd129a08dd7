import { Accounts } from '../chat/turn/accounts.ts';
import { sentenceOf, unlessAborted } from '../chat/turn/aborted.ts';
import type { ChatEvent, ChatMessage } from '../chat/types.ts';
import { identifiersIn } from '../index/chunks.ts';
import { Asking } from './asking.ts';
import { targetText } from './envelope.ts';
import { fileAccess } from './fileAccess.ts';
import { namesOf, writeInForm, type FormedAnswer } from './forms.ts';
import { gatherContext, type RefactorContext } from './gather.ts';
import { judgeAnswer, type Judgement } from './judge.ts';
import { saidOf, type AnswerForm } from './kinds.ts';
import type { RefactorState } from './lifecycle.ts';
import { answerTokens, isRepairable, limitMessage, refusalMessage, tooLongMessage } from './limits.ts';
import type { RefactorPorts } from './ports.ts';
import { formOf, layOutPrompt, type RefactorPrompt } from './prompt.ts';
import { wordsOf, type RefactorRequest } from './request.ts';
import type { RefactorFailure, RefactorProgress, RefactorResult } from './result.ts';
import type { RefactorTask } from './task.ts';
import { testRecogniser } from './testRunner.ts';
import { refinedTurns, repairMessages, withWords } from './turns.ts';

/** States in which the model or we work on it. */
const working: ReadonlySet<RefactorState> = new Set([
  'gathering',
  'waiting',
  'writing',
  'checking',
  'repairing',
]);
/** Other answers than the likeliest, where that was refused already. */
const repairTemperature = 0.3;
const retryTemperature = 0.6;

/**
 * Works on a refactor whose task is `gathering` until it is `ready` or `failed`: gathers, asks the model, judges what it
 * gives, and has a refused answer repaired once. Changes no document. Ends at once when the task leaves its working
 * states; `signal` cancels it. Never rejects.
 */
export async function runRefactor(
  request: RefactorRequest,
  ports: RefactorPorts,
  task: RefactorTask,
  signal: AbortSignal,
  onProgress: (progress: RefactorProgress) => void = () => undefined,
): Promise<RefactorResult> {
  const ended = new AbortController();
  const unheard = task.onStep(({ to }) => void (working.has(to) || ended.abort()));
  const cancel = (): void => void task.send('cancel');
  signal.addEventListener('abort', cancel, { once: true });
  const run = new Run(request, ports, task, { signal: ended.signal, onProgress });
  try {
    if (signal.aborted) cancel();
    return await run.run();
  } finally {
    unheard();
    signal.removeEventListener('abort', cancel);
  }
}

interface RunCall {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RefactorProgress) => void;
}

/** A failure that ends the run. */
class Failed extends Error {
  readonly reason: RefactorFailure;
  readonly judgement: Judgement | null;

  constructor(reason: RefactorFailure, message: string, judgement: Judgement | null = null) {
    super(message);
    this.reason = reason;
    this.judgement = judgement;
  }
}

class Run {
  readonly #request: RefactorRequest;
  readonly #ports: RefactorPorts;
  readonly #task: RefactorTask;
  readonly #call: RunCall;
  readonly #accounts = new Accounts();
  #notes: readonly string[] = [];
  #answer = '';
  #rounds = 0;
  #model: string | null = null;

  constructor(request: RefactorRequest, ports: RefactorPorts, task: RefactorTask, call: RunCall) {
    this.#request = request;
    this.#ports = ports;
    this.#task = task;
    this.#call = call;
  }

  async run(): Promise<RefactorResult> {
    try {
      return this.#result(await this.#work());
    } catch (error) {
      if (this.#call.signal.aborted) return this.#result({ kind: 'stopped' });
      const { reason, message, judgement } = asFailed(error);
      // Only one of the two means something, depending on how far it came.
      void (this.#task.send('unanswered') || this.#task.send('rejected'));
      return this.#result({ kind: 'failed', reason, message, judgement });
    }
  }

  #result(outcome: RefactorResult['outcome']): RefactorResult {
    return {
      outcome,
      ...{ answer: this.#answer, rounds: this.#rounds, model: this.#model, notes: this.#notes },
      ...this.#accounts.totals,
    };
  }

  /** What the model gives; whatever goes wrong with it is the engine's failure. */
  #ofModel<T>(work: () => Promise<T>): Promise<T> {
    return this.#wait(work).catch((error: unknown) => {
      throw this.#call.signal.aborted ? error : new Failed('engine', sentenceOf(error));
    });
  }

  /** What a port gives; rejects as soon as the task is ended. */
  #wait<T>(work: () => Promise<T>): Promise<T> {
    return unlessAborted(work, this.#call.signal);
  }

  async #work(): Promise<RefactorResult['outcome']> {
    const { model: port, settings } = this.#ports;
    const [model, context] = await Promise.all([
      this.#ofModel(() => port.describe(this.#call.signal)),
      this.#wait(() => gatherContext(this.#request, this.#ports)),
    ]);
    if ('code' in model) throw new Failed(model.code, model.message);
    this.#model = model.name;
    this.#notes = context.notes;
    const contextTokens = Math.min(settings.contextTokens ?? Infinity, model.contextTokens);
    const { prompt, form, usual } = await this.#prompt(context, contextTokens);
    const round: RoundContext = { context, contextTokens, form, usual };
    this.#task.send('gathered');
    const first = await this.#ask(prompt.messages, prompt.promptTokens, round);
    if (this.#request.recipe.form === 'names') return this.#names(first);
    const judged = await this.#judge(first, context);
    if (judged.accepted) return this.#passed(judged);
    if (!isRepairable(judged, first.stopReason)) throw refusal(judged, first);
    const why = refusalMessage(judged);
    this.#call.onProgress({ kind: 'refused', message: why });
    this.#task.send('repairable');
    const again = repairMessages(prompt.messages, first.text, why);
    const second = await this.#askAgain(again, round);
    const repaired = await this.#judge(second, context);
    if (repaired.accepted) return this.#passed(repaired);
    throw refusal(repaired, second);
  }

  #passed(judgement: Judgement): RefactorResult['outcome'] {
    this.#notes = [...this.#notes, ...judgement.notes];
    this.#task.send('passed');
    return { kind: 'change', judgement };
  }

  #names({ text, stopReason }: FormedAnswer): RefactorResult['outcome'] {
    const { target } = this.#request;
    this.#task.send('answered');
    const names = namesOf(text, new Set(identifiersIn(target.file.text)));
    if (names.length === 0)
      throw new Failed(
        stopReason === 'end' ? 'no-code' : asReason(stopReason),
        'The model proposed no name that is free: try again, or say what the name should tell.',
      );
    this.#task.send('passed');
    return { kind: 'names', names };
  }

  /** The prompt that fits, the form of the answer to it, and the tokens that are kept for that. */
  async #prompt(
    context: RefactorContext,
    contextTokens: number,
  ): Promise<{ prompt: RefactorPrompt } & Pick<RoundContext, 'form' | 'usual'>> {
    const { model, settings } = this.#ports;
    const { recipe, target, earlier } = this.#request;
    const form = formOf(recipe.form, context.tests?.text != null);
    const [tokens = 0, ...refinements] = await this.#ofModel(() =>
      model.countTexts([targetText(target), ...earlier.map(({ answer, words }) => `${answer}\n${words}`)]),
    );
    const { usual, least } = answerTokens(form, tokens, { contextTokens, maxTokens: settings.maxTokens });
    const turns = refinements.reduce((sum, one) => sum + one + tokensAround, 0);
    const laidOut = await this.#ofModel(() =>
      layOutPrompt(this.#request, context, contextTokens - usual - turns - tokensAround, model),
    );
    if (!('tooLong' in laidOut)) return { prompt: this.#withTurns(laidOut, turns), form, usual };
    const bare = await this.#ofModel(() =>
      layOutPrompt(this.#request, context, contextTokens - least - tokensAround, model),
    );
    if (!('tooLong' in bare)) return { prompt: this.#withTurns(bare, 0), form, usual };
    throw new Failed('too-long', tooLongMessage(bare.tokens, least, contextTokens));
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

  /** One round: asks, and takes note of what it cost. */
  async #ask(
    messages: readonly ChatMessage[],
    promptTokens: number,
    { context, contextTokens, form, usual }: RoundContext,
  ): Promise<FormedAnswer> {
    const { target, attempt } = this.#request;
    const { settings, model } = this.#ports;
    const expected = context.tests?.text ?? targetText(target);
    const least = attempt > 0 ? retryTemperature : this.#rounds > 0 ? repairTemperature : 0;
    const asking = new Asking({
      ...{ model, messages, expected, signal: this.#call.signal, accounts: this.#accounts },
      maxTokens: Math.max(1, Math.min(usual, contextTokens - promptTokens - tokensAround)),
      temperature: Math.max(settings.temperature, least),
      seed: 2 * attempt + this.#rounds,
      onEvent: (event) => this.#heard(event),
    });
    this.#rounds += 1;
    const path = context.tests?.path ?? null;
    const answer = await this.#ofModel(() => writeInForm(form, { target, path }, asking));
    this.#answer = answer.text;
    return answer;
  }

  /** The second round, without what was answered in the first where both have no room. */
  async #askAgain(
    { whole, short }: { whole: readonly ChatMessage[]; short: readonly ChatMessage[] },
    round: RoundContext,
  ): Promise<FormedAnswer> {
    const { model } = this.#ports;
    const counts = await this.#ofModel(() =>
      Promise.all([whole, short].map((messages) => model.countPrompt(messages, []))),
    );
    const [tokens = 0, shortTokens = 0] = counts;
    const needed = (await this.#ofModel(() => model.countTexts([this.#answer])))[0] ?? 0;
    const fits = tokens + 2 * needed + tokensAround <= round.contextTokens;
    return fits ? this.#ask(whole, tokens, round) : this.#ask(short, shortTokens, round);
  }

  #heard(event: ChatEvent): void {
    const { onProgress } = this.#call;
    if (event.kind === 'prefill') onProgress({ kind: 'prefill', done: event.done, total: event.total });
    if (event.kind !== 'text') return;
    this.#task.send('began');
    onProgress({ kind: 'wrote', units: event.text.length });
  }

  async #judge({ text, stopReason }: FormedAnswer, context: RefactorContext): Promise<Judgement> {
    this.#task.send('answered');
    const { recipe, target } = this.#request;
    const { files, syntax } = this.#ports;
    const limit = limitMessage(stopReason);
    const { kind } = recipe;
    const known = context.tests === null ? [] : [context.tests.path];
    const access = await this.#wait(() =>
      fileAccess(text, { files, target, known, mayCreate: kind === 'tests' }),
    );
    const instruction = saidOf(recipe, wordsOf(this.#request));
    const tests =
      kind === 'tests' ? { recognise: testRecogniser(files), expected: context.tests?.path ?? null } : null;
    const judgement = await this.#wait(() =>
      judgeAnswer(text, { kind, instruction, target, access, tests }, syntax),
    );
    if (limit === null || judgement.accepted) return judgement;
    return { ...judgement, problem: { code: 'unfinished', message: limit } };
  }
}

/** What both rounds have in common. */
interface RoundContext {
  readonly context: RefactorContext;
  readonly contextTokens: number;
  readonly form: AnswerForm;
  /** Tokens that are kept for an answer. */
  readonly usual: number;
}

/** Tokens of the marks around a message, of the envelope, and of what a template may add. */
const tokensAround = 48;

function asReason(stopReason: FormedAnswer['stopReason']): RefactorFailure {
  return stopReason === 'end' || stopReason === 'tool-calls' ? 'unfinished' : stopReason;
}

function refusal(judgement: Judgement, { stopReason }: FormedAnswer): Failed {
  const { problem } = judgement;
  const limited = limitMessage(stopReason) !== null;
  const reason = limited ? asReason(stopReason) : (problem?.code ?? 'failed');
  return new Failed(reason, problem?.message ?? 'The answer was refused.', judgement);
}

function asFailed(error: unknown): Failed {
  if (error instanceof Failed) return error;
  return new Failed('failed', sentenceOf(error));
}
