import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { StopReason } from '../../core/completion/types.ts';
import { modelDefaults, type CompleteParams, type LoadedModel } from '../../engine/protocol.ts';
import { parseBody } from './body.ts';
import { chooseModel } from './chooseModel.ts';
import { commonFields, now, seedOf, stopsOf, usageOf, whole } from './fields.ts';
import { laidOut } from './laidOut.ts';
import type { OfferedModels } from './offeredModels.ts';
import { impossible } from './refusal.ts';
import type { Reply } from './reply.ts';

const mostTokens = 4096;
/** Tokens of an answer whose client says nothing about it. */
const usualTokens = 256;

/** A request to `/v1/completions`. */
const completionSchema = v.object({
  ...commonFields,
  prompt: v.union([v.string(), v.pipe(v.array(v.string()), v.length(1))]),
  suffix: v.nullish(v.string()),
  max_tokens: v.nullish(whole(0, Number.MAX_SAFE_INTEGER)),
  n: v.nullish(v.number()),
  best_of: v.nullish(v.number()),
  echo: v.nullish(v.boolean()),
  logprobs: v.nullish(v.union([v.number(), v.boolean()])),
});
type CompletionBody = v.InferOutput<typeof completionSchema>;

const finishReasons: Readonly<Record<StopReason, string>> = {
  'end-of-text': 'stop',
  'stop-rule': 'stop',
  unsure: 'stop',
  'max-tokens': 'length',
};

/** Answers `POST /v1/completions`: between prompt and suffix, or behind the prompt where there is no suffix. */
export async function answerCompletion(value: unknown, models: OfferedModels, reply: Reply): Promise<void> {
  const body = parseBody(completionSchema, value);
  checkPossible(body);
  const { role, model } = chooseModel(models.list(), body.model, 'completion');
  const params = paramsOf(body, await models.load(role, reply.signal));
  const head = { id: `cmpl-${randomUUID()}`, object: 'text_completion', created: now(), model: model.id };
  const choice = (text: string, finish: string | null): object => ({
    choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
  });
  let sent = '';
  const give = (text: string): void => {
    if (body.stream === true && text.length > sent.length)
      reply.event({ ...head, ...choice(text.slice(sent.length), null) });
    sent = text;
  };
  const result = await models.complete(role, params, { signal: reply.signal, onText: give });
  const finish = finishReasons[result.stopReason];
  if (body.stream !== true) {
    reply.json(200, { ...head, ...choice(result.text, finish), usage: usageOf(result.tokens) });
    return;
  }
  give(result.text);
  reply.event({ ...head, ...choice('', finish) });
  if (body.stream_options?.include_usage === true)
    reply.event({ ...head, choices: [], usage: usageOf(result.tokens) });
  reply.done();
}

function checkPossible({ n, best_of: best, echo, logprobs }: CompletionBody): void {
  if (n != null && n !== 1) throw impossible('n', 'One answer is given to a request: leave n out.');
  if (best != null && best !== 1) throw impossible('best_of', 'One answer is written: leave best_of out.');
  if (echo === true) throw impossible('echo', 'The prompt is not given back: leave echo out.');
  if (logprobs != null && logprobs !== false)
    throw impossible('logprobs', 'Probabilities are not given: leave logprobs out.');
}

function paramsOf(body: CompletionBody, { name, format }: LoadedModel): CompleteParams {
  const prompt = typeof body.prompt === 'string' ? body.prompt : (body.prompt[0] ?? '');
  const { suffix } = body;
  const fills = format.limitation === null;
  if (suffix != null && suffix !== '' && !fills) {
    throw impossible(
      'suffix',
      `The model ${name} can't fill in between a prompt and a suffix: leave the suffix out, or choose another model.`,
    );
  }
  const around = !fills ? null : suffix != null ? { prefix: prompt, suffix } : laidOut(prompt, format.family);
  return {
    ...{ repository: null, path: null, segments: [], ...modelDefaults, anchors: [], avoid: [] },
    ...(around ?? { prefix: prompt, suffix: '' }),
    maxTokens: Math.min(body.max_tokens ?? usualTokens, mostTokens),
    stop: null,
    wishes: {
      plain: around === null,
      temperature: body.temperature ?? 0,
      seed: seedOf(body.seed),
      stops: stopsOf(body.stop),
    },
  };
}
