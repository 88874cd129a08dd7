import type { AnswerReader, Collected } from './collected.ts';
import { Markers } from './markers.ts';

const message = '<|message|>';
const headMarkers = ['<|start|>', '<|channel|>', message];
const endMarkers = ['<|end|>', '<|call|>', '<|return|>', '<|start|>', '<|channel|>'];

/** Longer headers are none: a role, a recipient, a channel and a content type are what they hold. */
const longestHeader = 300;

/** A header of which the message is missing. */
const wholeHeader =
  /^(?:<\|start\|>)?(?:assistant)?(?:\s*to=\S*)?\s*(?:<\|channel\|>\s*\w*)?(?:\s*to=\S*)?(?:\s*<\|constrain\|>\s*\w*)?\s*$/;

/**
 * Reads the channels of the harmony format (gpt-oss): `analysis` is what is thought, a message `to=functions.name` is a
 * call, all else is text. The answer begins behind `<|start|>assistant`.
 */
export class HarmonyAnswer implements AnswerReader {
  readonly #events: Collected;
  readonly #tools: boolean;
  readonly #heads = new Markers([...headMarkers, 'to=']);
  readonly #ends = new Markers(endMarkers);
  readonly #message = new Markers([message]);
  #state: 'between' | 'header' | 'body';
  #kind: 'text' | 'reasoning' = 'text';
  /** The function that the message calls. */
  #recipient: string | null = null;
  #held = '';
  #marked: boolean;

  constructor(options: { begunThinking: boolean; tools: boolean }, events: Collected) {
    this.#events = events;
    this.#tools = options.tools;
    this.#state = options.begunThinking ? 'body' : 'between';
    this.#kind = options.begunThinking ? 'reasoning' : 'text';
    this.#marked = options.begunThinking;
  }

  push(text: string): void {
    this.#held += text;
    while (this.#step(false));
  }

  end(): void {
    while (this.#step(true));
    if (this.#state === 'between' && !this.#marked) this.#events.write('text', this.#held);
    this.#held = '';
  }

  #step(ended: boolean): boolean {
    switch (this.#state) {
      case 'between':
        return this.#stepBetween(ended);
      case 'header':
        return this.#stepHeader(ended);
      case 'body':
        return this.#stepBody(ended);
    }
  }

  #stepBetween(ended: boolean): boolean {
    const rest = this.#held.trimStart();
    if (rest === '') return false;
    if (!ended && this.#heads.mayBegin(rest)) return false;
    if (this.#heads.beginning(rest) !== null) {
      this.#held = rest;
      this.#state = 'header';
      return true;
    }
    if (this.#marked) this.#held = rest;
    this.#beginBody('text', null);
    return true;
  }

  #stepHeader(ended: boolean): boolean {
    const found = this.#message.find(this.#held.slice(0, longestHeader));
    if (found !== null) {
      const header = this.#held.slice(0, found.at);
      this.#held = this.#held.slice(found.at + message.length);
      const recipient = /\bto=([^\s<]+)/.exec(header)?.[1] ?? null;
      const channel = /<\|channel\|>\s*(\w+)/.exec(header)?.[1];
      this.#marked = true;
      this.#beginBody(channel === 'analysis' ? 'reasoning' : 'text', this.#tools ? recipient : null);
      return true;
    }
    if (!ended && this.#held.length < longestHeader) return false;
    if (ended && wholeHeader.test(this.#held)) this.#held = '';
    // What begins it is no marker any more, or the body would end at once.
    const marker = this.#heads.beginning(this.#held);
    this.#beginBody('text', null);
    if (marker !== null) this.#give(marker.length);
    return true;
  }

  #beginBody(kind: 'text' | 'reasoning', recipient: string | null): void {
    this.#state = 'body';
    this.#kind = kind;
    this.#recipient = recipient;
  }

  #stepBody(ended: boolean): boolean {
    const found = this.#ends.find(this.#held);
    if (found === null) {
      if (this.#recipient === null) this.#give(this.#held.length - (ended ? 0 : this.#ends.held(this.#held)));
      else if (ended) this.#call(this.#held.length);
      return false;
    }
    if (this.#recipient === null) this.#give(found.at);
    else this.#call(found.at);
    // What begins the next message belongs to its header.
    if (!headMarkers.includes(found.marker)) this.#held = this.#held.slice(found.marker.length);
    this.#marked = true;
    this.#state = 'between';
    return true;
  }

  #give(length: number): void {
    this.#events.write(this.#kind, this.#held.slice(0, length));
    this.#held = this.#held.slice(length);
  }

  #call(length: number): void {
    const name = (this.#recipient ?? '').replace(/^functions\./, '');
    this.#events.call({ name, arguments: this.#held.slice(0, length).trim() });
    this.#held = this.#held.slice(length);
    this.#recipient = null;
  }
}
