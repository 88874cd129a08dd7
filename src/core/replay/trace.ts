import type { TextChange } from '../text/textDocument.ts';

/**
 * A recorded or made-up editing session. Offsets and lengths are UTF-16 units of the open document as it is when the
 * event comes; `atMs` are milliseconds from the start and never go back; `line` is the trace's own line, from 1.
 */
export type TraceEvent =
  /** Opens a document, or says what the present one's text is now (after an accept). */
  | { readonly kind: 'open'; readonly line: number; readonly path: string; readonly text: string }
  | TypeEvent
  | {
      readonly kind: 'delete';
      readonly line: number;
      readonly atMs: number;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'move'; readonly line: number; readonly atMs: number; readonly offset: number }
  | { readonly kind: 'accept' | 'complete'; readonly line: number; readonly atMs: number };

/** Typed text, and what the editor made of it: a closer put behind the cursor, units behind it that were typed over. */
export interface TypeEvent {
  readonly kind: 'type';
  readonly line: number;
  readonly atMs: number;
  readonly offset: number;
  readonly text: string;
  readonly closer?: string;
  readonly over?: number;
}

const kinds = ['open', 'type', 'delete', 'move', 'accept', 'complete'] as const;
type Kind = (typeof kinds)[number];

const fields: Readonly<Record<Kind, Readonly<Record<string, 'string' | 'count'>>>> = {
  open: { path: 'string', text: 'string' },
  type: { offset: 'count', text: 'string', closer: 'string', over: 'count', atMs: 'count' },
  delete: { offset: 'count', length: 'count', atMs: 'count' },
  move: { offset: 'count', atMs: 'count' },
  accept: { atMs: 'count' },
  complete: { atMs: 'count' },
};

/** Fields that may be missing. */
const optional: readonly string[] = ['closer', 'over'];

/** A trace that can't be followed; the message is one sentence that names the line. */
export class TraceError extends Error {
  readonly line: number;
  constructor(line: number, what: string) {
    super(`Line ${line} of the trace: ${what}`);
    this.line = line;
  }
}

/** Reads a trace of JSON lines; throws TraceError for the first line that is wrong by itself or by those before it. */
export function parseTrace(jsonLines: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  const check = new Check();
  for (const [index, json] of jsonLines.split('\n').entries()) {
    if (json.trim() === '') continue;
    const event = parseEvent(json, index + 1);
    check.next(event);
    events.push(event);
  }
  if (events.length === 0) throw new TraceError(1, 'there is no event.');
  return events;
}

/** The edit that typing makes. */
export function changeOf({ offset, text, closer = '', over = 0 }: TypeEvent): TextChange {
  return { offset, length: over, text: text + closer };
}

/** Throws TraceError where an event's place lies outside a text of `length` units. */
export function checkPlace(event: TraceEvent, length: number): void {
  if (!('offset' in event)) return;
  const taken = event.kind === 'delete' ? event.length : event.kind === 'type' ? (event.over ?? 0) : 0;
  if (event.offset + taken <= length) return;
  const place = taken > 0 ? `${event.offset}+${taken}` : `the offset ${event.offset}`;
  throw new TraceError(event.line, `${place} lies outside the text, which has ${length} UTF-16 units.`);
}

function parseEvent(json: string, line: number): TraceEvent {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TraceError(line, 'it is not JSON.');
  }
  const keys = isRecord(value) ? Object.keys(value) : [];
  const kind = kinds.find((one) => one === keys[0]);
  if (!isRecord(value) || kind === undefined || keys.length !== 1) {
    throw new TraceError(line, `it has to be an object with one of the keys ${kinds.join(', ')}.`);
  }
  const body = value[kind];
  if (!isRecord(body)) throw new TraceError(line, `"${kind}" takes an object.`);
  for (const [name, type] of Object.entries(fields[kind])) {
    if (name in body || !optional.includes(name)) checkField(kind, name, type, body[name], line);
  }
  const odd = Object.keys(body).find((name) => fields[kind][name] === undefined);
  if (odd !== undefined) throw new TraceError(line, `"${kind}" has no field ${JSON.stringify(odd)}.`);
  return { kind, line, ...body } as TraceEvent;
}

function checkField(kind: Kind, name: string, type: 'string' | 'count', value: unknown, line: number): void {
  const fits = type === 'string' ? typeof value === 'string' : isCount(value);
  if (fits) return;
  const wanted = type === 'string' ? 'a string' : 'a whole number from 0';
  throw new TraceError(line, `"${name}" of "${kind}" has to be ${wanted}.`);
}

/** What can be said about an event's place among the others without a model. */
class Check {
  /** Length of the text; null before the first document, and after an accept, which only a model can follow. */
  #length: number | null = null;
  #opened = false;
  #atMs = 0;
  /** Whether a suggestion may be on screen. */
  #asked = false;

  next(event: TraceEvent): void {
    if (event.kind === 'open') return this.#open(event);
    const { line } = event;
    if (!this.#opened) throw new TraceError(line, 'the first event has to be "open".');
    if (event.atMs < this.#atMs) {
      throw new TraceError(
        line,
        `its time ${event.atMs} lies before that of the event above, ${this.#atMs}.`,
      );
    }
    this.#atMs = event.atMs;
    if (this.#length !== null) checkPlace(event, this.#length);
    this.#follow(event);
  }

  #open({ line, path, text }: Extract<TraceEvent, { kind: 'open' }>): void {
    if (path === '' || /^(?:[/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..')) {
      throw new TraceError(line, `${JSON.stringify(path)} is not a path inside the workspace.`);
    }
    this.#opened = true;
    this.#length = text.length;
    this.#asked = false;
  }

  #follow(event: Exclude<TraceEvent, { kind: 'open' }>): void {
    switch (event.kind) {
      case 'type':
        if (event.text === '') throw new TraceError(event.line, 'it types nothing.');
        if (this.#length !== null) this.#length += changeOf(event).text.length - changeOf(event).length;
        this.#asked = true;
        break;
      case 'delete':
        if (event.length === 0) throw new TraceError(event.line, 'it deletes nothing.');
        if (this.#length !== null) this.#length -= event.length;
        this.#asked = true;
        break;
      case 'complete':
        this.#asked = true;
        break;
      case 'move':
        this.#asked = false;
        break;
      case 'accept':
        if (!this.#asked) {
          const since = 'nothing was typed or asked for since the cursor was put there';
          throw new TraceError(event.line, `there can be no suggestion to accept: ${since}.`);
        }
        this.#length = null;
        break;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
