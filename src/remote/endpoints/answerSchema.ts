import type { AnswerSchema } from '../../core/chat/types.ts';
import { isObject, parsed } from '../../core/text/json.ts';

/**
 * A schema as servers take it that hold an answer to one: every property is required and no other allowed, as OpenAI's
 * strict mode wants it. Lengths, which some servers refuse, are said in words; `conforming` checks them.
 */
export function jsonSchemaOf(schema: AnswerSchema): Record<string, unknown> {
  if ('enum' in schema) return { type: 'string', enum: schema.enum };
  switch (schema.type) {
    case 'integer':
    case 'boolean':
      return { type: schema.type };
    case 'string':
      return { type: 'string', ...described(range(schema.minLength, schema.maxLength), 'characters') };
    case 'array':
      return {
        type: 'array',
        items: jsonSchemaOf(schema.items),
        ...described(range(schema.minItems, schema.maxItems), 'items'),
      };
    case 'object': {
      const properties = Object.entries(schema.properties);
      return {
        type: 'object',
        properties: Object.fromEntries(properties.map(([name, value]) => [name, jsonSchemaOf(value)])),
        required: properties.map(([name]) => name),
        additionalProperties: false,
      };
    }
  }
}

function range(least: number | undefined, most: number | undefined): string | null {
  if (least === undefined) return most === undefined ? null : `at most ${most}`;
  return most === undefined ? `at least ${least}` : `${least} to ${most}`;
}

function described(bounds: string | null, what: string): { description?: string } {
  return bounds === null ? {} : { description: `${bounds} ${what}` };
}

/** The schema as a sentence at the end of a question, for servers that can't hold an answer to one. */
export function schemaInWords(schema: AnswerSchema): string {
  return (
    'Answer with nothing but JSON, without a code fence, that conforms to this JSON schema: ' +
    JSON.stringify(jsonSchemaOf(schema))
  );
}

/** The name under which an answer stands whose schema is no object: servers want an object at the top. */
const wrapped = 'answer';

/** The schema with an object at its top. */
export function objectSchemaOf(schema: AnswerSchema): Extract<AnswerSchema, { type: 'object' }> {
  if ('type' in schema && schema.type === 'object') return schema;
  return { type: 'object', properties: { [wrapped]: schema } };
}

/**
 * The JSON in an answer, in its shortest form and with properties in the schema's order; null where the answer has no
 * JSON of the schema. A code fence around it is taken off, and the object of `objectSchemaOf`.
 */
export function conforming(schema: AnswerSchema, answer: string): string | null {
  const text = answer.trim();
  const value = parsed(text) ?? parsed(/^```\w*\s*\n([^]*?)\n?\s*```$/.exec(text)?.[1] ?? '');
  const own = ordered(schema, value);
  if (own !== undefined) return JSON.stringify(own);
  const wrapping = objectSchemaOf(schema);
  const inner = wrapping === schema || !isObject(value) ? undefined : ordered(schema, value[wrapped]);
  return inner === undefined ? null : JSON.stringify(inner);
}

/** The value with its properties in order; undefined where it breaks the schema. */
function ordered(schema: AnswerSchema, value: unknown): unknown {
  if ('enum' in schema) return typeof value === 'string' && schema.enum.includes(value) ? value : undefined;
  switch (schema.type) {
    case 'integer':
      return Number.isSafeInteger(value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'string': {
      if (typeof value !== 'string') return undefined;
      // Counted as JSON schema does: in characters, not in UTF-16 units.
      const length = Array.from(value).length;
      return within(length, schema.minLength, schema.maxLength) ? value : undefined;
    }
    case 'array': {
      if (!Array.isArray(value) || !within(value.length, schema.minItems, schema.maxItems)) return undefined;
      const items = value.map((item) => ordered(schema.items, item));
      return items.includes(undefined) ? undefined : items;
    }
    case 'object': {
      if (!isObject(value)) return undefined;
      const names = Object.keys(schema.properties);
      if (Object.keys(value).length !== names.length) return undefined;
      const entries = Object.entries(schema.properties).map(
        ([name, inner]) =>
          [name, ordered(inner, Object.hasOwn(value, name) ? value[name] : undefined)] as const,
      );
      return entries.some(([, inner]) => inner === undefined) ? undefined : Object.fromEntries(entries);
    }
  }
}

function within(count: number, least = 0, most = Infinity): boolean {
  return count >= least && count <= most;
}
