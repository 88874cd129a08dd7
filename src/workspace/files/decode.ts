/** Bytes at a file's beginning in which a NUL tells that it isn't text; as git does it. */
const sample = 8_000;
/** More than so many characters that aren't valid, and a larger share of them, are no slip: this isn't text. */
const mostInvalid = 8;
const mostInvalidShare = 0.001;

/**
 * The text of a file: UTF-8, or UTF-16 with a byte order mark, which is dropped. Single bytes that aren't valid become
 * U+FFFD. Where it isn't text, why not.
 */
export function decodeText(bytes: Buffer): { readonly text: string } | { readonly problem: string } {
  const wide = wideText(bytes);
  if (wide !== null) return { text: wide };
  if (bytes.subarray(0, sample).includes(0)) return { problem: 'it holds NUL bytes' };
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = bytes.toString('utf8', marked ? 3 : 0);
  let invalid = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) invalid += 1;
  if (invalid > mostInvalid && invalid > text.length * mostInvalidShare) {
    return { problem: `${invalid} of its characters are not valid UTF-8` };
  }
  return { text };
}

/** UTF-16 by its byte order mark; null for anything else, UTF-32 with it. */
function wideText(bytes: Buffer): string | null {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe && (bytes[2] !== 0 || bytes[3] !== 0);
  if (little) return bytes.toString('utf16le', 2);
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  return big
    ? Buffer.from(bytes.subarray(2, bytes.length & ~1))
        .swap16()
        .toString('utf16le')
    : null;
}
