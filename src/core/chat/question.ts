import { codeRanges, rangeAround } from './codeRanges.ts';
import type { AttachmentKind, Mention } from './context.ts';
import { slashCommands, type SlashCommand } from './conversation.ts';

/** A mention and where it stands in what was typed; `end` is behind its last unit. */
export interface FoundMention extends Mention {
  readonly start: number;
  readonly end: number;
}

/** What was typed into the box. */
export interface Question {
  readonly command: SlashCommand | null;
  /** In the order of the text, each as often as it stands there; offsets into all that was typed. */
  readonly mentions: readonly FoundMention[];
  /** The text without the command; mentions stay in it. */
  readonly question: string;
}

type MentionKind = Exclude<AttachmentKind, 'instructions'>;

/** What is mentioned must not go on: `@workspace/ui` is a package, `@file.name` and `@diff(` are code. */
const mention =
  /(?<![\p{L}\p{N}_@.+\-/\\])@(?:(file|folder|symbol):(?:("(?:[^"\\\n]|\\.)*")(:\d{1,7}(?:-\d{1,7})?(?!\d))?|([^\s"`]{1,1000}))|diff:(staged)(?![\w/-])|(selection|problems|diff|terminal|workspace)(?![\w/(:=@-]|\.\w))/gu;

/** What a sentence puts behind a path and is not of it. */
const punctuation = /[.,;:!?)\]}'>]+$/;
const lineNumbers = /:(\d{1,7})(?:-(\d{1,7}))?$/;

/** Reads what was typed: a command at its beginning, and mentions anywhere but in code. Linear in the text. */
export function parseQuestion(text: string): Question {
  const command = /^\s*\/([a-z]+)(?=\s|$)/.exec(text);
  const name = slashCommands.find((known) => known === command?.[1]) ?? null;
  const question = name === null ? text : text.slice(command?.[0].length);
  return { command: name, mentions: findMentions(text), question: question.trim() };
}

/**
 * The user's own words in what was typed: without its command and mentions, of which the names of symbols stay, since
 * they say more than any other word.
 */
export function ownWords(text: string, { command, mentions }: Omit<Question, 'question'>): string {
  let words = '';
  let at = 0;
  for (const { kind, value, start, end } of mentions) {
    words += `${text.slice(at, start)}${kind === 'symbol' ? value : ''}`;
    at = end;
  }
  words += text.slice(at);
  return (command === null ? words : words.replace(/^\s*\/[a-z]+/, '')).trim();
}

function findMentions(text: string): readonly FoundMention[] {
  if (!text.includes('@')) return [];
  const ranges = codeRanges(text);
  return [...text.matchAll(mention)].flatMap((match) => {
    if (rangeAround(ranges, match.index + 1) !== undefined) return [];
    const found = readMention(match);
    return found === null ? [] : [found];
  });
}

function readMention(match: RegExpMatchArray): FoundMention | null {
  const [whole, named, inQuotes, quotedLines = '', plain, staged, alone] = match;
  const start = match.index ?? 0;
  if (staged !== undefined) return { kind: 'diff', value: staged, start, end: start + whole.length };
  if (alone !== undefined) return { kind: alone as MentionKind, value: '', start, end: start + whole.length };
  const kind = named as MentionKind;
  if (inQuotes !== undefined) {
    const lines = kind === 'file' ? linesOf(quotedLines) : {};
    const end = start + whole.length - (kind === 'file' ? 0 : quotedLines.length);
    const value = unquoted(inQuotes);
    return value === '' ? null : { kind, value, ...lines, start, end };
  }
  const written = (plain ?? '').replace(punctuation, '');
  const end = start + whole.length - ((plain ?? '').length - written.length);
  const lines = kind === 'file' ? linesOf(written) : {};
  const value = 'startLine' in lines ? written.replace(lineNumbers, '') : written;
  return value === '' ? null : { kind, value, ...lines, start, end };
}

function linesOf(written: string): Pick<Mention, 'startLine' | 'endLine'> {
  const numbers = lineNumbers.exec(written);
  if (numbers === null) return {};
  const first = Number(numbers[1]);
  const last = Number(numbers[2] ?? first);
  return { startLine: Math.min(first, last), endLine: Math.max(first, last) };
}

/** What stands in quotes; a backslash that escapes nothing is one of the path's. */
function unquoted(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(["\\]|u[\da-f]{4})/g, (_, escaped: string) =>
      escaped.length === 1 ? escaped : String.fromCharCode(Number.parseInt(escaped.slice(1), 16)),
    );
}

/** A line end can't be typed, and a backtick would begin code. */
function quoted(value: string): string {
  const escaped = value.replace(/["\\\n`]/g, (unit) =>
    unit === '\n' || unit === '`' ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : `\\${unit}`,
  );
  return `"${escaped}"`;
}

/** How a mention is typed: `@file:src/a.ts:3-9`, in quotes where the value has blanks or the like. */
export function formatMention({ kind, value, startLine, endLine }: Mention): string {
  if (value === '') return `@${kind}`;
  const lines =
    startLine === undefined
      ? ''
      : `:${String(startLine)}${endLine === undefined || endLine === startLine ? '' : `-${String(endLine)}`}`;
  const plain = `@${kind}:${value}${lines}`;
  const [read] = findMentions(plain);
  if (read?.end === plain.length && read.value === value && read.startLine === startLine) return plain;
  return `@${kind}:${quoted(value)}${lines}`;
}

/** The word that is being typed, from its `@` or `/` on up to the cursor; `end` is where the whole word ends. */
export interface WordAt {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Longer words are no mention that anybody types. */
const longestWord = 300;

/** The beginning of a mention or a command that ends at `offset`, for suggestions; null where there is none. */
export function wordAt(text: string, offset: number): WordAt | null {
  const from = Math.max(0, offset - longestWord);
  const before = text.slice(from, offset);
  const command = from === 0 ? /^\s*(\/[a-z]*)$/i.exec(before)?.[1] : undefined;
  const typed =
    command ?? /(?<![\p{L}\p{N}_@.+\-/\\])(@(?:\w*|\w+:(?:"[^"\n]*|[^\s"`]*)))$/u.exec(before)?.[1];
  if (typed === undefined) return null;
  if (command === undefined && rangeAround(codeRanges(text), offset) !== undefined) return null;
  const after = text.slice(offset, offset + longestWord);
  const rest = typed.includes('"') ? /^[^"\n]*"/.exec(after) : /^[^\s"`]*/.exec(after);
  return { word: typed, start: offset - typed.length, end: offset + (rest?.[0].length ?? 0) };
}
