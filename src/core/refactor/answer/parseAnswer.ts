import { parsed } from '../../text/json.ts';
import { isBlank, withoutBlankEnds, withPlainLineEnds } from '../fileText.ts';
import { likeTarget, targetLines } from '../targetIndent.ts';
import type { AnswerStyle, ParsedAnswer, ProposedEdit, RefactorProblem, RefactorTarget } from '../types.ts';
import { withoutReasoning, withoutSentences, withoutTags } from './clean.ts';
import { definitionHead } from './definesName.ts';
import { expandElisions } from './elision.ts';
import { fencesOf, pathOfFence, type Fence, type FencedText } from './fences.ts';
import { withLeadingComment } from './leadingComment.ts';
import { jsonChanges, type JsonChange } from './jsonAnswer.ts';
import { partForTarget, tellingLines } from './part.ts';
import { hasSearchReplace, searchReplaceBlocks } from './searchReplace.ts';
import { beginsAsDiff, diffEdits, isUnifiedDiff } from './unifiedDiff.ts';

/** Longer answers are no answers to one refactor (UTF-16 units), and neither are those with more changes. */
const longestAnswer = 1_000_000;
const mostEdits = 500;
/** A whole file is told from its part by so many of the lines around the part. */
const outsideShare = 0.5;
const prosePossible = new Set(['markdown', 'md', 'mdx', 'restructuredtext', 'rst', 'plaintext', 'txt']);
const shells = new Set('bash sh shell console zsh powershell cmd text txt plaintext output'.split(' '));

/** What is known beside the target. */
export interface ParseOptions {
  readonly instruction?: string;
  /** Whether a file other than the target's is there. */
  readonly isOtherFile?: (path: string) => boolean;
}

/** Reads what an answer asks for, in whatever style it is written. Never throws. */
export function parseAnswer(
  answer: string,
  target: RefactorTarget,
  options: ParseOptions = {},
): ParsedAnswer | RefactorProblem {
  if (answer.length > longestAnswer)
    return { code: 'too-large', message: 'The answer is far longer than any change: it was not read.' };
  const text = withoutReasoning(withPlainLineEnds(answer.replace(/^\uFEFF/, '')));
  if (text === null)
    return { code: 'unfinished', message: 'The answer breaks off before its code: ask for it again.' };
  const parsed = new AnswerReader(target, options).read(text, true);
  if ('code' in parsed || parsed.edits.length <= mostEdits) return parsed;
  return {
    code: 'too-large',
    message: `The answer asks for more than ${mostEdits} changes: it was not read.`,
  };
}

const unclosed: RefactorProblem = {
  code: 'unfinished',
  message: 'The answer breaks off in its code: ask for it again, or for less.',
};
const noCode: RefactorProblem = { code: 'no-code', message: 'The answer has no code.' };

class AnswerReader {
  readonly #target: RefactorTarget;
  readonly #options: ParseOptions;

