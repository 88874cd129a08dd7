import type { FimFamily } from '../prompt/families.ts';
import type { Tokenizer } from '../prompt/format.ts';

/**
 * Pieces that tokens of code are about as long as: words and blanks of at most seven characters, up to three digits or
 * two signs, and everything else a character at a time. One piece fits into a number (see `toNumber`).
 */
const piece = / ?[A-Za-z_]{1,6}|[0-9]{1,3}|[ \t]{1,7}|[!-/:-@[-^`{-~]{1,2}|[^]/gu;

const base = 128;
const firstCharacter = base ** 7;
const firstMarker = 2 ** 51;

/**
 * A tokenizer that knows no model: its tokens are pieces of the text itself, about as many as a model's tokens would be,
 * and the markers of one family. What is laid out with it can be turned into text, byte for byte.
 */
export class TextTokenizer implements Tokenizer {
  readonly bos = null;
  readonly #markers: readonly string[];

  constructor(family: FimFamily) {
    this.#markers = tokensOf(family);
  }

  tokenize(text: string): number[] {
    return (text.match(piece) ?? []).map(toNumber);
  }

  /** Text of the pieces; markers are left out. */
  detokenize(tokens: readonly number[]): string {
    return tokens.map((token) => (token >= firstMarker ? '' : toText(token))).join('');
  }

  specialToken(text: string): number | null {
    const index = this.#markers.indexOf(text);
    return index === -1 ? null : firstMarker + index;
  }

  /** The tokens as markers and the texts between them, in order. */
  runs(tokens: readonly number[]): readonly { readonly kind: 'marker' | 'text'; readonly text: string }[] {
    const runs: { kind: 'marker' | 'text'; text: string }[] = [];
    for (const token of tokens) {
      const marker = token >= firstMarker ? this.#markers[token - firstMarker] : undefined;
      const last = runs.at(-1);
      if (marker !== undefined) runs.push({ kind: 'marker', text: marker });
      else if (last?.kind === 'text') last.text += toText(token);
      else runs.push({ kind: 'text', text: toText(token) });
    }
    return runs;
  }
}

/** The texts of all tokens that a prompt of this family may have. */
function tokensOf(family: FimFamily): string[] {
  const { prefix, suffix, middle, repository, wrap } = family;
  const wrapped = [...(wrap?.before ?? []), ...(wrap?.after ?? [])];
  return [
    ...new Set(
      [
        prefix,
        suffix,
        middle,
        repository?.header?.token,
        repository?.file.token,
        ...wrapped.map((part) => ('token' in part ? part.token : null)),
      ].filter((text) => text != null),
    ),
  ];
}

/** Up to seven ASCII characters as digits of a number, or any other single character behind those. */
function toNumber(text: string): number {
  const code = text.codePointAt(0) ?? 0;
  if (code === 0 || code >= base) return firstCharacter + code;
  let number = 0;
  for (let index = 0; index < text.length; index += 1) number = number * base + text.charCodeAt(index);
  return number;
}

function toText(token: number): string {
  if (token >= firstCharacter) return String.fromCodePoint(token - firstCharacter);
  let text = '';
  for (let rest = token; rest > 0; rest = Math.floor(rest / base)) {
    text = String.fromCharCode(rest % base) + text;
  }
  return text;
}
