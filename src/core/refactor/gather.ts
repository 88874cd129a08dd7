import type { Attachment, FoundLine, FoundSymbol, Place } from '../chat/context.ts';
import type { ChatMessage } from '../chat/types.ts';
import { sentenceOf } from '../text/sentence.ts';
import { identifiersIn } from '../index/chunks.ts';
import { compare } from '../index/compare.ts';
import { pathDistance } from '../index/pathDistance.ts';
import { isTestPath } from '../index/testPath.ts';
import type { Definition } from '../syntax/outline.ts';
import { fileLines, isBlank, withPlainLineEnds } from './fileText.ts';
import type { FileOutline, RefactorPorts } from './ports.ts';
import type { RefactorRequest } from './request.ts';
import type { RefactorTarget } from './types.ts';
import { testFileOf, type TestFile } from './testFile.ts';

/** A piece of a file, with its text. */
export interface Piece extends Place {
  readonly text: string;
}

/** What the workspace has for a refactor; each list is in the order of its worth. */
export interface RefactorContext {
  /** The file's import statements, as they are. */
  readonly imports: readonly string[];
  /** The definition that the target is a part of, and parts of that around the target, each smaller; none where it is whole. */
  readonly around: readonly Piece[];
  /** Signatures of what stands beside the target, in the order of the file. */
  readonly siblings: readonly string[];
  /** Signatures of what the target uses, and the text of its types where that is short. */
  readonly signatures: readonly FoundSymbol[];
  readonly types: readonly Piece[];
  /** Where the target is used. */
  readonly uses: readonly Piece[];
  readonly instructions: readonly Attachment[];
  /** Of Generate Tests alone. */
  readonly tests: TestFile | null;
  /** What could not be had, a sentence each. */
  readonly notes: readonly string[];
}

/** Names of a target that are looked up, definitions of one name that are shown, and above how many none is meant. */
const mostNames = 32;
const mostOfOneName = 2;
const tooCommon = 8;
/** Types with more lines are shown by their signature alone. */
const longestType = 24;
const mostTypes = 8;
const mostUses = 12;
const mostSiblings = 30;
/** Lines around a use that has to be changed too. */
const linesAroundUse = 3;
/** Lines of an enclosing definition beyond which it is no context but a file; lines around a target in a large one. */
const longestAround = 200;
const linesAround = [20, 5];

const typeKinds: ReadonlySet<string> = new Set([
  ...['class', 'interface', 'type', 'enum', 'struct', 'trait', 'protocol', 'record', 'union', 'object'],
]);

/**
 * Gathers what a model needs to know beside the target. What a port can't give is left out, with a note; the same
 * workspace gives the same context.
 */
export async function gatherContext(
  request: RefactorRequest,
  ports: RefactorPorts,
): Promise<RefactorContext> {
  const notes: string[] = [];
  const attempt = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      notes.push(`${what} could not be had: ${sentenceOf(error)}`);
      return otherwise;
    }
  };
  const { target, recipe } = request;
  const { file } = target;
  const outline = await attempt('The outline of the file', null, () =>
    ports.syntax.facts(file.language, file.path, file.text),
  );
  const [found, uses, instructions, tests] = await Promise.all([
    attempt('What the code uses', [], () => usedSymbols(request, ports)),
    attempt('Where the code is used', [], () => usesOf(request, ports)),
    attempt('The instructions of the project', [], () => ports.surroundings.instructions()),
    recipe.form === 'file' ? attempt('The tests of the project', null, () => testFileOf(file, ports)) : null,
  ]);
  const types = await attempt('The types that the code uses', [], () => typesOf(found, ports));
  const isShown = (symbol: FoundSymbol): boolean => types.some((piece) => isSamePlace(piece, symbol));
  return {
    imports: importsOf(request, outline),
    around: aroundOf(request, outline),
    siblings: siblingsOf(request, outline),
    signatures: found.filter((symbol) => !isShown(symbol)),
    types,
    uses,
    instructions: instructions.filter(({ text }) => text.trim() !== ''),
    tests,
    notes,
  };
}

