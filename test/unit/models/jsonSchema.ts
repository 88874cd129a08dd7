/** A JSON schema, as far as `models/catalogue.schema.json` makes use of it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const annotations = new Set(['$schema', '$defs', 'title', 'description']);

/** Whether a value obeys a schema. Throws for a keyword that it does not know, so that none is overlooked. */
export function obeys(value: unknown, schema: JsonSchema, root: JsonSchema = schema): boolean {
  return Object.entries(schema).every(([keyword, wanted]) => {
    if (annotations.has(keyword)) return true;
    const check = keywords[keyword];
    if (check === undefined) throw new Error(`unknown keyword ${keyword}`);
    return check(value, wanted as never, root, schema);
  });
}

type Check = (value: unknown, wanted: never, root: JsonSchema, schema: JsonSchema) => boolean;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
};

const keywords: Readonly<Record<string, Check>> = {
  type: (value, wanted: string) => types[wanted]?.(value) ?? false,
  const: (value, wanted) => value === wanted,
  enum: (value, wanted: unknown[]) => wanted.includes(value),
  required: (value, wanted: string[]) => !isObject(value) || wanted.every((key) => Object.hasOwn(value, key)),
  properties: (value, wanted: Record<string, JsonSchema>, root) =>
    !isObject(value) ||
    Object.entries(wanted).every(
      ([key, schema]) => !Object.hasOwn(value, key) || obeys(value[key], schema, root),
    ),
  items: (value, wanted: JsonSchema, root) =>
    !Array.isArray(value) || value.every((item) => obeys(item, wanted, root)),
  minItems: (value, wanted: number) => !Array.isArray(value) || value.length >= wanted,
  maxItems: (value, wanted: number) => !Array.isArray(value) || value.length <= wanted,
  uniqueItems: (value) => !Array.isArray(value) || new Set(value).size === value.length,
  minLength: (value, wanted: number) => typeof value !== 'string' || [...value].length >= wanted,
  maxLength: (value, wanted: number) => typeof value !== 'string' || [...value].length <= wanted,
  pattern: (value, wanted: string) => typeof value !== 'string' || new RegExp(wanted, 'u').test(value),
  minimum: (value, wanted: number) => typeof value !== 'number' || value >= wanted,
  maximum: (value, wanted: number) => typeof value !== 'number' || value <= wanted,
  $ref: (value, wanted: string, root) => obeys(value, definition(root, wanted), root),
};

function definition(root: JsonSchema, reference: string): JsonSchema {
  const name = reference.replace('#/$defs/', '');
  const found = (root['$defs'] as Readonly<Record<string, JsonSchema>>)[name];
  if (found === undefined) throw new Error(`no definition ${reference}`);
  return found;
}
