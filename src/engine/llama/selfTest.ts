import { decideFormat, scoringTasks, withSelfTest, type ScoringTask } from '../../core/prompt/selfTest.ts';
import { EngineError } from '../errors.ts';
import type { SelfTestReply } from '../protocol.ts';
import { describe, type Model } from './model.ts';
import type { Turn } from './scheduler.ts';
import type { Sequence } from './sequence.ts';

/** A self-test that is expected to take less than this runs while loading; a longer one waits for an idle moment. */
const quickMilliseconds = 600;
/** Room for the longest held line with its prompt, for tokenizers of one byte a token too. */
const scratchTokens = 768;

/** Runs the self-test to its end, giving way to more urgent requests between any two held lines. */
export async function selfTest(model: Model, turn: Turn): Promise<SelfTestReply> {
  const { tasks, guess } = prepare(model);
  const nats = await model.withScratchSequence(scratchSize(model), async (sequence) => {
    const found: number[] = [];
    for (const task of tasks) {
      await turn.giveWay();
      found.push(await sequence.score(task.prompt, task.target, turn.signal));
    }
    return found;
  });
  return conclude(model, decideFormat(guess, tasks, nats));
}

/**
 * The same, while loading, if the first task shows that all of it is quick: then even the first completion on a new
 * machine is laid out right. Null where it must wait for an idle moment.
 */
export async function quickSelfTest(model: Model, signal: AbortSignal): Promise<SelfTestReply | null> {
  if (model.format.kind !== 'fim' || model.format.middle === null) return null;
  const { tasks, guess } = prepare(model);
  return model.withScratchSequence(scratchSize(model), async (sequence) => {
    const nats: number[] = [];
    for (const task of tasks) {
      const milliseconds = await time(model, () => scoreInto(nats, sequence, task, signal));
      if (nats.length === 2 && milliseconds * tasks.length > quickMilliseconds) return null;
    }
    return conclude(model, decideFormat(guess, tasks, nats));
  });
}

function prepare(model: Model) {
  const { format } = model;
  if (format.kind !== 'fim' || format.middle === null) {
    throw new EngineError('bad-request', 'This model has no order to test: it has no middle marker.');
  }
  return { tasks: scoringTasks(format, model.tokenizer, scratchSize(model)), guess: format.order };
}

function scratchSize(model: Model): number {
  // Of a process that only chats, the completion context is too small for it.
  return Math.min(scratchTokens, model.sequence.llama.model.trainContextSize);
}

function conclude(model: Model, result: SelfTestReply['result']): SelfTestReply {
  const format = describe(withSelfTest(model.format, result), 'self-test');
  return { result, format, fingerprint: model.info.fingerprint };
}

async function scoreInto(
  into: number[],
  sequence: Sequence,
  task: ScoringTask,
  signal: AbortSignal,
): Promise<void> {
  into.push(await sequence.score(task.prompt, task.target, signal));
}

/**
 * Milliseconds of an action. On the CPU they are those that the process was really given, so that a busy machine does
 * not decide otherwise than an idle one.
 */
async function time(model: Model, action: () => Promise<void>): Promise<number> {
  const began = performance.now();
  const cpuBegan = process.cpuUsage();
  await action();
  const elapsed = performance.now() - began;
  if (model.info.gpuLayers > 0) return elapsed;
  const { user, system } = process.cpuUsage(cpuBegan);
  return Math.min(elapsed, (user + system) / 1000 / model.info.threads);
}
