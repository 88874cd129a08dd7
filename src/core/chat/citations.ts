import { codeRanges, type CodeRange } from './codeRanges.ts';
import type { Citation, Place } from './context.ts';
import { placeOf, placeOfWord } from './placeText.ts';

/** Words of an answer that name a place; lines 0 to 0 stand for the whole file. `end` is behind the last unit. */
export interface Reference extends Place {
  readonly start: number;
  readonly end: number;
}

/** What separates words; brackets of a path (`app/[id]/page.tsx`) are kept where the word is in code. */
const proseWord = /[^\s`'"<>()[\]{},;|*!?“”‘’，。；：！？、（）「」]+/g;
const codeWord = /[^\s`'"<>{},;|*!?]+/g;

/** Lines that are named in words behind a file: `a.ts` lines 3 to 9, (line 3), `:3`, `#L3-L9`. */
const linesBehind =
  /^(?:[ \t]{0,3}[,(:]?[ \t]{0,3}(?:(?:at|on|in)[ \t])?(?:[Ll]ines?|L)[ \t]{0,3}(\d{1,7})(?:[ \t]{0,3}(?:-|–|—|to|through)[ \t]{0,3}(?:L|line )?(\d{1,7}))?\)?|[:#]L?(\d{1,7})(?:[-–]L?(\d{1,7}))?)(?![\w.]?\d)/;
/** And before it: lines 3-9 of `a.ts`. */
const linesBefore =
  /\blines?[ \t]{1,3}(\d{1,7})(?:[ \t]{0,3}(?:-|–|—|to|through)[ \t]{0,3}(\d{1,7}))?[ \t]{1,3}(?:of|in)[ \t]{1,3}(?:the[ \t](?:file[ \t])?|file[ \t])?[`*]{0,3}$/i;
const furthestWords = 60;
const longestSpan = 400;

const link =
  /\](?=\()\((?:<([^<>\n]{1,400})>|((?:[^()\n]|\([^()\n]{0,100}\)){1,400}?))(?:[ \t]{1,3}(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'))?[ \t]{0,3}\)/g;
const longestLinkText = 500;

/** The first line of a block of code, where a comment holds nothing but a path. */
const pathComment =
  /^[ \t]*(?:\/\/+|#+|--+|;+|%+|\/\*+|<!--)[ \t]*(?:[Ff]ile(?:name)?:[ \t]*)?(\S{1,400}?)[ \t]*(?:\*\/|-->)?[ \t]*\r?$/;

/**
 * The places that an answer's Markdown names, in order, none within another: `src/a.ts:12`, `src/a.ts#L12-L20`,
 * `src/a.ts`, links, and files with their lines in words. In fenced code only a path in its first line counts. With
 * `code`, the text is what stands in a code span, where a file's name alone is enough. Linear in the text.
 */
export function findReferences(markdown: string, { code = false } = {}): readonly Reference[] {
  const found: Reference[] = [];
  if (code) return addNamed(found, markdown, 0, markdown.length, true);
  const links = findLinks(markdown);
  let linkAt = 0;
  // Prose up to an offset: what links say is left out of it.
  const prose = (from: number, to: number): void => {
    let at = from;
    for (; linkAt < links.length; linkAt += 1) {
      const next = links[linkAt];
      if (next === undefined || next.start >= to) break;
      if (next.start < at) continue;
      addNamed(found, markdown, at, next.start, false);
      if (next.place !== null) found.push({ ...next.place, start: next.start, end: next.end });
      at = next.end;
    }
    if (at < to) addNamed(found, markdown, at, to, false);
  };
  let at = 0;
  for (const range of codeRanges(markdown)) {
    if (range.start < at) continue;
    prose(at, range.start);
    at = Math.max(range.end, found.at(-1)?.end ?? 0, links[linkAt - 1]?.end ?? 0);
    if (at > range.end) continue;
    if (range.kind === 'fence') found.push(...inFence(markdown, range));
    else addSpan(found, markdown, range);
    at = Math.max(at, found.at(-1)?.end ?? 0);
  }
  prose(at, markdown.length);
  return found;
}

interface Link {
  readonly start: number;
  readonly end: number;
  /** Null for one to elsewhere. */
  readonly place: Place | null;
}

function findLinks(markdown: string): readonly Link[] {
  const links: Link[] = [];
  for (const match of markdown.matchAll(link)) {
    const before = markdown.slice(Math.max(0, match.index - longestLinkText), match.index);
    const opened = before.lastIndexOf('[');
    if (opened === -1 || before.includes('\n\n', opened)) continue;
    const start = match.index - before.length + opened;
    const target = decoded((match[1] ?? match[2] ?? '').trim());
    const end = match.index + match[0].length;
    if (/^(?:[a-z][a-z\d+.-]*:\/\/|mailto:)/i.test(target)) links.push({ start, end, place: null });
    else {
      const word = placeOfWord(target, true);
      if (word !== null) links.push({ start, end, place: word.place });
    }
  }
  return links;
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

/** Adds what words from one offset to another name. */
function addNamed(
  found: Reference[],
  markdown: string,
  from: number,
  to: number,
  code: boolean,
): Reference[] {
  let done = from;
  for (const match of markdown.slice(from, to).matchAll(code ? codeWord : proseWord)) {
    const start = from + match.index;
    if (start < done) continue;
    const word = placeOfWord(match[0], code);
    if (word === null) continue;
    const reference = withLines(markdown, { ...word.place, start, end: start + word.end }, to);
    found.push(reference);
    done = reference.end;
  }
  return found;
}

/** A file that is named alone may have its lines beside it. */
function withLines(markdown: string, reference: Reference, to: number): Reference {
  if (reference.startLine > 0) return reference;
  const behind = linesBehind.exec(markdown.slice(reference.end, Math.min(to, reference.end + furthestWords)));
  if (behind !== null) {
    const place = placeOf(reference.path, behind[1] ?? behind[3], behind[2] ?? behind[4]);
    return { ...place, start: reference.start, end: reference.end + behind[0].length };
  }
  const before = linesBefore.exec(
    markdown.slice(Math.max(0, reference.start - furthestWords), reference.start),
  );
  return before === null ? reference : { ...reference, ...placeOf(reference.path, before[1], before[2]) };
}

/** Of a span that is one file, the words behind and before it say the lines. */
function addSpan(found: Reference[], markdown: string, span: CodeRange): void {
  const { start, end, contentStart, contentEnd } = span;
  const content = markdown.slice(contentStart, Math.min(contentEnd, contentStart + longestSpan + 1)).trim();
  const word = content.length > longestSpan || /\s/.test(content) ? null : placeOfWord(content, true);
  if (word?.place.startLine !== 0 || word.end !== content.length) {
    addNamed(found, markdown, contentStart, contentEnd, true);
    return;
  }
  const around = withLines(markdown, { ...word.place, start, end }, markdown.length);
  const inside = markdown.indexOf(content, contentStart);
  // Where no words behind it belong to it, the backticks don't either.
  found.push(around.end === end ? { ...around, start: inside, end: inside + content.length } : around);
}

function inFence(markdown: string, { infoStart, contentStart, contentEnd }: CodeRange): readonly Reference[] {
  const info = markdown.slice(infoStart, contentStart);
  for (const match of info.slice(0, 1000).matchAll(/[^\s"'{}=]+/g)) {
    const start = infoStart + match.index;
    // ```ts:src/a.ts and ```12:20:src/a.ts are written as well.
    const numbered = /^(\d{1,7}):(\d{1,7}):(?=\S)/.exec(match[0]);
    const prefix = numbered?.[0] ?? /^[A-Za-z+#]{1,15}:(?=\S*[./])/.exec(match[0])?.[0] ?? '';
    const word = placeOfWord(match[0].slice(prefix.length), true);
    if (word === null) continue;
    const place = numbered === null ? word.place : placeOf(word.place.path, numbered[1], numbered[2]);
    return [
      {
        ...place,
        start: start + (numbered === null ? prefix.length : 0),
        end: start + prefix.length + word.end,
      },
    ];
  }
  const lineEnd = markdown.indexOf('\n', contentStart);
  const until = Math.min(lineEnd === -1 ? contentEnd : lineEnd, contentEnd, contentStart + 500);
  const line = markdown.slice(contentStart, until);
  const header = pathComment.exec(line)?.[1];
  const word = header === undefined ? null : placeOfWord(header, true);
  if (header === undefined || word === null) return [];
  const start = contentStart + line.indexOf(header);
  return [{ ...word.place, start, end: start + word.end }];
}

/**
 * The places that references mean, to ask whether they exist: a path that is only the end of one given source's path
 * (`counter.ts` for `src/counter.ts`) stands for that.
 */
export function resolveReferences(references: readonly Place[], sources: readonly Place[]): readonly Place[] {
  const given = new Set(sources.map(({ path }) => path));
  const resolved = new Map<string, string>();
  return references.map(({ path, startLine, endLine }) => {
    let whole = resolved.get(path);
    if (whole === undefined) {
      const ends = given.has(path) ? [] : [...given].filter((other) => other.endsWith(`/${path}`));
      whole = ends.length === 1 ? (ends[0] ?? path) : path;
      resolved.set(path, whole);
    }
    return { path: whole, startLine, endLine };
  });
}

/**
 * Judges references as `resolveReferences` gives them: verified is what exists and overlaps with what the model was
 * given; of a whole file, any part will do. `existence` says of each whether it exists. Each place once, in the order
 * of the answer.
 */
export function judge(
  resolved: readonly Place[],
  sources: readonly Place[],
  existence: readonly ('ok' | 'no-file' | 'no-lines')[],
): readonly Citation[] {
  const citations = new Map<string, Citation>();
  resolved.forEach((place, index) => {
    const { path, startLine, endLine } = place;
    const state = existence[index] ?? 'no-file';
    const read = sources.some((source) => overlap(place, source));
    const problem = state !== 'ok' ? state : read ? null : 'not-read';
    const key = JSON.stringify([path, startLine, endLine]);
    if (!citations.has(key))
      citations.set(key, { path, startLine, endLine, verified: problem === null, problem });
  });
  return [...citations.values()];
}

/** Lines 0 to 0 of either stand for all of the file. */
function overlap(one: Place, other: Place): boolean {
  if (one.path !== other.path) return false;
  if (one.endLine === 0 || other.endLine === 0) return true;
  return one.startLine <= other.endLine && other.startLine <= one.endLine;
}
