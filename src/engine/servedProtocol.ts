import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How another program wants a completion written. It is never ended because the model is unsure. */
export const writingWishes = v.object({
  /** Goes on with the text before the cursor, without any marker. */
  plain: v.boolean(),
  /** 0: always the likeliest token. */
  temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(5)),
  /** Equal seeds give equal texts. */
  seed: count,
  /** The text ends before the first of these. */
  stops: v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(100)),
});
export type WritingWishes = v.InferOutput<typeof writingWishes>;

/** Most texts of one request, and UTF-16 units of all of them. */
export const mostEmbedded = 512;
export const mostEmbeddedUnits = 1 << 20;

/** Parameters of the request `embed`. */
export const embedParams = v.object({
  texts: v.pipe(
    v.array(v.string()),
    v.maxLength(mostEmbedded),
    v.check(
      (texts) => texts.reduce((units, { length }) => units + length, 0) <= mostEmbeddedUnits,
      'the texts are too long',
    ),
  ),
});

/** How a model makes one vector of those of its tokens: their mean, the first one, the last one. */
export type PoolingType = 'mean' | 'cls' | 'last';

/** What texts mean to a model. */
export interface Embeddings {
  /** Of each text, in order; of length 1. */
  readonly vectors: readonly Float32Array[];
  /** Tokens of all texts, with those that the model puts around each. */
  readonly tokens: number;
}
