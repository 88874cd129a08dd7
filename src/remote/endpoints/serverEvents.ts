import { createParser, type EventSourceParser } from 'eventsource-parser';
import { parsed } from '../../core/text/json.ts';

/** One event of a stream: its type, where it has one, and its text. */
export interface ServerEvent {
  readonly event: string | null;
  readonly data: string;
}

/** Reads server-sent events from text that comes in pieces. */
export class ServerEvents {
  readonly #parser: EventSourceParser;
  #events: ServerEvent[] = [];
  #tooLong = false;

  /** `mostUnits`: of one event. */
  constructor(mostUnits: number) {
    this.#parser = createParser({
      maxBufferSize: mostUnits,
      onEvent: ({ event = null, data }) => this.#events.push({ event, data }),
      onError: ({ type }) => (this.#tooLong ||= type === 'max-buffer-size-exceeded'),
    });
  }

  /** The events that more text makes whole; null: nothing more comes. */
  read(text: string | null): readonly ServerEvent[] | 'too-long' {
    // The parser takes no more once one event was too long.
    if (this.#tooLong) return 'too-long';
    // Some servers leave out the blank line behind their last event.
    this.#parser.feed(text ?? '\n\n');
    if (this.#tooLong) return 'too-long';
    const events = this.#events;
    this.#events = [];
    // What the end cut off is no event.
    return text === null ? events.filter(({ data }) => isWhole(data)) : events;
  }
}

function isWhole(data: string): boolean {
  return data === '[DONE]' || parsed(data) !== undefined;
}

/** Reads the lines that are not blank from text that comes in pieces; null: nothing more comes. */
export function linesOf(mostUnits: number): (text: string | null) => readonly string[] | 'too-long' {
  let pieces: string[] = [];
  let length = 0;
  return (text) => {
    const end = text?.lastIndexOf('\n') ?? 0;
    if (text !== null && end === -1) {
      pieces.push(text);
      length += text.length;
      return length > mostUnits ? 'too-long' : [];
    }
    const whole = [...pieces, text?.slice(0, end) ?? ''].join('').split('\n');
    const rest = text?.slice(end + 1) ?? '';
    pieces = [rest];
    length = rest.length;
    const lines = whole.map((line) => line.trim()).filter((line) => line !== '');
    // What the end cut off is no line.
    return text === null ? lines.filter((line) => parsed(line) !== undefined) : lines;
  };
}
