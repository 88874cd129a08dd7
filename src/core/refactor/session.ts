import { unlessAborted } from '../chat/turn/aborted.ts';
import type { ChatEvent } from '../chat/types.ts';
import type { EndpointError } from '../endpoints/errors.ts';
import { askOrLocal, insteadSentence, type AttemptStage } from '../endpoints/fallback.ts';
import { thoughtTokens, windowOf, windowSetting } from '../endpoints/limits.ts';
import { identifiersIn } from '../index/chunks.ts';
import { asFailed, asReason, Failed, refusal } from './failed.ts';
import { fileAccess } from './fileAccess.ts';
import { namesOf, type FormedAnswer } from './forms.ts';
import { gatherContext, type RefactorContext } from './gather.ts';
import { judgeAnswer, type Judgement } from './judge.ts';
import { saidOf } from './kinds.ts';
import { isWorking, type RefactorState } from './lifecycle.ts';
import { isRepairable, limitMessage, refusalMessage } from './limits.ts';
import type { RefactorPorts } from './ports.ts';
import { wordsOf, type RefactorRequest } from './request.ts';
import type { RefactorProgress, RefactorResult } from './result.ts';
import { Rounds, type RoundContext } from './rounds.ts';
import type { RefactorTask } from './task.ts';
import { testRecogniser } from './testRunner.ts';
import { repairMessages } from './turns.ts';

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
  const unheard = task.onStep(({ to }) => void (isWorking(to) || ended.abort()));
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

class Run {
  readonly #request: RefactorRequest;
  readonly #ports: RefactorPorts;
  readonly #task: RefactorTask;
  readonly #call: RunCall;
  /** Of whoever is asked now. */
  #rounds: Rounds;
  #route: string;
  /** Why the local model was asked in the place of an endpoint; null: it was not. */
  #instead: EndpointError | null = null;
  #notes: readonly string[] = [];
  #model: string | null = null;

  constructor(request: RefactorRequest, ports: RefactorPorts, task: RefactorTask, call: RunCall) {
    this.#request = request;
    this.#ports = ports;
    this.#task = task;
    this.#call = call;
    this.#rounds = this.#roundsWith(ports);
    this.#route = ports.model.route;
  }

  async run(): Promise<RefactorResult> {
    const { signal } = this.#call;
    const watched = {
      signal,
      stage: () => stageOf(this.#task.state),
      restart: (why: EndpointError) => void (this.#instead = why),
    };
    try {
      return this.#result(
        await askOrLocal(this.#ports, this.#ports.fallback, watched, (ports) => this.#work(ports)),
      );
    } catch (error) {
      if (signal.aborted) return this.#result({ kind: 'stopped' });
      const { reason, message, judgement } = asFailed(error);
      // Only one of the two means something, depending on how far it came.
      void (this.#task.send('unanswered') || this.#task.send('rejected'));
      return this.#result({ kind: 'failed', reason, message, judgement });
    }
  }

  #result(outcome: RefactorResult['outcome']): RefactorResult {
    const asked = { route: this.#route, model: this.#model, ...this.#rounds.totals };
    const rest = { ...asked, notes: this.#notes };
    const why = this.#instead;
    if (why === null) return { outcome, instead: null, ...rest };
    if (outcome.kind !== 'failed') return { outcome, instead: insteadSentence(why, 'worked'), ...rest };
    const { reason } = outcome;
    const came = reason === 'no-chat-model' ? 'no-model' : asked.answer === '' ? 'failed' : 'worked';
    const message = `${insteadSentence(why, came)} ${outcome.message}`;
    return { outcome: { ...outcome, message }, instead: null, ...rest };
  }

  #roundsWith({ model, settings }: RefactorPorts): Rounds {
    const onEvent = (event: ChatEvent): void => this.#heard(event);
    return new Rounds(this.#request, { model, settings, signal: this.#call.signal, onEvent });
  }

  /** What a port gives; rejects as soon as the task is ended. */
  #wait<T>(work: () => Promise<T>): Promise<T> {
    return unlessAborted(work, this.#call.signal);
  }

  async #work(ports: RefactorPorts): Promise<RefactorResult['outcome']> {
    const { model: port, settings } = ports;
    const { route } = port;
    this.#rounds = this.#roundsWith(ports);
    [this.#route, this.#model, this.#notes] = [route, null, []];
    const [model, context] = await Promise.all([
      this.#rounds.ofModel(() => port.describe(this.#call.signal)),
      this.#wait(() => gatherContext(this.#request, ports)),
    ]);
    if ('code' in model) throw new Failed(model.code, model.message);
    this.#model = model.name;
    this.#notes = context.notes;
    const contextTokens = windowOf(route, model, settings.contextTokens);
    const { prompt, form, usual } = await this.#rounds.prompt(context, contextTokens);
    const prefills = model.prefill !== false;
    const mostTokens = usual + thoughtTokens(route, model);
    const round: RoundContext = { context, contextTokens, form, mostTokens, prefills };
    this.#task.send('gathered');
    const first = await this.#rounds.ask(prompt.messages, prompt.promptTokens, round);
    if (this.#request.recipe.form === 'names') return this.#names(first);
    const judged = await this.#judge(first, context);
    if (judged.accepted) return this.#passed(judged);
    if (!isRepairable(judged, first.stopReason)) throw refusal(judged, first.stopReason);
    const why = refusalMessage(judged);
    this.#call.onProgress({ kind: 'refused', message: why });
    this.#task.send('repairable');
    const again = repairMessages(prompt.messages, first.text, why);
    const second = await this.#rounds.askAgain(again, round);
    const repaired = await this.#judge(second, context);
    if (repaired.accepted) return this.#passed(repaired);
    throw refusal(repaired, second.stopReason);
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
    const limit = limitMessage(stopReason, windowSetting(this.#route));
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

function stageOf(state: RefactorState): AttemptStage {
  if (state === 'gathering') return 'before';
  return state === 'waiting' ? 'asked' : 'begun';
}
