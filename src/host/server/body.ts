import * as v from 'valibot';
import { isObject } from '../../core/text/json.ts';
import type { ServedRequest } from '../../remote/listenTypes.ts';
import { Refusal } from './refusal.ts';

/** How much a request may bring. */
export interface BodyLimits {
  readonly mostBytes: number;
  /** Lists and objects within one another. */
  readonly mostNesting: number;
}

/** Reads a request's body, which is JSON; throws Refusal. Rejects with another error where the client went away. */
export async function readJson(request: ServedRequest, limits: BodyLimits): Promise<unknown> {
  checkHeaders(request, limits);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limits.mostBytes) throw tooLarge(limits);
    chunks.push(chunk);
  }
  const text = decoded(Buffer.concat(chunks));
  if (nesting(text, limits.mostNesting) > limits.mostNesting)
    throw new Refusal(
      400,
      `The body has more than ${limits.mostNesting} levels of nesting: send a flatter one.`,
    );
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, 'The body is no JSON: send a JSON object.');
  }
}

/** Reads the fields that are known; others are ignored. Throws Refusal that names the field. */
export function parseBody<S extends v.GenericSchema<unknown, unknown>>(
  schema: S,
  value: unknown,
): v.InferOutput<S> {
  if (!isObject(value)) throw new Refusal(400, 'The body is no JSON object: send one.');
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const param = v.getDotPath(issue) ?? 'body';
  // What was received may be long.
  const why = issue.message.slice(0, 200);
  throw new Refusal(400, `The field ${param} can't be used: ${why}.`, { param });
}

function checkHeaders({ headers }: ServedRequest, limits: BodyLimits): void {
  const type = String(headers['content-type'] ?? '');
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new Refusal(415, 'The body must be JSON: send "Content-Type: application/json".');
  const encoding = String(headers['content-encoding'] ?? 'identity');
  if (encoding.toLowerCase() !== 'identity')
    throw new Refusal(415, 'A compressed body is not read here: send it as it is.');
  if (Number(headers['content-length'] ?? 0) > limits.mostBytes) throw tooLarge(limits);
}

function tooLarge({ mostBytes }: BodyLimits): Refusal {
  return new Refusal(413, `The body has more than ${mostBytes} bytes: send less.`);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'The body is no UTF-8: send JSON as UTF-8.');
  }
}

/** How deep lists and objects lie within one another, counted no further than one level beyond `most`. */
function nesting(text: string, most: number): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length && deepest <= most; index += 1) {
    const character = text[index];
    if (quoted && character === '\\') index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '[' || character === '{')) deepest = Math.max(deepest, (depth += 1));
    else if (!quoted && (character === ']' || character === '}')) depth -= 1;
  }
  return deepest;
}
