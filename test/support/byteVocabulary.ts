import { toBytes, type ByteString } from '../../src/core/prompt/bytes.ts';

/**
 * A made-up vocabulary of byte strings that cuts a text into its longest tokens from the left; every single byte is
 * a token, so that any text has tokens, and one of them may end inside a character.
 */
export class ByteVocabulary {
  readonly #pieces: readonly ByteString[];

  constructor(pieces: readonly ByteString[]) {
    this.#pieces = [...pieces].filter((piece) => piece !== '').sort((a, b) => b.length - a.length);
  }

  /** The bytes of a text's tokens. */
  tokenize(text: string): ByteString[] {
    return this.cut(toBytes(text));
  }

  cut(bytes: ByteString): ByteString[] {
    const tokens: ByteString[] = [];
    for (let at = 0; at < bytes.length;) {
      const token = this.#pieces.find((piece) => bytes.startsWith(piece, at)) ?? bytes.charAt(at);
      tokens.push(token);
      at += token.length;
    }
    return tokens;
  }
}

/** Texts of what editors meet: code, emoji with joiners, combining marks, wide characters, tabs. */
export const textUnits = [
  ...['a', 'B', '_', '7', ' ', '  ', '\t', '.', '(', '\n'],
  ...['é', 'e\u0301', '漢', '字', '😀', '👩‍👩‍👧', '🏳️‍🌈', '\u200d', 'ß', '\u00a0', '𝒳', 'ก็'],
] as const;
