import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { fetchSources } from '../scripts/sources.ts';
import { sourceFiles, type SourceFile } from '../scripts/sourceList.ts';
import { offsetAt, positionAt, type LinePosition } from '../src/core/text/position.ts';
import { repository, starterPath, temporaryFolder } from '../test/support/engine.ts';
import type { Figure } from './figure.ts';
import { round } from './statistics.ts';
import { mulberry32 } from './traceMaker.ts';

const fullCount = 1000;
const seed = 20;

/** A real file: its path as the model sees it, which tells the language, and its text. */
export type HoleSource = Pick<SourceFile, 'path' | 'text'>;

/** A real file without a stretch of its text, the cursor where that was. It parses without errors. */
interface Hole {
  readonly source: HoleSource;
  readonly text: string;
  readonly offset: number;
}

export interface HolesResult {
  /** Holes completed; the file with each of them had no syntax error. */
  readonly holes: number;
  /** Holes that leave a syntax error, as half-typed lines do: how many were completed, with a suggestion, and whole after it. */
  readonly broken: { readonly holes: number; readonly suggested: number; readonly mended: number };
  /** Files whose holes were completed, and sentences about those that are missing. */
  readonly files: number;
  readonly missing: readonly string[];
  readonly suggested: number;
  /** Suggestions after which the file had a syntax error: place and text. */
  readonly errors: readonly { readonly place: string; readonly text: string }[];
  /** How many holes got no suggestion, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** How often each filter took something away or everything. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** What `hearth complete --json` prints, as far as it is needed here. */
interface Answer {
  readonly text: string;
  readonly range: { readonly start: LinePosition; readonly end: LinePosition };
  readonly reason: string;
  readonly dropped: readonly { readonly filter: string }[];
  readonly error?: { readonly message: string };
}

/** Suggestions for holes in real code, and how many of them break a file that was whole; by our own parse of it all. */
export async function holes(): Promise<Figure[]> {
  const result = await measureHoles(fullCount);
  for (const sentence of result.missing) console.log(sentence);
  if (result.holes === 0) return [];
  for (const { place, text } of result.errors) console.log(`${place} breaks with ${JSON.stringify(text)}`);
  const percent = (count: number): number => percentOf(count, result.holes);
  const byCount = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${percent(count)} %`)
      .join(', ');
  console.log(`no suggestion: ${byCount(result.reasons)}`);
  console.log(`filters that took something away: ${byCount(result.dropped)}`);
  const figure = (name: string, value: number, unit = '', goal = ''): Figure => ({ name, value, unit, goal });
  return [
    figure('suggestions that add a syntax error to a file without one', result.errors.length, '', '0'),
    figure('holes cut from real files for that', result.holes, '', '>= 1000'),
    figure('files with these holes', result.files),
    figure('holes that leave a syntax error', result.broken.holes),
    figure(
      'of those with a suggestion: whole after it',
      percentOf(result.broken.mended, result.broken.suggested),
      '%',
    ),
    figure('holes with a suggestion', percent(result.suggested), '%'),
  ];
}

/**
 * Completes `count` holes in `files`, or in the recorded real files, with the starter model, through the command line.
 * Files that don't parse get no holes.
 */
export async function measureHoles(count: number, files?: readonly HoleSource[]): Promise<HolesResult> {
  const { files: sources, missing } = files === undefined ? recordedFiles() : { files, missing: [] };
  const parses = await syntaxCheck();
  const { chosen, broken } = cutHoles(sources.filter(parses), count, parses);
  const answers = complete([...chosen, ...broken]);
  const reasons: Record<string, number> = {};
  const dropped: Record<string, number> = {};
  const errors: { place: string; text: string }[] = [];
  let suggested = 0;
  for (const [index, hole] of chosen.entries()) {
    const answer = answers[index];
    if (answer === undefined || answer.error !== undefined) {
      throw new Error(`A hole was not completed: ${answer?.error?.message ?? 'no answer'}`);
    }
    for (const filter of new Set(answer.dropped.map((one) => one.filter))) {
      dropped[filter] = (dropped[filter] ?? 0) + 1;
    }
    if (answer.reason !== 'shown') {
      reasons[answer.reason] = (reasons[answer.reason] ?? 0) + 1;
      continue;
    }
    suggested += 1;
    if (!parses({ ...hole.source, text: applied(hole.text, answer) })) {
      errors.push({ place: placeOf(hole), text: answer.text });
    }
  }
  const used = new Set(chosen.map(({ source }) => source.path)).size;
  const halfTyped = { holes: broken.length, suggested: 0, mended: 0 };
  for (const [index, hole] of broken.entries()) {
    const answer = answers[chosen.length + index];
    if (answer?.reason !== 'shown') continue;
    halfTyped.suggested += 1;
    if (parses({ ...hole.source, text: applied(hole.text, answer) })) halfTyped.mended += 1;
  }
  return {
    holes: chosen.length,
    broken: halfTyped,
    files: used,
    missing,
    suggested,
    errors,
    reasons,
    dropped,
  };
}

function recordedFiles(): { files: readonly HoleSource[]; missing: readonly string[] } {
  fetchSources();
  return sourceFiles();
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : round((100 * part) / whole);
}

function applied(text: string, { range, text: inserted }: Answer): string {
  const start = offsetAt(text, range.start);
  const end = offsetAt(text, range.end);
  if (typeof start !== 'number' || typeof end !== 'number') throw new Error('A range lies outside its text.');
  return text.slice(0, start) + inserted + text.slice(end);
}

function placeOf({ source, text, offset }: Hole): string {
  const { line, column } = positionAt(text, offset);
  return `${source.path}:${line}:${column}`;
}

/**
 * As many holes, spread evenly over the files: ends of lines, whole lines, and stretches of lines. Those that leave a
 * syntax error are kept apart, at most half as many, since nothing can be said about what a suggestion adds to it.
 */
function cutHoles(
  files: readonly HoleSource[],
  count: number,
  parses: (source: HoleSource) => boolean,
): { chosen: Hole[]; broken: Hole[] } {
  const random = mulberry32(seed);
  const chosen: Hole[] = [];
  const broken: Hole[] = [];
  for (let turn = 0; chosen.length < count && files.length > 0; turn += 1) {
    const source = files[turn % files.length];
    const hole = source === undefined ? null : cutHole(source, random);
    if (hole === null) continue;
    if (parses({ ...hole.source, text: hole.text })) chosen.push(hole);
    else if (broken.length < count / 2) broken.push(hole);
  }
  // Holes of one file one after another: their beginnings are evaluated once.
  for (const holes of [chosen, broken]) {
    holes.sort((a, b) => a.source.path.localeCompare(b.source.path) || a.offset - b.offset);
  }
  return { chosen, broken };
}

/** One hole at a place chosen by chance; null where there is nothing to cut. */
function cutHole(source: HoleSource, random: () => number): Hole | null {
  const text = source.text;
  const lines = text.split('\n');
  const line = Math.floor(random() * lines.length);
  const content = lines[line] ?? '';
  const indent = content.search(/\S/);
  if (line === 0 || indent < 0) return null;
  const start = lines.slice(0, line).reduce((sum, other) => sum + other.length + 1, 0);
  const kind = random();
  // From the first character of a line, from within it, or over several lines.
  const from = start + (kind < 0.6 ? indent : indent + Math.floor(random() * (content.length - indent)));
  const more = kind < 0.3 || kind >= 0.8 ? 0 : 1 + Math.floor(random() * 5);
  const to = lines.slice(line, line + 1 + more).reduce((end, other) => end + other.length + 1, start) - 1;
  if (/[\udc00-\udfff]/.test(text.charAt(from))) return null;
  return { source, text: text.slice(0, from) + text.slice(Math.min(to, text.length)), offset: from };
}

/** Through the batch of the command line: index and model stay loaded, answers come in order. */
function complete(chosen: readonly Hole[]): Answer[] {
  const folder = temporaryFolder();
  const batch = path.join(folder, 'holes.jsonl');
  const lines = chosen.map((hole) => JSON.stringify({ position: placeOf(hole), text: hole.text }));
  writeFileSync(batch, lines.join('\n'));
  const args = [path.join(repository, 'dist/cli.mjs'), 'complete', '--batch', batch, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--model', starterPath], {
    cwd: folder,
    env: { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`The holes were not completed: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);
}

const grammars: Readonly<Record<string, string>> = {
  '.ts': 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  '.js': 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  '.py': 'tree-sitter-python/tree-sitter-python.wasm',
  '.go': 'tree-sitter-go/tree-sitter-go.wasm',
  '.rs': 'tree-sitter-rust/tree-sitter-rust.wasm',
};

/** A check of whole files that shares nothing with the product's own: grammars straight from their packages. */
async function syntaxCheck(): Promise<(source: HoleSource) => boolean> {
  await Parser.init();
  const parsers = new Map<string, Parser>();
  for (const [extension, file] of Object.entries(grammars)) {
    const parser = new Parser();
    parser.setLanguage(await Language.load(readFileSync(path.join(repository, 'node_modules', file))));
    parsers.set(extension, parser);
  }
  return ({ path: name, text }) => {
    const parser = parsers.get(path.extname(name));
    if (parser === undefined) throw new Error(`There is no grammar for ${name}.`);
    const tree = parser.parse(text);
    const whole = tree !== null && !tree.rootNode.hasError;
    tree?.delete();
    return whole;
  };
}
