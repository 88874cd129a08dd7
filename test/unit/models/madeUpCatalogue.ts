/** Catalogues for tests. */
export type Json = Record<string, unknown>;
/** A model with every field; `change` replaces some. */
export const model = (change: Json = {}): Json => ({
  id: 'some-model',
  name: 'Some Model',
  family: 'Some',
  summary: 'Good for tests.',
  roles: ['completion', 'chat'],
  fillInTheMiddle: true,
  parameters: { total: 100, active: 10 },
  contextTokens: 4096,
  licence: { name: 'MIT', nonCommercial: false, address: 'https://example.org/licence' },
  source: 'https://example.org/model',
  shape: {
    architecture: 'llama',
    ...{ layers: 2, heads: 4, kvHeads: 2, headDim: 8, valueDim: 8, embedding: 32, feedForward: 64 },
    ...{ vocabulary: 100, slidingWindow: 16, globalEvery: 2, latent: 4, tied: true },
    experts: { total: 8, used: 2, feedForward: 16 },
  },
  strength: { completion: 50, chat: 12.5 },
  memoryClass: 4,
  quantizations: [
    {
      name: 'Q4_K_M',
      files: [{ address: 'https://example.org/a.gguf', bytes: 60, sha256: 'ab'.repeat(32) }],
      approximateBytes: 62,
    },
  ],
  ...change,
});
/** A catalogue of these models. */
export const catalogue = (...models: Json[]): Json => ({ $schema: './x', version: 1, name: 'Test', models });

/** A copy of `content` in which what stands at a path is another value, or gone where that is undefined. */
export function changed(content: Json, at: readonly (string | number)[], value: unknown): Json {
  const copy = structuredClone(content);
  let holder = copy;
  for (const key of at.slice(0, -1)) holder = holder[key] as Json;
  const last = at.at(-1) ?? '';
  if (value === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return copy;
}
