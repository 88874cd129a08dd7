/**
 * Bytes as a string with one unit (0 to 255) per byte, so that they can be cut, compared and joined like text. Tokens
 * are sequences of bytes: one of them may end, or begin, inside a character.
 */
export type ByteString = string;

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text. */
export function toBytes(text: string): ByteString {
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Whether a text that goes on with these bytes is cut between two characters there (or at its very end). */
export function startsCharacter(bytes: ByteString): boolean {
  return bytes === '' || (bytes.charCodeAt(0) & 0xc0) !== 0x80;
}

/** Reads UTF-8 that comes in pieces; refuses what is no UTF-8 (RFC 3629), so that nothing has to be replaced. */
export class Utf8Reader {
  #pending: ByteString = '';

  /** True while the bytes of a character are incomplete. */
  get incomplete(): boolean {
    return this.#pending !== '';
  }

  /** Whether the stream stays valid with these bytes. */
  accepts(bytes: ByteString): boolean {
    return decode(this.#pending + bytes) !== null;
  }

  /** The text that becomes certain with these bytes; throws RangeError for bytes that `accepts` refuses. */
  read(bytes: ByteString): string {
    const decoded = decode(this.#pending + bytes);
    if (decoded === null) throw new RangeError('These bytes are no UTF-8.');
    this.#pending = decoded.rest;
    return decoded.text;
  }
}

/** The whole characters of `bytes` and the beginning of one more, or null where they are no UTF-8. */
function decode(bytes: ByteString): { text: string; rest: ByteString } | null {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const lead = bytes.charCodeAt(at);
    const length =
      lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0) return null;
    let code = length === 1 ? lead : lead & (0x7f >> length);
    for (let index = 1; index < length; index += 1) {
      if (at + index === bytes.length) return { text, rest: bytes.slice(at) };
      const byte = bytes.charCodeAt(at + index);
      const [least, most] = index === 1 ? secondByte(lead) : [0x80, 0xbf];
      if (byte < least || byte > most) return null;
      code = (code << 6) | (byte & 0x3f);
    }
    text += String.fromCodePoint(code);
    at += length;
  }
  return { text, rest: '' };
}

/** What may follow a lead byte: overlong forms, surrogates and what lies beyond Unicode are excluded (RFC 3629). */
function secondByte(lead: number): [least: number, most: number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/**
 * The bytes of a token of a byte-level vocabulary (GPT-2's table): printable Latin-1 stands for itself, the other bytes,
 * in order, for the characters from U+0100 on. A character that is not in the table stands for its own UTF-8.
 */
export function byteLevelBytes(text: string): ByteString {
  return Array.from(text, (character) => byteOfCharacter.get(character) ?? toBytes(character)).join('');
}

/** The bytes of a token of a SentencePiece vocabulary: U+2581 is a blank, `<0xE4>` the byte of that name. */
export function sentencePieceBytes(text: string): ByteString {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(text)?.[1];
  return byte === undefined
    ? toBytes(text.replaceAll('\u2581', ' '))
    : String.fromCharCode(parseInt(byte, 16));
}

const byteOfCharacter: ReadonlyMap<string, ByteString> = (() => {
  const table = new Map<string, ByteString>();
  let replaced = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    table.set(String.fromCharCode(printable ? byte : 0x100 + replaced++), String.fromCharCode(byte));
  }
  return table;
})();
