import { grammarFor } from '../../syntax/languages.ts';
import { isBlank } from '../fileText.ts';
import type { RefactorTarget } from '../types.ts';
import { tellingLines } from './part.ts';

/** Marks of models' templates, which some write as text at the end. */
const stopMarks =
  /(?:<\|(?:im_end|endoftext|eot_id|end|end_of_text|EOT|return)\|>|<\/s>|<\uFF5Cend\u2581of\u2581sentence\uFF5C>|<end_of_turn>)\s*$/;

/** An answer without its reasoning and its template's marks; null where it is nothing but reasoning that does not end. */
export function withoutReasoning(answer: string): string | null {
  let text = answer;
  while (stopMarks.test(text.slice(-80))) text = text.slice(0, -80) + text.slice(-80).replace(stopMarks, '');
  const opened = /^\s*<(think|thinking|reasoning)>/.exec(text);
  // Templates may open it themselves.
  const [tag = 'think'] = opened?.slice(1) ?? [];
  const end = `</${tag}>`;
  const at = text.indexOf(end);
  if (opened !== null) return at === -1 ? null : text.slice(at + end.length);
  const closed = /^[ \t]*<\/think>[ \t]*$/m.exec(text);
  return closed === null ? text : text.slice(closed.index + closed[0].length);
}

const markup = new Set([
  'html',
  'htm',
  'xml',
  'vue',
  'svelte',
  'php',
  'tsx',
  'jsx',
  'typescriptreact',
  'javascriptreact',
]);

/** Code without one pair of tags around all of it, such as `<code>`. */
export function withoutTags(text: string, { file }: RefactorTarget): string {
  if (markup.has(file.language)) return text;
  const lines = text.trim().split('\n');
  const tag = /^<([A-Za-z][\w-]{0,40})>$/.exec(lines[0]?.trim() ?? '')?.[1];
  return tag !== undefined && lines.length > 2 && lines.at(-1)?.trim() === `</${tag}>`
    ? lines.slice(1, -1).join('\n')
    : text;
}

const noCode = new Set(['html', 'css', 'json', 'yaml', 'toml']);
const longestSentence = 400;

/**
 * Bare code without the sentences that stand before and after it, a blank line between. Only what can be no code is taken
 * away: several words that begin like a sentence and end like one. It needs a line of the target to begin the code.
 */
export function withoutSentences(lines: readonly string[], target: RefactorTarget): readonly string[] {
  const grammar = grammarFor(target.file.language);
  if (grammar === null || noCode.has(grammar)) return lines;
  const { own } = tellingLines(target);
  const first = lines.findIndex((line) => own.has(line.trim()) && !isBlank(line));
  if (first === -1) return lines;
  let from = 0;
  for (let at = 0; at < first && (isBlank(lines[at] ?? '') || isSentence(lines[at] ?? '')); at += 1)
    from = at + 1;
  let end = lines.length;
  for (
    let at = lines.length - 1;
    at > first && (isBlank(lines[at] ?? '') || isSentence(lines[at] ?? ''));
    at -= 1
  )
    if (isBlank(lines[at - 1] ?? '')) end = at;
  const kept = lines.slice(from, end);
  const isApart = from === 0 || isBlank(lines[from - 1] ?? '') || own.has(lines[from]?.trim() ?? '');
  return isApart ? kept : lines;
}

function isSentence(line: string): boolean {
  const said = line.trimEnd().replace(/^(?:[-*] |\d+\. )/, '');
  if (line.length > longestSentence || own(line) || !/^\p{Lu}[\p{L}']*[ ,]/u.test(said)) return false;
  return /[.:!?]$/.test(said) && !/[;{}=<>[\]]/.test(said) && said.split(' ').length >= 4;
}

/** What is indented, or is a comment, belongs to code. */
function own(line: string): boolean {
  return /^\s|^(?:\/\/|#|\/\*|\*\/|--)/.test(line);
}