/** Files and lines that stand in the messages of a refactor. */
export function placesIn(
  messages: readonly ChatMessage[],
  { file, start, end }: RefactorTarget,
  { around, types, uses, signatures, tests, instructions }: RefactorContext,
): Place[] {
  const all = messages.map(({ content }) => content).join('\n');
  const stands = (text: string): boolean => text.trim() !== '' && all.includes(firstLine(text));
  const pieces = [...around, ...types, ...uses].filter(({ text }) => stands(text));
  const symbols = signatures.filter(({ signature }) => stands(signature));
  const files = [tests, tests?.example ?? null].flatMap((one) =>
    one?.text != null && stands(one.text) ? [wholeFile(one.path, one.text)] : [],
  );
  const said = instructions.filter(({ text }) => stands(text)).flatMap(placesOfAttachment);
  const own = { path: file.path, ...linesOfRange(file.text, start, end) };
  return [own, ...pieces, ...symbols, ...files, ...said]
    .flatMap(({ path, startLine, endLine }) => {
      const paths = path === file.path ? (file.places ?? [path]) : [path];
      return paths.map((one) => ({ path: one, startLine, endLine }));
    })
    .filter((one, at, places) => places.findIndex((other) => isSamePlace(one, other)) === at);
}

function placesOfAttachment({ place, files = [] }: Attachment): readonly Place[] {
  const others = files.map((path) => ({ path, startLine: 0, endLine: 0 }));
  return place === null ? others : [place, ...others];
}

function wholeFile(path: string, text: string): Place {
  return { path, ...linesOfRange(text, 0, text.length) };
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/, 1)[0] ?? '';
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.path === b.path && a.startLine === b.startLine && a.endLine === b.endLine;
}

/** Lines that a range touches, from 1. */
export function linesOfRange(
  text: string,
  start: number,
  end: number,
): { startLine: number; endLine: number } {
  const startLine = fileLines(text.slice(0, start)).length;
  const last = Math.max(start, text.slice(start, end).endsWith('\n') ? end - 1 : end);
  return { startLine, endLine: startLine + fileLines(text.slice(start, last)).length - 1 };
}

function importsOf({ target }: RefactorRequest, outline: FileOutline | null): string[] {
  const { file, start, end } = target;
  const outside = (outline?.imports ?? []).filter((one) => one.end <= start || one.start >= end);
  const texts = outside.map((one) => withPlainLineEnds(file.text.slice(one.start, one.end)).trim());
  return [...new Set(texts)];
}

/** The innermost definition around the target that is no longer than a file, and less of it. */
function aroundOf({ target }: RefactorRequest, outline: FileOutline | null): Piece[] {
  const { file, start, end } = target;
  const lines = fileLines(file.text).map(({ text }) => text);
  const own = linesOfRange(file.text, start, end);
  const encloses = (one: Definition): boolean => one.startLine < own.startLine || one.endLine > own.endLine;
  const around = (outline?.definitions ?? [])
    .filter((one) => one.start <= start && one.end >= trimmedEnd(file.text, start, end) && encloses(one))
    .sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  if (around === undefined) return [];
  const piece = (startLine: number, endLine: number): Piece => ({
    ...{ path: file.path, startLine, endLine },
    text: lines.slice(startLine - 1, endLine).join('\n'),
  });
  const whole = around.endLine - around.startLine < longestAround;
  const near = linesAround.map((count) =>
    piece(Math.max(around.startLine, own.startLine - count), Math.min(around.endLine, own.endLine + count)),
  );
  return [...(whole ? [piece(around.startLine, around.endLine)] : []), ...near];
}

function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

/** What has the same owner as the target, nearest first where there is too much of it. */
function siblingsOf({ target }: RefactorRequest, outline: FileOutline | null): string[] {
  const { file, start, end } = target;
  const definitions = outline?.definitions ?? [];
  const own = definitions.find((one) => one.start >= start && one.end <= Math.max(end, start));
  const owner = own?.container ?? null;
  const beside = definitions.filter(
    (one) => one.container === owner && (one.end <= start || one.start >= end),
  );
  const line = linesOfRange(file.text, start, end).startLine;
  return beside
    .sort((a, b) => Math.abs(a.startLine - line) - Math.abs(b.startLine - line) || a.start - b.start)
    .slice(0, mostSiblings)
    .sort((a, b) => a.start - b.start)
    .map(({ signature }) => signature);
}

