import type { FimFormat, PromptFormat, Tokenizer } from './format.ts';
import { wrapTokens } from './format.ts';
import { fitPrefix, fitSuffix, roundUp } from './layoutFit.ts';
import type { FrozenSuffix } from './layoutFreeze.ts';
import {
  repositoryLength,
  repositoryTokens,
  segmentBudget,
  type RepositoryTokens,
} from './layoutRepository.ts';
import { LayoutState, type Alignment, type Head } from './layoutState.ts';
import type { Piece, PromptInput, PromptLayout, PromptPart } from './layoutTypes.ts';

export type { PromptInput, PromptLayout, PromptPart, PromptSegment } from './layoutTypes.ts';
export { LayoutState } from './layoutState.ts';

/** Share of the window. Cody uses 60 % prefix and 10 % suffix, Continue 30 and 20, Copilot 35 and 15 beside context. */
const suffixShare = 0.25;
/** Most tokens of the suffix beyond its share: what stands further below decides little and costs as much. */
const mostSuffix = 512;
/** What the prefix leaves to the suffix changes in steps of this share of both, so that it changes seldom. */
const wantStep = 0.25;
/** Room that is left to what will be typed: this share of both. */
const slackShare = 0.125;
/** Most tokens behind the middle marker before the head takes them in, and their share of prefix and suffix. */
const mostBehindMiddle = 192;
const behindMiddleShare = 0.25;
/** A head that was cut and is shorter than this share of prefix and suffix is laid out anew, with more text. */
const leastHeadShare = 0.25;

/** The parts of a prompt that come from the current file. */
interface Text {
  readonly head: Head;
  /** Text between the head and the cursor: behind the middle marker, where the model has one. */
  readonly rest: Piece;
  readonly suffix: FrozenSuffix;
  /** Whether the head's start moved, so that nothing of the text can be reused. */
  readonly moved: boolean;
}

/** How the text of the current file may be laid out. */
interface Frame {
  readonly input: PromptInput;
  readonly tokenizer: Tokenizer;
  readonly state: LayoutState;
  /** Tokens that prefix and suffix have together. */
  readonly room: number;
  readonly hasSuffix: boolean;
  /** Where the prompt ends with the prefix, or the suffix comes first, the head can grow without moving anything. */
  readonly headGrows: boolean;
  /** Most tokens of the cursor's line. */
  readonly lineBudget: number;
  readonly pad: string;
}

/**
 * Lays out a prompt of at most `budget` tokens from stable to volatile, so that what was evaluated for one keystroke
 * is reused for the next: repository files, current path, then in the model's own order the prefix up to a line's start
 * (the head) and the suffix, and after the middle marker the rest of the text before the cursor. A keystroke then adds
 * tokens at the end only. With the `state` of the prompt before, a new line does so too: head and suffix stay as they
 * were laid out, until more stands behind the middle marker than it should, or the text around the cursor is another.
 */
export function layoutPrompt(
  input: PromptInput,
  format: PromptFormat,
  tokenizer: Tokenizer,
  budget: number,
  state = new LayoutState(),
): PromptLayout {
  state.adopt(format, tokenizer, input.path);
  const start = tokenizer.bos === null ? [] : [tokenizer.bos];
  if (format.kind === 'fim') return layoutFim(input, format, tokenizer, budget, state);
  const room = Math.max(1, budget - start.length);
  const options = { hasSuffix: false, headGrows: true, lineBudget: room, pad: '' };
  const { head, rest } = layText({ input, tokenizer, state, room, ...options });
  const tokens = [...headTokens(head), ...rest.tokens];
  return {
    tokens: [...start, ...tokens],
    parts: [prefixPart(input, head.text + rest.text, tokens.length)],
    typed: tokens.length,
  };
}

