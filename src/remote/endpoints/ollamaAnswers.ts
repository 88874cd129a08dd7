import * as v from 'valibot';

const text = v.pipe(
  v.optional(v.nullable(v.string()), ''),
  v.transform((value) => value ?? ''),
);
const count = v.optional(v.nullable(v.pipe(v.number(), v.minValue(0))), null);

/** `/api/version`. Other servers that answer there say more than this. */
export const ollamaVersion = v.object({ version: v.string(), commit: v.optional(v.never()) });

/** A model that runs at another host, to which Ollama passes every prompt on. */
const remote = { remote_host: text, remote_model: text };

/** `/api/tags`. */
export const ollamaTags = v.object({
  models: v.array(v.object({ name: v.string(), ...remote })),
});

/** `/api/ps`: what is loaded. */
export const ollamaRunning = v.object({
  models: v.array(v.object({ name: v.string(), context_length: count })),
});

/** `/api/show`. */
export const ollamaShown = v.object({
  template: text,
  /** Lines of a name and a value. */
  parameters: text,
  capabilities: v.fallback(v.optional(v.nullable(v.array(v.string())), null), null),
  model_info: v.fallback(v.record(v.string(), v.unknown()), {}),
  /** What `think` may be, where a model has levels of it. */
  thinking: v.fallback(
    v.optional(v.nullable(v.object({ values: v.array(v.union([v.boolean(), v.string()])) })), null),
    null,
  ),
  ...remote,
});
export type OllamaShown = v.InferOutput<typeof ollamaShown>;

const counts = {
  done: v.optional(v.boolean(), false),
  done_reason: text,
  prompt_eval_count: count,
  eval_count: count,
  prompt_eval_duration: count,
};

/** A line of `/api/generate`. */
export const ollamaGenerated = v.object({ response: text, ...counts });

/** A line of `/api/chat`. */
export const ollamaSaid = v.object({
  message: v.optional(
    v.object({
      content: text,
      thinking: text,
      tool_calls: v.optional(
        v.nullable(
          v.array(
            v.object({
              id: text,
              function: v.object({ name: v.string(), arguments: v.optional(v.unknown(), {}) }),
            }),
          ),
        ),
        null,
      ),
    }),
  ),
  ...counts,
});

/** The vocabulary in the answer of `/api/show` with `verbose`. */
export const ollamaVocabulary = v.object({
  model_info: v.object({ 'tokenizer.ggml.tokens': v.array(v.string()) }),
});
