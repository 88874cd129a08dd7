import type { TextWindow } from '../text/window.ts';
import { applyFilters } from './filters/index.ts';
import { chosenCandidate, syntaxCandidates } from './filters/syntaxError.ts';
import { toInsertion } from './insertion.ts';
import { wantsMultiline } from './multiline.ts';
import { noLongerWanted } from './noLongerWanted.ts';
import { failure } from './outcome.ts';
import type { CompletionPorts, CompletionQuery, ModelAnswer, ModelCall, ModelQuery } from './ports.ts';
import type { Reason } from './reasons.ts';
import { stopSpec } from './stop.ts';
import type { CursorText, Dropped, Insertion } from './types.ts';

/** Where a request stands: the text around it, and whether its completion may span lines. */
export interface Place {
  readonly query: CompletionQuery;
  readonly window: TextWindow;
  readonly cursor: CursorText;
  readonly multiline: boolean;
}

/** Why there is no place to complete at. */
export interface NoPlace {
  readonly reason: Reason;
  readonly detail: string;
}

/** Reads the text around the cursor. */
export async function readPlace(query: CompletionQuery, ports: CompletionPorts): Promise<Place | NoPlace> {
  let window: Awaited<ReturnType<CompletionPorts['window']>>;
  try {
    window = await ports.window(query);
  } catch (error) {
    const [reason, { detail }] = failure(error);
    return { reason, detail };
  }
  if (window === 'unknown') return { reason: 'document-changed', detail: '' };
  if (typeof window === 'string') return { reason: window, detail: '' };
  const cursor: CursorText = { prefix: window.prefix, suffix: window.suffix };
  if (cursor.prefix.trim() === '') return { reason: 'nothing-typed', detail: '' };
  const multiline = wantsMultiline(cursor, { mode: query.multiline, manual: query.manual });
  return { query, window, cursor, multiline };
}

/** What may differ between two questions about one place. */
export interface Asking {
  readonly maxTokens: number;
  readonly budgetTokens: number;
  readonly avoid: readonly string[];
}

/**
 * Asks the model to continue at `place`. Where there is a grammar, the parser follows what is written line by line and
 * ends it with the statement or block; it never delays the writing. Rejects like the port.
 */
export async function generate(
  place: Place,
  ports: CompletionPorts,
  asking: Asking,
  call: Omit<ModelCall, 'enough'>,
): Promise<ModelAnswer> {
  const enough = new AbortController();
  const judge = new Judge(place, ports, () => enough.abort(noLongerWanted));
  const model: ModelQuery = {
    repository: place.query.repository,
    path: place.query.path,
    ...(place.query.places === undefined ? {} : { places: place.query.places }),
    segments: place.window.segments,
    prefix: place.cursor.prefix,
    suffix: place.cursor.suffix,
    cursorLine: place.window.cursorLine,
    anchors: place.window.anchors,
    ...asking,
    stop:
      place.query.raw === true
        ? null
        : stopSpec(place.cursor, { multiline: place.multiline, mode: place.query.multiline }),
  };
  const answer = await ports.complete(model, {
    ...call,
    enough: enough.signal,
    onText: (text) => {
      judge.follow(text);
      call.onText(text);
    },
  });
  judge.close();
  return answer;
}

/** Asks the parser about a completion that is being written, one question at a time, at line ends only. */
class Judge {
  readonly #place: Place;
  readonly #ports: CompletionPorts;
  readonly #stop: () => void;
  #asked = 0;
  #next = '';
  #busy = false;
  #closed: boolean;

  constructor(place: Place, ports: CompletionPorts, stop: () => void) {
    this.#place = place;
    this.#ports = ports;
    this.#stop = stop;
    this.#closed = ports.syntax === null || place.query.raw === true;
  }

  follow(text: string): void {
    const lines = text.trimStart().split('\n').length;
    if (this.#closed || lines <= 1 || lines === this.#asked) return;
    this.#asked = lines;
    this.#next = text;
    if (!this.#busy) void this.#ask();
  }

  close(): void {
    this.#closed = true;
  }

  async #ask(): Promise<void> {
    this.#busy = true;
    while (!this.#closed && this.#next !== '') {
      const text = this.#next;
      this.#next = '';
      // Without an answer the model simply writes on, to its own rules' end.
      const end = await this.#ports.syntax?.end(syntaxPlace(this.#place), text, false).catch(() => null);
      if (end == null) this.#closed = true;
      else if (end.stop && !this.#closed) {
        this.#closed = true;
        this.#stop();
      }
    }
    this.#busy = false;
  }
}

/** A completion after all that may change or refuse it; `text` has `\n` line ends. */
export interface Settled {
  readonly text: string | null;
  readonly reason: Reason;
  readonly dropped: readonly Dropped[];
}

/**
 * Takes what the model wrote through the end of its statement or block, indentation, filters and the parser's check.
 * Rejects where the document is no longer the one of `place`.
 */
export async function settle(
  place: Place,
  answer: Pick<ModelAnswer, 'text' | 'stopReason'>,
  ports: CompletionPorts,
): Promise<Settled> {
  const { cursor, multiline } = place;
  const none = (reason: Reason, dropped: readonly Dropped[] = []): Settled => ({
    text: null,
    reason,
    dropped,
  });
  if (answer.stopReason === 'unsure' && answer.text.trim() === '') return none('unsure');
  const oneLine = !answer.text.trimStart().includes('\n');
  // A line that does not end within so many tokens is a model that lost its way.
  if (answer.stopReason === 'max-tokens' && oneLine) return none('unfinished');
  let written = answer.text;
  if (!oneLine) {
    const ended = answer.stopReason !== 'max-tokens';
    // Without an answer, what the rules for brackets and indentation kept is good enough.
    const end = await ports.syntax?.end(syntaxPlace(place), written, ended).catch(() => null);
    if (end != null) written = written.slice(0, end.keep);
  }
  const filtered = applyFilters(written, cursor, { multiline: multiline || !oneLine });
  if (filtered.reason !== null) return none(filtered.reason, filtered.dropped);
  const candidates = syntaxCandidates(filtered.text, cursor, (form) => insertionAt(place, form));
  if (candidates.length === 0) return none('repeats-suffix', filtered.dropped);
  const index = await ports.syntax?.check(
    syntaxPlace(place),
    candidates.map(({ insertion }) => insertion),
  );
  const chosen = chosenCandidate(filtered.text, candidates, index ?? null);
  const dropped = [...filtered.dropped, ...chosen.dropped];
  if (chosen.reason !== null || chosen.kept === null) return none(chosen.reason ?? 'adds-error', dropped);
  const kept = chosen.kept === 'as-it-came' ? filtered.text : chosen.kept.text;
  return { text: kept, reason: 'shown', dropped };
}

/** The place as the parser is asked about it. */
export function syntaxPlace({ query }: Place) {
  const { document, version, offset, overlay } = query;
  return { document, version, offset, ...(overlay === undefined ? {} : { overlay }) };
}

/** `text` as an insertion at `place`, or null where it would add nothing that shows. */
export function insertionAt(place: Place, text: string): Insertion | null {
  return toInsertion(text, place.cursor, place.window.eol);
}
