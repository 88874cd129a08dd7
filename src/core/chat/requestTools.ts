import type { ToolDefinition, ToolParameter } from './types.ts';

/** A tool as VS Code's language model API and other programs offer it. */
export interface RequestTool {
  readonly name: string;
  readonly description: string;
  /** JSON schema. */
  readonly inputSchema?: object | undefined;
}

/** Tools as our models are told of them. */
export interface OfferedTools {
  readonly definitions: readonly ToolDefinition[];
  /** The arguments of a call as the tool's own schema has them; null where they are no JSON object. */
  readonly input: (name: string, argumentsText: string) => object | null;
}

interface Schema {
  readonly type?: unknown;
  readonly description?: unknown;
  readonly enum?: unknown;
}

/**
 * Tools in the words that small models understand: flat arguments that are texts, whole numbers or truth values. What
 * is a list or an object in a tool's schema is a text that holds its JSON, and is taken apart again in a call.
 */
export function offeredTools(tools: readonly RequestTool[]): OfferedTools {
  const nested = new Map<string, ReadonlySet<string>>();
  const definitions = tools.map(({ name, description, inputSchema }): ToolDefinition => {
    const { properties = {}, required = [] } = (inputSchema ?? {}) as {
      properties?: Readonly<Record<string, Schema>>;
      required?: readonly string[];
    };
    const entries = Object.entries(properties).map(([key, schema]) => [key, parameterOf(schema)] as const);
    nested.set(name, new Set(Object.keys(properties).filter((key) => isNested(properties[key] ?? {}))));
    return {
      name,
      description,
      parameters: { type: 'object', properties: Object.fromEntries(entries), required },
    };
  });
  return { definitions, input: (name, text) => inputOf(text, nested.get(name) ?? new Set()) };
}

function parameterOf(schema: Schema): ToolParameter {
  const said = typeof schema.description === 'string' ? schema.description : '';
  const values = Array.isArray(schema.enum) ? ` One of: ${schema.enum.map(String).join(', ')}.` : '';
  const form = isNested(schema) ? ` As JSON: ${JSON.stringify(schema)}` : '';
  const type = schema.type === 'integer' || schema.type === 'boolean' ? schema.type : 'string';
  return { type, description: `${said}${values}${form}`.trim() };
}

function isNested({ type }: Schema): boolean {
  return type !== 'string' && type !== 'integer' && type !== 'boolean';
}

function inputOf(text: string, nested: ReadonlySet<string>): object | null {
  const parsed = parse(text.trim() === '' ? '{}' : text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const entries = Object.entries(parsed).map(([key, value]): [string, unknown] => {
    if (!nested.has(key) || typeof value !== 'string') return [key, value];
    const inner = parse(value);
    return [key, inner === undefined ? value : inner];
  });
  return Object.fromEntries(entries);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