  constructor(target: RefactorTarget, options: ParseOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** `mayNest`: JSON may carry an answer in another style. */
  read(text: string, mayNest: boolean): ParsedAnswer | RefactorProblem {
    if (text.trim() === '') return { code: 'no-code', message: 'The answer is empty.' };
    const json = mayNest ? this.#json(text) : null;
    if (json !== null) return json;
    if (hasSearchReplace(text)) return asParsed('search-replace', searchReplaceBlocks(text));
    if (beginsAsDiff(text)) return asParsed('diff', diffEdits(text));
    if (this.#beginsAsCode(text))
      return this.#fromCode(withoutLastMark(text, this.#target).split('\n'), 'code');
    const fenced = fencesOf(text);
    if (prosePossible.has(this.#target.file.language)) {
      const code = this.#unwrapped(text, fenced);
      return this.#fromCode(code.split('\n'), code === text ? 'code' : 'fenced');
    }
    if (fenced.fences.length > 0) return this.#fromFences(fenced, mayNest);
    if (isUnifiedDiff(text)) return asParsed('diff', diffEdits(text));
    const bare = withoutTags(text, this.#target).split('\n');
    return this.#fromCode(withoutSentences(bare, this.#target), 'code');
  }

  /** JSON that asks for changes; null where it is none, or is the code itself. */
  #json(text: string): ParsedAnswer | RefactorProblem | null {
    const { file } = this.#target;
    if (/^json/i.test(file.language) || isJson(targetText(this.#target))) return null;
    const changes = jsonChanges(text);
    if (changes === null) return null;
    const edits = changes.map((change) => this.#jsonEdits(change));
    return asParsed('json', joined(edits));
  }

  #jsonEdits(change: JsonChange): ProposedEdit[] | RefactorProblem {
    const { path } = change;
    if (change.kind === 'replace')
      return [{ kind: 'replace', path, search: change.search, replace: change.replace, inLine: true }];
    if (path !== null && !this.#isOwn(path)) return [{ kind: 'file', path, text: change.text }];
    const parsed = this.read(change.text, false);
    return 'code' in parsed ? parsed : [...parsed.edits];
  }

  /** Models of prose put it into one fence too. */
  #unwrapped(text: string, { fences, prose }: FencedText): string {
    const [only] = fences;
    const wraps = only !== undefined && fences.length === 1 && only.closed && !prose;
    return wraps && !/^\s*[`~]{3}/.test(targetText(this.#target)) ? only.code : text;
  }

  #fromFences({ fences, prose }: FencedText, mayNest: boolean): ParsedAnswer | RefactorProblem {
    if (fences.some(({ closed }) => !closed)) return unclosed;
    const style = prose || fences.length > 1 ? 'prose' : 'fenced';
    const diffs = fences.filter(({ info, code }) => /^(?:diff|patch)\b/.test(info) || isUnifiedDiff(code));
    if (diffs.length > 0) return asParsed('diff', joined(diffs.map(({ code }) => diffEdits(code))));
    const likely = this.#likely(fences);
    const [only] = likely;
    if (only !== undefined && likely.length === 1) {
      const json = mayNest ? this.#json(only.code) : null;
      return json ?? this.#fromFence(only, style);
    }
    const paths = likely.map(pathOfFence);
    if (!paths.includes(null) && new Set(paths).size === paths.length) {
      const files = likely.map((fence) => this.#fromFence(fence, style));
      const problem = files.find((one) => 'code' in one);
      return problem ?? { style, edits: files.flatMap((one) => ('code' in one ? [] : one.edits)) };
    }
    const one = this.#theOne(likely);
    return 'info' in one ? this.#fromCode(one.code.split('\n'), style) : one;
  }

  /** Whether an answer begins as the target or its file does, so that fences in it are its own. */
  #beginsAsCode(text: string): boolean {
    const { file } = this.#target;
    const first = (code: string): string =>
      code
        .trimStart()
        .split(/[\r\n]/, 1)[0]
        ?.trim() ?? '';
    const line = first(text);
    return (
      /[\p{L}\p{N}]/u.test(line) && (line === first(targetText(this.#target)) || line === first(file.text))
    );
  }

  /** Fences without commands, outputs, and quotes of what was there. */
  #likely(fences: readonly Fence[]): readonly Fence[] {
    const bare = (code: string): string => code.replace(/\s+/g, ' ').trim();
    const was = bare(targetText(this.#target));
    const kept = fences.filter(({ info, code }) => {
      const language = /^[\w+#-]*/.exec(info)?.[0].toLowerCase() ?? '';
      const isShell = shells.has(language) && !shells.has(this.#target.file.language);
      return !isBlank(code) && !isShell && bare(code) !== was;
    });
    return kept.length > 0 ? kept : fences;
  }

  #fromFence(fence: Fence, style: AnswerStyle): ParsedAnswer | RefactorProblem {
    const path = pathOfFence(fence);
    if (path !== null && !this.#isOwn(path))
      return { style, edits: [{ kind: 'file', path, text: fence.code }] };
    return this.#fromCode(fence.code.split('\n'), style);
  }

  /** The only fence that defines what the target is; else which it is, is not certain. */
  #theOne(fences: readonly Fence[]): Fence | RefactorProblem {
    const name = this.#target.definition?.name;
    const isHead = name === undefined ? () => false : definitionHead(name);
    const defining = fences.filter(({ code }) => code.split('\n').some(isHead));
    const likely = defining.length > 0 ? defining : fences;
    const [first] = likely;
    const same = likely.every(({ code }) => code.trim() === first?.code.trim());
    // What defines nothing shows how it is called, or what it prints.
    if (first !== undefined && same) return first;
    return {
      code: 'ambiguous',
      message: `The answer has ${fences.length} pieces of code, and it is not certain which one is meant: give one.`,
    };
  }

  /** Models shorten paths to the file's name. */
  #isOwn(named: string): boolean {
    const { path } = this.#target.file;
    if (path === named) return true;
    const isShorter = path.endsWith(`/${named}`) || named.endsWith(`/${path}`);
    return isShorter && this.#options.isOtherFile?.(named) !== true;
  }

  /** Code that is the target's, or the whole file's. */
  #fromCode(code: readonly string[], style: AnswerStyle): ParsedAnswer | RefactorProblem {
    const target = this.#target;
    const lines = withoutBlankEnds(code);
    if (lines.length === 0) return noCode;
    const isFile = isWholeFile(lines, target);
    const part = isFile ? lines : this.#withComment(partForTarget(lines, target) ?? lines);
    const whole = isFile ? this.#expandFile(part) : this.#expandPart(part);
    if (whole !== null && 'code' in whole) return whole;
    const text = (whole ?? part).join('\n');
    const edit: ProposedEdit = isFile ? { kind: 'file', path: null, text } : { kind: 'target', text };
    return { style: whole !== null ? 'elided' : isFile ? 'file' : style, edits: [edit] };
  }

  #withComment(lines: readonly string[]): readonly string[] {
    const { instruction } = this.#options;
    const name = this.#target.definition?.name;
    return withLeadingComment(lines, targetLines(this.#target), { name, instruction });
  }

  #expandFile(lines: readonly string[]): string[] | RefactorProblem | null {
    const { file } = this.#target;
    const original = withoutBlankEnds(withPlainLineEnds(file.text.replace(/^\uFEFF/, '')).split('\n'));
    return expandElisions(lines, original, { ...this.#options, language: file.language });
  }

  /** At the target's own indentation, so that what is left out has that of what is there. */
  #expandPart(lines: readonly string[]): string[] | RefactorProblem | null {
    const place = targetLines(this.#target);
    const moved = likeTarget(lines, place);
    return expandElisions(moved, place.lines, { ...this.#options, language: place.language });
  }
}

/** Code without the mark that closes a fence which was opened for the model. */
function withoutLastMark(text: string, { file }: RefactorTarget): string {
  if (/^ {0,3}(?:`{3}|~{3})/m.test(file.text)) return text;
  const marks = /\n {0,3}(?:`{3,}|~{3,})\s*$/.exec(text.slice(-200));
  return marks === null ? text : text.slice(0, Math.max(0, text.length - 200) + marks.index);
}

function asParsed(
  style: AnswerStyle,
  edits: readonly ProposedEdit[] | RefactorProblem,
): ParsedAnswer | RefactorProblem {
  if ('code' in edits) return edits;
  return edits.length > 0 ? { style, edits } : noCode;
}

function joined(all: readonly (ProposedEdit[] | RefactorProblem)[]): ProposedEdit[] | RefactorProblem {
  return all.find((one) => 'code' in one) ?? all.flatMap((one): ProposedEdit[] => ('code' in one ? [] : one));
}

function targetText({ file, start, end }: RefactorTarget): string {
  return withPlainLineEnds(file.text.slice(start, end));
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text) && parsed(text) !== undefined;
}

/** Whether code has enough of what stands around the target to be the whole file. */
function isWholeFile(code: readonly string[], target: RefactorTarget): boolean {
  // Lines that the target has too tell nothing.
  const { own, around } = tellingLines(target);
  if (around.length === 0) return false;
  const held = new Set(code.map((line) => line.trim()));
  const found = around.filter((line) => held.has(line)).length;
  if (found === 0) return false;
  const first = withPlainLineEnds(target.file.text.replace(/^\uFEFF/, ''))
    .split('\n')
    .find((line) => !isBlank(line));
  const beginsAlike = code[0]?.trim() === first?.trim() && !own.has(first?.trim() ?? '');
  return found >= around.length * outsideShare || (beginsAlike && code.some(isElisionLike));
}

function isElisionLike(line: string): boolean {
  return /\.{3}|…/.test(line);
}
