import { isUtf8 } from 'node:buffer';
import * as v from 'valibot';
import type { ConversationEvent } from '../../core/chat/conversation.ts';
import { repairEvents } from '../../core/chat/repairEvents.ts';
import { eventSchema, isOfNewerVersion } from './eventSchema.ts';

const newline = 0x0a;

/** What a file of events holds. */
export interface ReadLines {
  readonly events: readonly ConversationEvent[];
  /** Lines that are no events, and the byte behind the last of them; null for none. */
  readonly damage: { readonly lines: number; readonly end: number } | null;
  /** Whether the last line is damaged and has no end, as one that is still being written. */
  readonly torn: boolean;
  /** Whether a newer Hearth wrote it. */
  readonly newer: boolean;
}

/**
 * Reads events, one in each line; lines that are none are left out. A piece of a line that stands whole further on (the
 * disk was full in the middle of it, and it was written again), or in a line that is still to be written, is no damage.
 */
export function readEventLines(bytes: Uint8Array, toCome: readonly string[] = []): ReadLines {
  const events: ConversationEvent[] = [];
  let bad: Piece[] = [];
  let newer = false;
  let torn = false;
  for (const { start, end } of pieces(bytes)) {
    const line = bytes.subarray(start, end);
    const event = readEvent(line);
    torn = false;
    if (event === 'blank') continue;
    if (event === 'newer' || event === 'bad') {
      newer ||= event === 'newer';
      torn = end === bytes.length;
      bad.push({ start, end });
    } else {
      events.push(event);
      if (bad.length > 0) bad = bad.filter((piece) => !beginsWith(line, bytes, piece));
    }
  }
  for (const line of toCome) bad = bad.filter((piece) => !beginsWith(Buffer.from(line), bytes, piece));
  const last = bad.at(-1);
  return {
    events,
    damage: last === undefined ? null : { lines: bad.length, end: last.end },
    torn: torn && last !== undefined,
    newer,
  };
}

/** The events of the conversation `id` as they were read, with what lost ones need put in their place. */
export function wholeEvents({ events, damage }: ReadLines, id: string): readonly ConversationEvent[] {
  const whole = damage === null && events[0]?.type === 'created';
  return whole || events.length === 0 ? events : repairEvents(events, id);
}

/** A line as it stands in a file. */
export function eventLine(event: ConversationEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** Bytes of a line, without its end. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

function* pieces(bytes: Uint8Array): Generator<Piece> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    yield { start, end };
    start = end + 1;
  }
}

function readEvent(line: Uint8Array): ConversationEvent | 'blank' | 'newer' | 'bad' {
  if (!isUtf8(line)) return 'bad';
  const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString('utf8');
  if (text.trim() === '') return 'blank';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'bad';
  }
  const parsed = v.safeParse(eventSchema, value);
  if (parsed.success) return parsed.output;
  return isOfNewerVersion(value) ? 'newer' : 'bad';
}

function beginsWith(line: Uint8Array, bytes: Uint8Array, { start, end }: Piece): boolean {
  return (
    end - start < line.length &&
    Buffer.compare(line.subarray(0, end - start), bytes.subarray(start, end)) === 0
  );
}