function layoutFim(
  input: PromptInput,
  format: FimFormat,
  tokenizer: Tokenizer,
  budget: number,
  state: LayoutState,
): PromptLayout {
  const { family, middle } = format;
  const start = tokenizer.bos === null ? [] : [tokenizer.bos];
  const before = wrapTokens(family?.wrap?.before ?? [], tokenizer);
  const after = wrapTokens(family?.wrap?.after ?? [], tokenizer);
  const markers = 2 + (middle === null ? 0 : 1);
  // Typing must not change what any part gets, lest all of it is evaluated again: the shares are of the whole room,
  // never of what the text so far leaves of it.
  const room = Math.max(4, budget - start.length - before.length - after.length - markers);
  const lay = (repository: RepositoryTokens): Text => {
    const textRoom = room - repositoryLength(repository);
    return layText({
      input,
      tokenizer,
      state,
      room: textRoom,
      hasSuffix: true,
      headGrows: format.order === 'suffix-prefix-middle' || middle === null,
      lineBudget: Math.floor(textRoom * (middle === null ? 1 - suffixShare : 0.5)),
      pad: family?.afterPrefix ?? '',
    });
  };
  const most = segmentBudget(room);
  const known = state.align(input.prefix) === null ? null : state.repository(input);
  const kept = known === null || repositoryLength(known) > most ? null : known;
  let repository = kept ?? repositoryTokens(input, format, tokenizer, most);
  if (kept === null) state.rememberRepository(input, repository);
  let text = lay(repository);
  if (kept !== null && text.moved && state.segmentsWait(input)) {
    repository = repositoryTokens(input, format, tokenizer, most);
    state.rememberRepository(input, repository);
    text = lay(repository);
  }
  const { head, rest, suffix } = text;
  const ofHead = headTokens(head);
  const prefixTokens = [format.prefix, ...repository.inPrefix, ...ofHead];
  const suffixTokens = [format.suffix, ...suffix.tokens];
  const ordered =
    format.order === 'prefix-suffix-middle'
      ? [...prefixTokens, ...suffixTokens]
      : [...suffixTokens, ...prefixTokens];
  const end = [...(middle === null ? [] : [middle]), ...after, ...rest.tokens];
  return {
    tokens: [...start, ...before, ...repository.before, ...ordered, ...end],
    parts: [
      ...repository.parts,
      prefixPart(input, head.text + rest.text, ofHead.length + rest.tokens.length),
      suffixPart(input, suffix),
    ],
    typed: middle === null ? ofHead.length + rest.tokens.length : typedTokens(rest),
  };
}

/** At a line's start no token was begun, whatever stands behind the middle marker. */
function typedTokens({ text, tokens }: Piece): number {
  return text.endsWith('\n') ? 0 : tokens.length;
}

function headTokens(head: Head): number[] {
  return head.pieces.flatMap(({ tokens }) => tokens);
}

const noSuffix: FrozenSuffix = { input: '', text: '', tokens: [] };

function layText(frame: Frame): Text {
  const { input, state, room, hasSuffix } = frame;
  let place = state.align(input.prefix);
  const cut = place !== null && place.start > 0;
  if (cut && pieceTokens(state.head?.pieces ?? []) < room * leastHeadShare) place = null;
  const suffixHolds = !hasSuffix || state.suffixHolds(input.suffix, input.prefix.slice(place?.start ?? 0));
  const text =
    (place?.whole === true && suffixHolds ? continued(frame, place) : null) ??
    laidAnew(frame, place, suffixHolds);
  // A line that had to be cut has nothing above it, and no head to come back to.
  const headless = text.head.text === '' && text.head.start > 0;
  state.remember(headless ? null : text.head, hasSuffix ? text.suffix : null);
  return text;
}

/** The same head and suffix as before, and what came since; null where that does not do. */
function continued(frame: Frame, { start }: Alignment): Text | null {
  const { input, tokenizer, state, room, headGrows, lineBudget } = frame;
  const { prefix } = input;
  const old = state.head;
  if (old === null) return null;
  const suffix = state.suffix ?? noSuffix;
  const end = start + old.text.length;
  const lineStart = headGrows ? prefix.lastIndexOf('\n') + 1 : end;
  const head = lineStart <= end ? { ...old, start } : headOf(frame, start, prefix.slice(start, lineStart));
  const text = prefix.slice(Math.max(end, lineStart));
  const rest = { text, tokens: tokenizer.tokenize(text) };
  const most = Math.min(mostBehindMiddle, Math.floor(room * behindMiddleShare));
  if (rest.tokens.length > (text.includes('\n') ? most : lineBudget)) return null;
  const used = pieceTokens(head.pieces) + suffix.tokens.length + rest.tokens.length;
  return used > room ? null : { head, rest, suffix, moved: false };
}

