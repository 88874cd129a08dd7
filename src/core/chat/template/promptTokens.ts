import type { Masking, PromptPiece } from './masking.ts';

/** A control token, and whether it takes blanks beside it with it. */
export interface ControlToken {
  readonly id: number;
  readonly stripsBefore: boolean;
  readonly stripsBehind: boolean;
}

/** The vocabulary's part in making tokens of a prompt. */
export interface PromptVocabulary {
  control(text: string): ControlToken;
  /** Tokens of a text, none of them a control token, whatever it says. */
  plain(text: string): readonly number[];
  /** The token that llama.cpp puts first, or null. */
  readonly bos: number | null;
}

/** A token that was written, with the text that it added to the answer. */
export interface WrittenToken {
  readonly id: number;
  readonly text: string;
  readonly control: boolean;
  /** Whether it ends with a whole character. */
  readonly whole: boolean;
}

/** A text's tokens from its start, and after which of them it may be cut and go on otherwise. */
export interface Laid {
  readonly text: string;
  readonly tokens: readonly number[];
  /** For each token, where it ends in `text`; -1 where the text must not be cut behind it. */
  readonly ends: readonly number[];
}

const nothing: Laid = { text: '', tokens: [], ends: [] };

/**
 * Makes tokens of prompts. An answer that is part of a later prompt keeps the tokens that the model wrote, although its
 * text might be cut into others: so it is found in the KV cache. Whatever a prompt begins with, of the last one and its
 * answer, keeps its tokens.
 */
export class PromptTokens {
  readonly #masking: Masking;
  readonly #vocabulary: PromptVocabulary;
  #known: Laid = nothing;

  constructor(masking: Masking, vocabulary: PromptVocabulary) {
    this.#masking = masking;
    this.#vocabulary = vocabulary;
  }

  /** Takes note of a prompt that was evaluated, and of what was written after it. */
  remember({ text, tokens, ends }: Laid, written: readonly WrittenToken[]): void {
    const answer = this.#trusted(written);
    let end = text.length;
    this.#known = {
      text: text + answer.map((token) => token.text).join(''),
      tokens: [...tokens, ...answer.map(({ id }) => id)],
      ends: [
        ...ends,
        ...answer.map((token) => {
          end += token.text.length;
          return token.whole ? end : -1;
        }),
      ],
    };
  }

  /** A rendered (masked) prompt with its tokens. */
  lay(rendered: string): Laid {
    const kept = this.#kept(rendered);
    const tokens = this.#known.tokens.slice(0, kept);
    const ends = this.#known.ends.slice(0, kept);
    const from = ends.at(-1) ?? 0;
    const pieces = this.#masking.split(rendered.slice(from));
    pieces.forEach((piece, index) => {
      const [before, behind] = [pieces[index - 1], pieces[index + 1]];
      const found = this.#tokensOf(piece, before, behind);
      tokens.push(...found);
      // Where a prompt ends, the tokens of an answer begin.
      const whole = piece.kind === 'control' || behind === undefined;
      ends.push(...found.map((_, at) => (whole && at === found.length - 1 ? from + piece.end : -1)));
    });
    const { bos } = this.#vocabulary;
    if (bos !== null && tokens[0] !== bos) {
      tokens.unshift(bos);
      ends.unshift(0);
    }
    return { text: rendered, tokens, ends };
  }

  /** How many of the known tokens a prompt begins with. */
  #kept(rendered: string): number {
    const { text, ends } = this.#known;
    let common = 0;
    const most = Math.min(text.length, rendered.length);
    while (common < most && text.charCodeAt(common) === rendered.charCodeAt(common)) common += 1;
    return ends.findLastIndex((end) => end >= 0 && end <= common) + 1;
  }

  #tokensOf(
    piece: PromptPiece,
    before: PromptPiece | undefined,
    behind: PromptPiece | undefined,
  ): readonly number[] {
    if (piece.kind === 'control') return [this.#vocabulary.control(piece.text).id];
    let { text } = piece;
    if (before?.kind === 'control' && this.#vocabulary.control(before.text).stripsBehind) {
      text = text.trimStart();
    }
    if (behind?.kind === 'control' && this.#vocabulary.control(behind.text).stripsBefore) {
      text = text.trimEnd();
    }
    return text === '' ? [] : this.#vocabulary.plain(text);
  }

  /** The answer up to where its letters, not a token, read like a control token: a prompt has that masked. */
  #trusted(written: readonly WrittenToken[]): readonly WrittenToken[] {
    const controls = new Set<number>();
    let end = 0;
    for (const { text, control } of written) {
      if (control) controls.add(end);
      end += text.length;
    }
    const text = written.map((token) => token.text).join('');
    const spelt = this.#masking.find(text).find(({ start }) => !controls.has(start));
    if (spelt === undefined) return written;
    let from = 0;
    const cut = written.findIndex((token) => (from += token.text.length) > spelt.start);
    return written.slice(0, cut);
  }
}
