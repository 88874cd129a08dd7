import type { Finding, SecretRule } from './types.ts';

/** Longest key block that is looked for, in characters; RSA keys of 16,384 bits have 13,000. */
const longestBlock = 20_000;
/** Longest line of a key, with what stands around it in a program. */
const longestLine = 240;
/** Base64 of the shortest private key (Ed25519 in PKCS #8) has 64 characters. */
const leastBody = 60;
const begin = /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY(?: BLOCK)?-----/y;
const end = /-----END ([A-Z0-9 ]{0,40})PRIVATE KEY(?: BLOCK)?-----/y;
const bodyLine =
  /^[\s"'`+\\,#*/>|-]{0,40}(?:[A-Za-z0-9+/]{40,80}|[A-Za-z0-9+/]{4,80}={0,2})(?:\\n|\\r|["'`+,;\\\s])*$/;

/**
 * Private keys as blocks: from BEGIN to END, in a file or in a literal; a block that is cut off at one end from its
 * label to its last line of base64, since a prompt may hold a piece of a file.
 */
export const keyBlockRule: SecretRule = {
  id: 'private keys',
  find(text) {
    return [...pemBlocks(text), ...puttyKeys(text), ...webKeys(text)];
  },
};

function pemBlocks(text: string): Finding[] {
  const found: Finding[] = [];
  let done = 0;
  for (let at = text.indexOf('-----'); at >= 0; at = text.indexOf('-----', at)) {
    const opened = labelAt(begin, text, at);
    const closed = opened === null ? labelAt(end, text, at) : null;
    let block: readonly [number, number] | null = null;
    if (opened !== null) block = [at, blockEnd(text, opened)];
    else if (closed !== null) block = [cutStart(text, at, done), closed];
    const isWhole = block !== null && isKeyBody(text.slice(block[0], block[1]));
    if (block !== null && isWhole) {
      found.push({ start: block[0], end: block[1], kind: 'private-key', label: 'private key' });
      done = block[1];
    }
    at = Math.max(at + 5, isWhole ? done : (opened ?? closed ?? 0));
  }
  return found;
}

/** Where the label that begins at `at` ends; null where there is none. */
function labelAt(label: RegExp, text: string, at: number): number | null {
  label.lastIndex = at;
  return label.test(text) ? label.lastIndex : null;
}

/** Where a block whose first label ends at `from` ends: behind its last label, or its last line of base64. */
function blockEnd(text: string, from: number): number {
  const next = text.indexOf('-----', from);
  if (next >= 0 && next - from <= longestBlock) {
    const closed = labelAt(end, text, next);
    if (closed !== null) return closed;
  }
  const reach = text.slice(from, Math.min(from + longestBlock, next < 0 ? text.length : next));
  let at = from;
  for (const line of reach.split(/(?<=\n)/)) {
    if (line.length > longestLine) break;
    const isHeader =
      /^\s{0,40}(?:Proc-Type|DEK-Info|Version|Comment)?[:\w ,.-]{0,120}\r?\n?$/.test(line) && at - from < 400;
    if (!isHeader && !bodyLine.test(line)) break;
    at += line.length;
  }
  return from + reach.slice(0, at - from).trimEnd().length;
}

/** Where a block begins whose last label stands at `at` and whose first is not in the text. */
function cutStart(text: string, at: number, least: number): number {
  let start = at;
  while (start > least && at - start < longestBlock) {
    const lineStart = text.lastIndexOf('\n', start - 2) + 1;
    if (lineStart < least || start - lineStart > longestLine || !bodyLine.test(text.slice(lineStart, start)))
      break;
    start = lineStart;
  }
  return start;
}

/** Whether what stands between labels is a key: mostly base64, or hexadecimal, in long runs; no code and no ellipsis. */
function isKeyBody(block: string): boolean {
  const body = block
    .replace(/-----(?:BEGIN|END)[A-Z0-9 ]{0,60}-----/g, '')
    .replace(/\\r|\\n|[\s"'`+\\,]/g, (part) => (part === '+' ? '+' : ''));
  if (body.length < leastBody) return false;
  const runs = body.match(/[A-Za-z0-9+/=]{40,}/g) ?? [];
  const long = runs.reduce((sum, run) => sum + run.length, 0);
  return long >= leastBody && long * 10 >= body.length * 6 && !/([A-Za-z0-9.])\1{15}/.test(body);
}

/** Keys of PuTTY: the lines that it calls private. */
function puttyKeys(text: string): Finding[] {
  if (!text.includes('PuTTY-User-Key-File-')) return [];
  const private_ = /^Private-Lines: (\d{1,4})\r?\n((?:[A-Za-z0-9+/=]{1,80}(?:\r?\n|$)){1,400})/gm;
  return [...text.matchAll(private_)].map((match) => {
    const [whole, , lines = ''] = match;
    const start = match.index + whole.length - lines.length;
    return { start, end: start + lines.trimEnd().length, kind: 'private-key', label: 'private key' };
  });
}

/** The private members of JSON Web Keys (RFC 7518, section 6), near a `kty`. */
function webKeys(text: string): Finding[] {
  if (!/"kty"/.test(text)) return [];
  const member = /\\?"(?:d|p|q|dp|dq|qi|k)\\?"\s{0,8}:\s{0,8}\\?"([\w-]{22,3000})\\?"/g;
  return [...text.matchAll(member)].flatMap((match) => {
    const [whole, value = ''] = match;
    if (!text.slice(Math.max(0, match.index - 4000), match.index + 4000).includes('"kty"')) return [];
    const start = match.index + whole.lastIndexOf(value);
    return [{ start, end: start + value.length, kind: 'private-key', label: 'private key' } as const];
  });
}