/** The head up to the cursor's line, and the suffix, as much of both as fits; the head's old start is kept if it may. */
function laidAnew(frame: Frame, place: Alignment | null, suffixHolds: boolean): Text {
  const { input, tokenizer, room, lineBudget, pad } = frame;
  const { prefix } = input;
  const lineStart = prefix.lastIndexOf('\n') + 1;
  const rest = fitPrefix(prefix.slice(lineStart), tokenizer, { budget: lineBudget });
  const used = rest.tokens.length;
  // Where the line itself had to be cut, what stands above it would seem to continue in its midst.
  if (rest.text.length < prefix.length - lineStart) {
    const head = { start: prefix.length, text: '', pieces: [pieceOf('', pad, tokenizer)] };
    return { head, rest, suffix: suffixFor(frame, used, suffixHolds), moved: true };
  }
  const start = place !== null && place.start <= lineStart ? place.start : 0;
  const head = headOf(frame, start, prefix.slice(start, lineStart));
  const length = pieceTokens(head.pieces);
  if (start > 0 && length < room * leastHeadShare) return laidAnew(frame, null, suffixHolds);
  const suffix = suffixFor(frame, length + used, suffixHolds);
  const left = room - suffix.tokens.length;
  // What goes on from an earlier prompt will go on; it must not overflow with the next line.
  const slack = place === null ? 0 : Math.floor(room * slackShare);
  if (length + used + slack <= left) return { head, rest, suffix, moved: place === null };
  const anchors = (input.anchors ?? []).filter((offset) => offset > start).map((offset) => offset - start);
  const fit = fitPrefix(head.text, tokenizer, { budget: left, used: used + slack, pad, anchors });
  const cut = { start: lineStart - fit.text.length, text: fit.text, pieces: [fit] };
  return { head: cut, rest, suffix, moved: true };
}

/** A suffix for a prefix of `length` tokens: the frozen one where it holds and nothing is saved by a fresh one. */
function suffixFor(frame: Frame, length: number, suffixHolds: boolean): FrozenSuffix {
  const { input, tokenizer, state, room, hasSuffix, headGrows } = frame;
  if (!hasSuffix) return noSuffix;
  const wanted = roundUp(length + Math.floor(room * slackShare), Math.floor(room * wantStep));
  const budget = Math.max(Math.floor(room * suffixShare), Math.min(mostSuffix, room - wanted));
  const frozen = state.suffix;
  if (headGrows && suffixHolds && frozen !== null && frozen.tokens.length <= budget) return frozen;
  const all = state.tokensOfSuffix(input.suffix, tokenizer);
  return { input: input.suffix, ...fitSuffix(input.suffix, all, tokenizer, budget) };
}

/** A head with this text, in which pieces that were tokenised before are used again. */
function headOf({ state, tokenizer, pad }: Frame, start: number, text: string): Head {
  const pieces: Piece[] = [];
  let length = 0;
  for (const piece of state.head?.pieces ?? []) {
    if (!text.startsWith(piece.text, length)) break;
    pieces.push(piece);
    length += piece.text.length;
  }
  if (pieces.length === 0) pieces.push(pieceOf(text, pad, tokenizer));
  else if (length < text.length) pieces.push(pieceOf(text.slice(length), '', tokenizer));
  return { start, text, pieces };
}

function pieceOf(text: string, pad: string, tokenizer: Tokenizer): Piece {
  return { text, tokens: pad + text === '' ? [] : tokenizer.tokenize(pad + text) };
}

function pieceTokens(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

function prefixPart(input: PromptInput, text: string, tokens: number): PromptPart {
  return { kind: 'prefix', path: input.path, startLine: 0 - lineEnds(text), endLine: 0, tokens };
}

function suffixPart(input: PromptInput, { text, tokens }: FrozenSuffix): PromptPart {
  const { path } = input;
  return { kind: 'suffix', path, startLine: 0, endLine: lineEnds(text), tokens: tokens.length };
}

function lineEnds(text: string): number {
  return text.split('\n').length - 1;
}
