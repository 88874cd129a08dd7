import * as v from 'valibot';
import { modelRoles } from '../core/models/roles.ts';
import type { ModelShape } from '../core/models/shape.ts';
import { modelKinds } from './types.ts';

const number = v.number();
const numberOrNull = v.nullable(v.number());
const textOrNull = v.nullable(v.string());

const layer = v.object({
  weightBytes: number,
  kvHeads: number,
  keyElements: number,
  valueElements: number,
  sliding: v.boolean(),
  stateBytes: number,
});

const shapeSchema: v.GenericSchema<unknown, ModelShape> = v.object({
  architecture: textOrNull,
  layers: v.array(layer),
  heads: numberOrNull,
  headDim: v.nullable(v.object({ key: number, value: number })),
  embedding: numberOrNull,
  feedForward: numberOrNull,
  gated: v.boolean(),
  vocabulary: numberOrNull,
  experts: v.nullable(v.object({ total: number, used: number, feedForward: number })),
  slidingWindow: numberOrNull,
  latent: numberOrNull,
  trainedContext: numberOrNull,
  memory: v.picklist(['attention', 'recurrent', 'hybrid']),
  parameters: v.nullable(v.object({ total: number, active: number })),
  weightType: v.object({ name: textOrNull, dominantType: textOrNull }),
  weights: v.object({ total: number, embedding: number, output: number, layers: number, largest: number }),
  gaps: v.array(
    v.object({
      field: v.picklist([
        'layers',
        'embedding',
        'heads',
        'keyValueHeads',
        'vocabulary',
        'feedForward',
        'state',
      ]),
      reason: v.string(),
    }),
  ),
});

/** What a listing needs of a model's header, as it is kept in the cache of headers. */
export const headerFactsSchema = v.object({
  kind: v.picklist(modelKinds),
  architecture: textOrNull,
  /** `general.name`. */
  title: textOrNull,
  quantization: textOrNull,
  /** The trained window, in tokens. */
  trainedContext: numberOrNull,
  roles: v.array(v.picklist(modelRoles)),
  /** Of fill-in-the-middle, by the family table. */
  family: textOrNull,
  licence: textOrNull,
  /** What its memory depends on; null for what is no text model. */
  shape: v.nullable(shapeSchema),
});
export type HeaderFacts = v.InferOutput<typeof headerFactsSchema>;