/** Names in the target that something is called or that read like a type's, in order. */
function namesIn({ target }: RefactorRequest): string[] {
  const { file, start, end, definition } = target;
  const text = file.text.slice(start, end);
  const called = new Set(
    Array.from(text.matchAll(/([\p{L}_$][\p{L}\p{N}_$]*)\s*[(<]/gu), ([, name]) => name),
  );
  const names = identifiersIn(text).filter(
    (name) => name.length > 1 && name !== definition?.name && (called.has(name) || /^\p{Lu}/u.test(name)),
  );
  return [...new Set(names)].slice(0, mostNames);
}

async function usedSymbols(request: RefactorRequest, { workspace }: RefactorPorts): Promise<FoundSymbol[]> {
  const { file, start, end } = request.target;
  const own = linesOfRange(file.text, start, end);
  const isOwn = (one: Place): boolean =>
    one.path === file.path && one.startLine >= own.startLine && one.endLine <= own.endLine;
  const found = await Promise.all(
    namesIn(request).map(async (name) => {
      const all = (await workspace.findSymbols(name, tooCommon + 1)).filter((one) => one.name === name);
      const others = all.filter((one) => !isOwn(one));
      const isCommon = all.length > tooCommon && !others.some(({ path }) => path === file.path);
      return isCommon ? [] : others.sort(byNearness(file.path)).slice(0, mostOfOneName);
    }),
  );
  return found.flat().filter((one, at, all) => all.findIndex((other) => isSamePlace(one, other)) === at);
}

function byNearness(path: string): (a: FoundSymbol, b: FoundSymbol) => number {
  const far = (one: FoundSymbol): number =>
    (one.path === path ? -1 : pathDistance(path, one.path)) + (isTestPath(one.path) ? 100 : 0);
  return (a, b) => far(a) - far(b) || compare(a.path, b.path) || a.startLine - b.startLine;
}

async function typesOf(found: readonly FoundSymbol[], { workspace }: RefactorPorts): Promise<Piece[]> {
  const short = found.filter(
    ({ kind, startLine, endLine }) => typeKinds.has(kind) && endLine - startLine < longestType,
  );
  const parts = await Promise.all(
    short.slice(0, mostTypes).map(({ path, startLine, endLine }) => workspace.read(path, startLine, endLine)),
  );
  return parts.flatMap((part) => (part === null || isBlank(part.text) ? [] : [pieceOf(part)]));
}

function pieceOf({ path, startLine, endLine, text }: Piece): Piece {
  return { path, startLine, endLine, text };
}

/** Lines with the target's name; where they may have to change too, with what stands around them. */
async function usesOf({ target, recipe }: RefactorRequest, { workspace }: RefactorPorts): Promise<Piece[]> {
  const { file, start, end, definition } = target;
  if (definition === null) return [];
  const own = linesOfRange(file.text, start, end);
  const all = await workspace.references(definition.name, 3 * mostUses);
  const lines = all
    .filter(({ path, line }) => path !== file.path || line < own.startLine || line > own.endLine)
    .slice(0, mostUses);
  if (recipe.form !== 'places')
    return lines.map(({ path, line, text }) => ({ path, startLine: line, endLine: line, text }));
  const parts = await Promise.all(
    joined(lines).map(({ path, startLine, endLine }) => workspace.read(path, startLine, endLine)),
  );
  return parts.flatMap((part) => (part === null ? [] : [pieceOf(part)]));
}

/** Places around lines; those that touch are one. */
function joined(lines: readonly FoundLine[]): Place[] {
  const places: Place[] = [];
  for (const { path, line } of lines) {
    const startLine = Math.max(1, line - linesAroundUse);
    const endLine = line + linesAroundUse;
    const last = places.at(-1);
    if (last?.path === path && startLine <= last.endLine + 1)
      places[places.length - 1] = { ...last, endLine: Math.max(last.endLine, endLine) };
    else places.push({ path, startLine, endLine });
  }
  return places;
}
