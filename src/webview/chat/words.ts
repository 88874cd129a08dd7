import type { Place } from '../../core/chat/context.ts';
import { isWholeFile } from '../../core/chat/placeText.ts';
import { parseQuestion } from '../../core/chat/question.ts';

/** A place as it is said: `counter.ts, lines 3 to 9`; the path alone for all of a file. */
export function placeWords(place: Place): string {
  const { path, startLine, endLine } = place;
  if (isWholeFile(place)) return path;
  return endLine > startLine ? `${path}, lines ${startLine} to ${endLine}` : `${path}, line ${startLine}`;
}

/** A call's arguments as one line to glance at, and as a block to read; as they are where they are no JSON. */
export function readableArguments(json: string): { readonly line: string; readonly block: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { line: oneLine(json), block: json };
  }
  if (typeof value !== 'object' || value === null) return { line: oneLine(json), block: json };
  const line = Object.values(value)
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(', ');
  return { line: oneLine(line), block: JSON.stringify(value, null, 2) };
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** A question in pieces: its command and its mentions stand out. */
export function questionPieces(text: string): readonly { readonly text: string; readonly marked: boolean }[] {
  const { command, mentions } = parseQuestion(text);
  const commandEnd = command === null ? 0 : text.indexOf(command) + command.length;
  const marks = [
    ...(command === null ? [] : [{ start: commandEnd - command.length - 1, end: commandEnd }]),
    ...mentions,
  ];
  const pieces: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    if (start > at) pieces.push({ text: text.slice(at, start), marked: false });
    pieces.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
