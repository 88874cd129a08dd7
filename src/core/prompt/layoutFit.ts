import type { Tokenizer } from './format.ts';
import type { Piece } from './layoutTypes.ts';

/** The prefix's start moves in steps of this share of its budget, so that most keystrokes leave it where it is. */
const anchorStep = 0.25;
/** A definition's start is not worth more of the budget than this share. */
const leastKept = 0.5;

export interface PrefixRoom {
  readonly budget: number;
  /** Tokens of the budget that must stay free behind the text. */
  readonly used?: number;
  /** Text that stands before whatever is kept. */
  readonly pad?: string;
  /** Offsets into the text at which it may best start, ascending. */
  readonly anchors?: readonly number[];
}

/**
 * The end of `text` that fits, with `pad` before it among the tokens. Where text is left out, the start moves by at
 * least a quarter of the budget at once, to the first anchor behind that unless this throws away more than half of the
 * budget, else to a line start.
 */
export function fitPrefix(text: string, tokenizer: Tokenizer, room: PrefixRoom): Piece {
  const { budget, used = 0, pad = '', anchors = [] } = room;
  const all = tokenizer.tokenize(pad + text);
  const excess = all.length + used - budget;
  if (excess <= 0) return { tokens: all, text };
  const drop = Math.min(roundUp(excess, Math.floor(budget * anchorStep)), all.length);
  const dropped = Math.max(0, tokenizer.detokenize(all.slice(0, drop)).length - pad.length);
  const from = (start: number): Piece => {
    const kept = text.slice(start);
    const tokens = tokenizer.tokenize(pad + kept);
    const over = tokens.length + used - budget;
    if (over <= 0) return { tokens, text: kept };
    const left = tokens.slice(over);
    const units = Math.min(kept.length, tokenizer.detokenize(left).length);
    return { tokens: left, text: kept.slice(kept.length - units) };
  };
  const anchor = anchors.find((offset) => offset >= dropped && offset < text.length);
  if (anchor !== undefined) {
    const piece = from(anchor);
    if (piece.tokens.length + used >= budget * leastKept) return piece;
  }
  const lineEnd = text.indexOf('\n', Math.max(0, dropped - 1));
  // A window without a line start (one huge line) is cut in its midst.
  if (lineEnd === -1 || lineEnd + 1 >= text.length) {
    return { tokens: all.slice(drop), text: text.slice(Math.min(dropped, text.length)) };
  }
  return from(lineEnd + 1);
}

/** The beginning of `text` that fits, ending at a line end where there is one. `all` are the whole text's tokens. */
export function fitSuffix(text: string, all: readonly number[], tokenizer: Tokenizer, budget: number): Piece {
  if (all.length <= budget) return { tokens: all, text };
  const fitting = all.slice(0, Math.max(0, budget));
  const whole = tokenizer.detokenize(fitting);
  const lineEnd = whole.lastIndexOf('\n');
  if (lineEnd <= 0) return { tokens: fitting, text: text.slice(0, whole.length) };
  const kept = text.slice(0, lineEnd + 1);
  return { tokens: tokenizer.tokenize(kept).slice(0, budget), text: kept };
}

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / Math.max(1, step)) * Math.max(1, step);
}
