import { StopTexts } from '../../core/chat/template/stopTexts.ts';
import { EndpointError } from '../../core/endpoints/errors.ts';
import type { InfillAnswer, InfillCall, InfillQuery } from '../../core/endpoints/ports.ts';

/** A server that does not keep to `maxTokens` is cut off here: hardly a token has more characters. */
const mostUnitsPerToken = 32;

/** Takes a completion as it comes, and ends it at the query's `stops`. */
export class InfillWriter {
  readonly #stops: StopTexts;
  readonly #mostUnits: number;
  readonly #onText: InfillCall['onText'];
  #text = '';

  constructor(query: Pick<InfillQuery, 'stops' | 'maxTokens'>, call: Pick<InfillCall, 'onText'>) {
    this.#stops = new StopTexts(query.stops);
    this.#mostUnits = query.maxTokens * mostUnitsPerToken;
    this.#onText = call.onText;
  }

  /** Whether it is at its end although the server may go on: read no further then. */
  get ended(): boolean {
    return this.#stops.stopped || this.#text.length > this.#mostUnits;
  }

  push(piece: string): void {
    if (!this.ended) this.#add(this.#stops.push(piece));
  }

  /** The whole; `reason` and `tokens` are the server's. */
  finish(reason: InfillAnswer['stopReason'], tokens: InfillAnswer['tokens'] = unknownTokens): InfillAnswer {
    const cut = this.#text.length > this.#mostUnits;
    if (!this.#stops.stopped) this.#add(this.#stops.end());
    const stopReason = this.#stops.stopped ? 'stop' : cut ? 'max-tokens' : reason;
    return { text: this.#text, stopReason, tokens };
  }

  #add(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#onText?.(this.#text);
  }
}

const unknownTokens: InfillAnswer['tokens'] = { prompt: null, reused: null, generated: null };

/**
 * Completes by `read`, which hands what comes to the writer and gives the server's reason and tokens. Ends with what
 * came so far when the call's `enough` says so; `read` is stopped by the signal that it gets.
 */
export async function readInfill(
  query: Pick<InfillQuery, 'stops' | 'maxTokens'>,
  call: InfillCall,
  read: (writer: InfillWriter, signal: AbortSignal) => Promise<Omit<InfillAnswer, 'text'>>,
): Promise<InfillAnswer> {
  const { signal, enough } = call;
  const writer = new InfillWriter(query, call);
  try {
    const { stopReason, tokens } = await read(
      writer,
      enough === undefined ? signal : AbortSignal.any([signal, enough]),
    );
    return writer.finish(stopReason, tokens);
  } catch (error) {
    const ended = error instanceof EndpointError && error.code === 'cancelled';
    if (!ended || signal.aborted || enough?.aborted !== true) throw error;
    return writer.finish('enough');
  }
}
