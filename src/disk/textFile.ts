/** How the text of a file is written in bytes. A byte order mark is the text's first character. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** A file's text, and how it is to be written again. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

/**
 * Reads bytes as text: UTF-16 where they begin with its byte order mark, else UTF-8. Null where they are neither, so that
 * they can't be written again as they were.
 */
export function decodeText(bytes: Uint8Array): DecodedText | null {
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : { text, encoding };
  } catch {
    return null;
  }
}

/** The bytes of a text. */
export function encodeText({ text, encoding }: DecodedText): Uint8Array {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

function encodingOf([first, second]: Uint8Array): TextEncoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
