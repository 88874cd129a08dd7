import * as v from 'valibot';
import { modelRoles } from '../core/models/roles.ts';

/**
 * The form of a catalogue file, as `models/catalogue.schema.json` describes it for editors (a test compares the two).
 * The messages go on from "must be". What two fields have to do with each other is checked by `contradictions`.
 */
const text = v.pipe(v.string('a text'), v.nonEmpty('a text that is not empty'));
const count = v.pipe(
  v.number('a whole number'),
  v.safeInteger('a whole number'),
  v.minValue(1, 'at least 1'),
);
const flag = v.boolean('true or false');
/** Names of hosts in letters, digits, points and dashes, with or without a port of up to four digits. */
const address = v.pipe(
  v.string('an https address'),
  v.regex(/^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,4})?\/\S*$/, 'an https address'),
  v.check((text) => URL.canParse(text), 'an https address'),
);
const modelAddress = v.pipe(
  v.string('the https address of a .gguf file'),
  v.regex(
    /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,4})?\/[^\s?#]+\.gguf(\?\S*)?$/,
    'the https address of a .gguf file',
  ),
  v.check((text) => URL.canParse(text), 'the https address of a .gguf file'),
);
const sha256 = v.pipe(
  v.string('a SHA-256'),
  v.regex(/^[0-9a-f]{64}$/, 'a SHA-256: 64 digits and letters a to f, in lower case'),
);
const strength = v.pipe(
  v.number('a number from 0 to 100'),
  v.minValue(0, 'a number from 0 to 100'),
  v.maxValue(100, 'a number from 0 to 100'),
);
const list = 'a list in brackets';

/** Fields in braces; valibot alone would take a list for them as well. */
function group<const Entries extends v.ObjectEntries>(
  entries: Entries,
  message = 'a group of fields in braces',
) {
  return v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value), message),
    v.object(entries, message),
  );
}

const file = v.object({ address: modelAddress, bytes: v.optional(count), sha256: v.optional(sha256) });

const quantization = group({
  name: text,
  files: v.pipe(v.array(file, list), v.maxLength(512, 'a list of at most 512 files')),
  approximateBytes: v.optional(count),
  bundled: v.optional(
    group({
      file: v.pipe(v.string('a file name'), v.regex(/^[\w-]+\.gguf$/, 'the name of a .gguf file')),
      bytes: count,
      sha256,
    }),
  ),
});

const shape = group({
  architecture: v.optional(text),
  layers: count,
  heads: v.optional(count),
  kvHeads: count,
  headDim: count,
  valueDim: v.optional(count),
  embedding: count,
  feedForward: v.optional(count),
  vocabulary: count,
  slidingWindow: v.optional(count),
  globalEvery: v.optional(count),
  experts: v.optional(group({ total: count, used: count, feedForward: count })),
  latent: v.optional(count),
  tied: v.optional(flag),
});

const model = group({
  id: v.pipe(
    v.string('a text'),
    v.regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, dots and hyphens'),
  ),
  name: text,
  family: text,
  summary: v.pipe(
    text,
    // As JSON schema counts them.
    v.check((summary) => [...summary].length <= 300, 'at most 300 characters long'),
  ),
  roles: v.pipe(
    v.array(v.picklist(modelRoles, '"completion" or "chat"'), list),
    v.nonEmpty('a list of at least one role'),
    v.check((roles) => new Set(roles).size === roles.length, 'a list that names each role once'),
  ),
  fillInTheMiddle: flag,
  parameters: group({ total: count, active: count }),
  contextTokens: count,
  licence: group({ name: text, nonCommercial: v.optional(flag), address: v.optional(address) }),
  source: v.optional(address),
  shape: v.optional(shape),
  strength: v.optional(group({ completion: v.optional(strength), chat: v.optional(strength) })),
  memoryClass: v.optional(count),
  quantizations: v.pipe(
    v.array(quantization, list),
    v.nonEmpty('a list of at least one quantisation'),
    v.maxLength(100, 'a list of at most 100 quantisations'),
  ),
});

/** A catalogue file's content. */
export const catalogueSchema = group(
  {
    $schema: v.optional(v.string('a text')),
    version: v.literal(1, '1: this Hearth knows no other version'),
    name: text,
    models: v.pipe(v.array(model, list), v.maxLength(1000, 'a list of at most 1000 models')),
  },
  'a catalogue in braces',
);
