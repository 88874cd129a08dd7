import { compare } from '../index/compare.ts';
import { fenced } from '../text/backticks.ts';
import type { Attachment, Place, Snippet } from './context.ts';

/**
 * What a model is told about its task. Short, because small models follow few rules, and because all of it is evaluated
 * before the first answer. It names no example path: small models copy examples.
 */
const fullRules = [
  'You are Hearth, a programming assistant in a code editor.',
  "Answer the question from the code that is given with it. You can't change files or run anything.",
  '- Cite the places you rely on as `path:line` or `path:first-last`. Take paths and lines from the headers above the code; never invent any.',
  '- If neither the code given nor a tool tells the answer, say so, and say what is missing.',
  '- Put code into fenced blocks that name the language.',
  '- Be brief. Answer in the language of the question.',
].join('\n');

/** The same for a window in which every token counts. */
const smallRules =
  'You are a programming assistant. Answer briefly from the code given. Cite it as `path:line`. If it does not tell, say so. Put code into fenced blocks.';

/** Tokens of a window below which the short rules are used. */
const fullRulesFrom = 1024;

/** Heading of the map, which stands at the very end of a preamble. */
const mapHeading = '# Map of the repository (definitions by file; their code is not given here)';

/** The rules for a window of so many tokens. */
export function rules(contextTokens: number): string {
  return contextTokens < fullRulesFrom ? smallRules : fullRules;
}

/** The shortest beginning of a prompt that there is: what is left where a question has no room otherwise. */
export const shortestSystem = smallRules;

/**
 * The beginning of every prompt of a conversation: the rules, what the project says to assistants, and the map ('' for
 * none), from what changes least to what changes most.
 */
export function layOutSystem(
  contextTokens: number,
  instructions: readonly GivenAttachment[],
  map: string,
): string {
  const parts = [rules(contextTokens)];
  if (instructions.length > 0)
    parts.push(['# Instructions of this project', ...instructions.map(layOutInstructions)].join('\n\n'));
  if (map !== '') parts.push(`${mapHeading}\n\n${map.trimEnd()}`);
  return parts.join('\n\n');
}

/** The same beginning without the map. */
export function withoutMap(system: string): string {
  const at = system.lastIndexOf(`\n\n${mapHeading}\n`);
  return at < 0 ? system : system.slice(0, at);
}

/** An attachment as far as it is given to the model. */
export interface GivenAttachment {
  /** With the text that is given; `cut` where that is not all of it. */
  readonly attachment: Attachment;
  /** Lines that are left out for want of room. */
  readonly leftOut: number;
}

function layOutInstructions({ attachment, leftOut }: GivenAttachment): string {
  const { label, text } = attachment;
  return [`From ${label}:`, text.trim(), ...leftOutLine(leftOut, label)].join('\n');
}

/** What a question is laid out from. */
export interface QuestionParts {
  /** Of the repository, best first. */
  readonly snippets: readonly Snippet[];
  readonly attachments: readonly GivenAttachment[];
  /** What could not be attached, a sentence each. */
  readonly problems: readonly string[];
  /** What is asked: the words of the command, if there is one, and those of the user. */
  readonly question: string;
}

/** The message with a question: what was found, what was attached, and at the end, where models look most, the question. */
export function layOutQuestion({ snippets, attachments, problems, question }: QuestionParts): string {
  const parts: string[] = [];
  if (snippets.length > 0)
    parts.push('Found in the repository for this question:', ...inReadingOrder(snippets).map(layOutSnippet));
  if (attachments.length > 0) parts.push('Attached by the user:', ...attachments.map(layOutAttachment));
  if (problems.length > 0) parts.push(`Not attached: ${problems.join(' ')}`);
  if (parts.length > 0) parts.push('Question:');
  return [...parts, question].join('\n\n');
}

/**
 * The best file last, nearest to the question; what belongs to one file together, by line. The order depends on what
 * was found alone.
 */
function inReadingOrder(snippets: readonly Snippet[]): readonly Snippet[] {
  const best = new Map<string, number>();
  for (const { path, score } of snippets) best.set(path, Math.max(score, best.get(path) ?? -Infinity));
  const rank = ({ path }: Snippet): number => best.get(path) ?? 0;
  return [...snippets].sort(
    (a, b) =>
      rank(a) - rank(b) || compare(a.path, b.path) || a.startLine - b.startLine || a.endLine - b.endLine,
  );
}

/** A snippet below its header. */
export function layOutSnippet(snippet: Snippet): string {
  return layOutPlace(snippet, snippet.text, languageOf(snippet.path));
}

/** An attachment below its header, and how much of it is left out. */
export function layOutAttachment({ attachment, leftOut }: GivenAttachment): string {
  const { place, label, text, language, kind } = attachment;
  const rest = leftOutLine(leftOut, label);
  if (text === '') return [`${nameOf(attachment)}:`, ...(leftOut === 0 ? ['(empty)'] : rest)].join('\n');
  const body =
    place === null
      ? `${nameOf(attachment)}:\n${fenced(text.replace(/\n$/, ''), language)}`
      : layOutPlace(place, text, language);
  // "Explain this" means what is selected, whatever else is attached.
  return [...(kind === 'selection' ? ['Selected in the editor:'] : []), body, ...rest].join('\n');
}

/** The label of what has no path, with its kind where that does not say it: `npm test (terminal)`. */
function nameOf({ kind, label, place }: Attachment): string {
  const plain = place !== null || kind === 'symbol' || label.toLowerCase().includes(kind);
  return plain ? label : `${label} (${kind})`;
}

function leftOutLine(leftOut: number, label: string): string[] {
  if (leftOut === 0) return [];
  return [`(${leftOut} ${leftOut === 1 ? 'line' : 'lines'} of ${label} left out for want of room)`];
}

/** Lines that stand below one header: enough for a function, few enough to find a line in by its header. */
const sectionLines = 40;
const shortestSection = 16;

/**
 * Code below headers that name its lines. A long piece is divided into sections with a header each, so that models can
 * cite lines in it. There are no numbers beside the code: they cost a third more tokens, and models copy them into
 * the code they write.
 */
export function layOutPlace(place: Place, text: string, language: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const sections: string[] = [];
  for (let at = 0; at < lines.length;) {
    const end = sectionEnd(lines, at);
    const header = headerOf(place.path, place.startLine + at, place.startLine + end - 1);
    sections.push(`${header}\n${fenced(lines.slice(at, end).join('\n'), language)}`);
    at = end;
  }
  return sections.join('\n');
}

/** `path:first-last` as answers are to cite it. */
export function headerOf(path: string, startLine: number, endLine: number): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

/** Sections end behind a blank line where there is one, so that most definitions stay whole. */
function sectionEnd(lines: readonly string[], at: number): number {
  const most = at + sectionLines;
  if (lines.length <= most) return lines.length;
  for (let end = most; end > at + shortestSection; end -= 1) if (lines[end - 1]?.trim() === '') return end;
  return most;
}

/** Names that Markdown knows a language by, where it is not the file's extension. */
const markdownNames: Readonly<Record<string, string>> = {
  ...{ cjs: 'js', mjs: 'js', cts: 'ts', mts: 'ts', pyi: 'py', h: 'c', hh: 'cpp', hpp: 'cpp', hxx: 'cpp' },
  ...{ cc: 'cpp', cxx: 'cpp', kts: 'kt', yml: 'yaml', htm: 'html', markdown: 'md', txt: '' },
};

/** Markdown's name for the language of a file; '' where its name has no extension. */
export function languageOf(path: string): string {
  const extension = /[^/]\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return markdownNames[extension] ?? extension;
}
