import { markerTexts, type FimFamily } from '../prompt/families.ts';
import type { FimFormat } from '../prompt/format.ts';
import { layoutPrompt, LayoutState, type PromptInput, type PromptPart } from '../prompt/layout.ts';
import { TextTokenizer } from './textTokenizer.ts';

/** Tokens that a piece of the text tokenizer stands for, as long as nobody counted: 3.6 UTF-16 units make a token. */
const usualTokensPerPiece = 0.85;

/** After a prompt that was too long, texts are taken for so much longer, and at most for so much altogether. */
const longerBy = 1.25;
const mostLonger = 3;

/** Texts that begin or end something for one model or another, beside the markers of the families. */
const otherControls = ['<s>', '</s>', '<unk>', '[INST]', '[/INST]', '<|im_start|>', '<|eot_id|>', '<|end|>'];
const controls = [...new Set([...markerTexts, ...otherControls])].sort((a, b) => b.length - a.length);
const anyControl = new RegExp(
  controls.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
  'g',
);

/** A prompt as text, for a server that makes tokens of it and takes its markers for what they are. */
export interface InfillPrompt {
  readonly text: string;
  /** What of the text before and after the cursor is in it, for a server with markers of its own. */
  readonly around: { readonly prefix: string; readonly suffix: string };
  readonly parts: readonly PromptPart[];
  /** Of the whole prompt, estimated. */
  readonly tokens: number;
}

/**
 * Lays out the prompts of one family for one server, each with as much of the last one's beginning as there may be: the
 * layout of the local engine (`layoutPrompt`) with a tokenizer that needs no model.
 *
 * The server can't tell our markers from the same text in a file. So wherever a file has the text of a marker, or of
 * another token that controls some model, a blank is put behind its first character (`<|fim_suffix|>` becomes
 * `< |fim_suffix|>`): the model reads a blank that is not there, and code can't inject a marker.
 */
export class InfillPrompts {
  readonly family: FimFamily;
  readonly #tokenizer: TextTokenizer;
  readonly #format: FimFormat;
  readonly #state = new LayoutState();
  #counted = usualTokensPerPiece;
  #longer = 1;

  constructor(family: FimFamily) {
    this.family = family;
    this.#tokenizer = new TextTokenizer(family);
    this.#format = formatOf(family, this.#tokenizer);
  }

  /** Lays out a prompt of about `budget` tokens at most. */
  prompt(input: PromptInput, budget: number): InfillPrompt {
    const pieces = Math.floor(budget / this.#tokensPerPiece);
    const layout = layoutPrompt(input, this.#format, this.#tokenizer, pieces, this.#state);
    const parts = layout.parts.map((part) => ({ ...part, tokens: this.#estimate(part.tokens) }));
    const runs = this.#tokenizer.runs(layout.tokens);
    const text = runs.map(({ kind, text }) => (kind === 'marker' ? text : maskControls(text))).join('');
    return { text, around: this.#around(runs), parts, tokens: this.#estimate(layout.tokens.length) };
  }

  /** Learns how many tokens the server's model makes of a text; later budgets are held by that. */
  counted(text: string, tokens: number): void {
    const pieces = this.#tokenizer.tokenize(text).length;
    if (pieces > 0 && tokens > 0) this.#counted = tokens / pieces;
  }

  /** A prompt was longer than the server's window although it kept to its budget: later ones are shorter. */
  tooLong(): void {
    this.#longer = Math.min(mostLonger, this.#longer * longerBy);
  }

  get #tokensPerPiece(): number {
    return this.#counted * this.#longer;
  }

  #estimate(pieces: number): number {
    return Math.ceil(pieces * this.#tokensPerPiece);
  }

  /** The texts behind the markers: of prefix and suffix, and what was typed since the prefix's last line began. */
  #around(runs: ReturnType<TextTokenizer['runs']>): InfillPrompt['around'] {
    const { prefix, suffix, middle } = this.family;
    const after = (marker: string | null): string => {
      const at = runs.findLastIndex(({ kind, text }) => kind === 'marker' && text === marker);
      const next = at === -1 ? undefined : runs[at + 1];
      return next?.kind === 'text' ? next.text : '';
    };
    return { prefix: maskControls(after(prefix) + after(middle)), suffix: maskControls(after(suffix)) };
  }
}

/** The text with a blank in each text of a marker or another control token, so that it is none. */
export function maskControls(text: string): string {
  return text.replace(anyControl, (control) => `${control.slice(0, 1)} ${control.slice(1)}`);
}

/**
 * Texts that end an answer of this family: a server may give the model's own end as text. What stands in them beyond
 * the end is none of the answer.
 */
export function infillStops(family: FimFamily): readonly string[] {
  const { prefix, suffix, middle, stops } = family;
  return [...new Set([...stops, prefix, suffix, ...(middle === null ? [] : [middle])])];
}

function formatOf(family: FimFamily, tokenizer: TextTokenizer): FimFormat {
  const id = (text: string): number => tokenizer.specialToken(text) ?? 0;
  return {
    kind: 'fim',
    family,
    markers: 'vocabulary',
    prefix: id(family.prefix),
    suffix: id(family.suffix),
    middle: family.middle === null ? null : id(family.middle),
    order: family.middle === null ? 'suffix-prefix-middle' : family.order,
    stops: new Set(),
  };
}
