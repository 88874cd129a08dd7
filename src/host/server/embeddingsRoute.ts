import * as v from 'valibot';
import { mostEmbedded, mostEmbeddedUnits } from '../../engine/servedProtocol.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import { parseBody } from './body.ts';
import { chooseModel } from './chooseModel.ts';
import type { OfferedModel, OfferedModels } from './offeredModels.ts';
import { impossible, Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';

/** A request to `/v1/embeddings`. */
const embeddingsSchema = v.object({
  model: v.nullish(v.string()),
  input: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(mostEmbedded))]),
  encoding_format: v.nullish(v.picklist(['float', 'base64'])),
  dimensions: v.nullish(v.number()),
});

/** Answers `POST /v1/embeddings` with vectors of length 1. */
export async function answerEmbeddings(value: unknown, models: OfferedModels, reply: Reply): Promise<void> {
  const body = parseBody(embeddingsSchema, value);
  const texts = typeof body.input === 'string' ? [body.input] : body.input;
  if (texts.reduce((units, { length }) => units + length, 0) > mostEmbeddedUnits)
    throw new Refusal(400, 'The texts are too long together: send fewer at a time.', { param: 'input' });
  const listed = models.list();
  const { role, model } = chooseModel(listed, body.model, preferred(listed));
  const { name, pooling } = await models.load(role, reply.signal);
  if (pooling === null) {
    throw impossible(
      'model',
      `The model ${name} was not made for embeddings: choose one whose file names a pooling type.`,
    );
  }
  const { vectors, tokens } = await models.embed(role, texts, { signal: reply.signal });
  const dimensions = vectors[0]?.length;
  if (body.dimensions != null && body.dimensions !== dimensions)
    throw impossible('dimensions', `The model ${name} gives ${dimensions} numbers: leave dimensions out.`);
  const encode = (vector: Float32Array): unknown =>
    body.encoding_format === 'base64' ? base64(vector) : [...vector];
  reply.json(200, {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encode(vector) })),
    model: model.id,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** The role of a model that is known to be made for embeddings; that of completions where none is. */
function preferred(models: readonly OfferedModel[]): ModelRole {
  const made = models.find(({ facts }) => facts !== null && facts.pooling !== null);
  return made?.roles[0] ?? 'completion';
}

/** Numbers of 32 bits, the lowest byte first, as OpenAI's clients read them. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}
