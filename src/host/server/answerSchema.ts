import type { AnswerSchema } from '../../core/chat/types.ts';
import { isObject } from '../../core/text/json.ts';
import { impossible } from './refusal.ts';

/** What says nothing about which JSON is allowed. */
const annotations: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
]);
const mostCount = { string: 1000, array: 100 } as const;

/**
 * A JSON schema as what an answer can be held to; throws Refusal for a schema that allows or forbids more than that. An
 * object gets all of its properties, those that need not be there too.
 */
export function answerSchemaOf(schema: unknown, at: string): AnswerSchema {
  if (!isObject(schema)) throw impossible(at, `The field ${at} is no JSON schema: send an object.`);
  if ('const' in schema)
    return { enum: [oneText(schema['const'], `${at}.const`)], ...only(schema, at, ['const', 'type']) };
  if ('enum' in schema)
    return { enum: texts(schema['enum'], `${at}.enum`), ...only(schema, at, ['enum', 'type']) };
  switch (schema['type']) {
    case 'string':
      only(schema, at, ['type', 'minLength', 'maxLength']);
      return { type: 'string', ...bounds(schema, at, ['minLength', 'maxLength'], mostCount.string) };
    case 'integer':
    case 'boolean':
      only(schema, at, ['type']);
      return { type: schema['type'] };
    case 'array':
      only(schema, at, ['type', 'items', 'minItems', 'maxItems']);
      return {
        type: 'array',
        items: answerSchemaOf(schema['items'], `${at}.items`),
        ...bounds(schema, at, ['minItems', 'maxItems'], mostCount.array),
      };
    case 'object':
      return objectOf(schema, at);
    default:
      throw impossible(
        `${at}.type`,
        `The schema's ${at} has a type that can't be held to here: use string, integer, boolean, array or object.`,
      );
  }
}

function objectOf(schema: Record<string, unknown>, at: string): AnswerSchema {
  only(schema, at, ['type', 'properties', 'required', 'additionalProperties']);
  const { properties, additionalProperties } = schema;
  if (additionalProperties !== undefined && typeof additionalProperties !== 'boolean')
    throw cannot(`${at}.additionalProperties`);
  if (!isObject(properties))
    throw impossible(`${at}.properties`, `The schema's ${at} names no properties: name those it is to have.`);
  const entries = Object.entries(properties).map(
    ([name, inner]) => [name, answerSchemaOf(inner, `${at}.properties.${name}`)] as const,
  );
  return { type: 'object', properties: Object.fromEntries(entries) };
}

/** Refuses keywords that would not be held to; gives nothing. */
function only(schema: Record<string, unknown>, at: string, known: readonly string[]): object {
  const other = Object.keys(schema).find((key) => !known.includes(key) && !annotations.has(key));
  if (other !== undefined) throw cannot(`${at}.${other}`);
  return {};
}

function cannot(at: string): Error {
  return impossible(at, `The schema's ${at} can't be held to here: leave it out.`);
}

function bounds<K extends string>(
  schema: Record<string, unknown>,
  at: string,
  keys: readonly [K, K],
  most: number,
): { readonly [key in K]?: number } {
  const found = keys.flatMap((key): [K, number][] => {
    const value = schema[key];
    if (value === undefined) return [];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most)
      return [[key, value]];
    throw impossible(`${at}.${key}`, `The schema's ${at}.${key} must be a whole number from 0 to ${most}.`);
  });
  return Object.fromEntries(found) as { readonly [key in K]?: number };
}

function texts(value: unknown, at: string): readonly string[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= 100)
    return value.map((item) => oneText(item, at));
  throw impossible(at, `The schema's ${at} must be a list of 1 to 100 texts.`);
}

function oneText(value: unknown, at: string): string {
  if (typeof value === 'string') return value;
  throw impossible(at, `The schema's ${at} has something else than texts, which can't be held to here.`);
}
