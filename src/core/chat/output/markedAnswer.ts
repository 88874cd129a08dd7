import { CallEndSearch } from './callEnd.ts';
import type { CallSyntax } from './callSyntax.ts';
import type { AnswerReader, Collected } from './collected.ts';
import type { OutputFormat } from './format.ts';
import { Markers } from './markers.ts';

/** How an object begins that may be a call without a marker, blanks left out. */
const bareBeginnings = ['{"name":', '{"type":', '{"function":', '{"parameters":'];

/** Reads an answer in which markers stand around what was thought and around calls, and all else is text. */
export class MarkedAnswer implements AnswerReader {
  readonly #events: Collected;
  readonly #syntaxes: readonly CallSyntax[];
  readonly #bare: CallSyntax | null;
  /** Markers that count at the beginning, the same behind a call, amid text, and those around what is thought. */
  readonly #first: Markers;
  readonly #afterCall: Markers;
  readonly #amid: Markers;
  readonly #opening: Markers;
  readonly #closing: Markers;
  #state: 'first' | 'text' | 'reasoning' | 'call';
  /** What came and is not given yet. */
  #held = '';
  #call: { readonly syntax: CallSyntax; readonly end: CallEndSearch } | null = null;
  /** Whether a marker came before, whether text did, whether a call was the last thing. */
  #marked: boolean;
  #wrote = false;
  #called = false;
  /** Whether nothing was thought yet since thinking began. */
  #silent = true;

  constructor(format: OutputFormat, options: { begunThinking: boolean; tools: boolean }, events: Collected) {
    const calls = options.tools ? format.calls : null;
    const inText = [...(calls?.syntaxes ?? []).map(({ open }) => open), ...(calls?.wrappers ?? [])];
    this.#events = events;
    this.#syntaxes = calls?.syntaxes ?? [];
    this.#bare = calls?.bare ?? null;
    const opening = format.thoughts.map(({ open }) => open);
    this.#first = new Markers([...opening, ...inText]);
    this.#afterCall = new Markers([...opening, ...inText, ...(calls?.closers ?? [])]);
    this.#amid = new Markers(inText);
    this.#opening = new Markers(opening);
    this.#closing = new Markers(format.thoughts.map(({ close }) => close));
    this.#state = options.begunThinking ? 'reasoning' : 'first';
    this.#marked = options.begunThinking;
  }

  push(text: string): void {
    this.#held += text;
    while (this.#step(false));
  }

  end(): void {
    while (this.#step(true));
    if (this.#state === 'first' && !this.#marked) this.#events.write('text', this.#held);
    this.#held = '';
  }

  /** Reads as far as is certain; true where it may go on. */
  #step(ended: boolean): boolean {
    switch (this.#state) {
      case 'first':
        return this.#stepFirst(ended);
      case 'text':
        return this.#stepText(ended);
      case 'reasoning':
        return this.#stepReasoning(ended);
      case 'call':
        return this.#stepCall(ended);
    }
  }

  #stepFirst(ended: boolean): boolean {
    const body = this.#held.trimStart();
    if (body === '') return false;
    const markers = this.#called ? this.#afterCall : this.#first;
    const marker = markers.beginning(body);
    if (marker !== null) {
      this.#held = body.slice(marker.length);
      return this.#enter(marker);
    }
    if (!ended && markers.mayBegin(body)) return false;
    if (this.#bare !== null && !this.#wrote) {
      const bare = mayBeBare(body);
      if (bare === 'maybe' && !ended) return false;
      if (bare === true) {
        this.#held = body;
        return this.#enterCall(this.#bare);
      }
    }
    return this.#beginText(body);
  }

  /** Blanks at the beginning belong to the text, but those between a marker and it to the marker. */
  #beginText(body: string): boolean {
    if (this.#marked && !this.#wrote) this.#held = body;
    this.#state = 'text';
    this.#called = false;
    return true;
  }

  #stepText(ended: boolean): boolean {
    const found = this.#amid.find(this.#held);
    if (found !== null) {
      this.#give('text', found.at);
      this.#held = this.#held.slice(found.marker.length);
      return this.#enter(found.marker);
    }
    this.#give('text', this.#held.length - (ended ? 0 : this.#amid.held(this.#held)));
    return false;
  }

  #stepReasoning(ended: boolean): boolean {
    if (this.#silent) {
      this.#held = this.#held.trimStart();
      if (this.#held === '') return false;
      // Some write the marker again that the prompt ends with.
      const again = this.#opening.beginning(this.#held);
      if (again !== null) {
        this.#held = this.#held.slice(again.length);
        return true;
      }
      if (!ended && this.#opening.mayBegin(this.#held)) return false;
    }
    const found = this.#closing.find(this.#held);
    if (found !== null) {
      this.#give('reasoning', this.#held.slice(0, found.at).trimEnd().length);
      this.#held = this.#held.slice(this.#held.indexOf(found.marker) + found.marker.length);
      this.#state = 'first';
      return true;
    }
    const certain = this.#held.slice(0, this.#held.length - (ended ? 0 : this.#closing.held(this.#held)));
    this.#give('reasoning', certain.trimEnd().length);
    return false;
  }

  #stepCall(ended: boolean): boolean {
    if (this.#call === null) return false;
    const { syntax, end: search } = this.#call;
    const end = search.find(this.#held, ended);
    if (end === null) return false;
    const calls = end === 'broken' ? null : syntax.read(this.#held.slice(0, end.bodyEnd));
    this.#call = null;
    if (calls === null) {
      this.#events.write('text', syntax.open);
      this.#wrote = true;
      this.#state = 'text';
      if (end !== 'broken') this.#give('text', end.next);
      return true;
    }
    for (const call of calls) this.#events.call(call);
    this.#held = this.#held.slice(end === 'broken' ? 0 : end.next);
    this.#called = true;
    this.#state = 'first';
    return true;
  }

  #enter(marker: string): boolean {
    this.#marked = true;
    const syntax = this.#syntaxes.find(({ open }) => open === marker);
    if (syntax !== undefined) return this.#enterCall(syntax);
    this.#state = this.#opening.beginning(marker) === marker ? 'reasoning' : 'first';
    this.#silent = true;
    return true;
  }

  #enterCall(syntax: CallSyntax): boolean {
    this.#marked = true;
    this.#call = { syntax, end: new CallEndSearch(syntax) };
    this.#state = 'call';
    return true;
  }

  /** Gives the first `length` units of what is held. */
  #give(kind: 'text' | 'reasoning', length: number): void {
    if (length === 0) return;
    this.#events.write(kind, this.#held.slice(0, length));
    this.#held = this.#held.slice(length);
    if (kind === 'text') this.#wrote = true;
    else this.#silent = false;
  }
}

/** Whether an object that begins so may be a call. */
function mayBeBare(text: string): boolean | 'maybe' {
  const compact = text.slice(0, 100).replace(/\s+/g, '');
  if (bareBeginnings.some((beginning) => compact.startsWith(beginning))) return true;
  return text.length < 100 && bareBeginnings.some((beginning) => beginning.startsWith(compact))
    ? 'maybe'
    : false;
}
