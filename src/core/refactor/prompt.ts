import type { Attachment } from '../chat/context.ts';
import { cutAttachments } from '../chat/cutting.ts';
import type { ChatModel } from '../chat/ports.ts';
import { headerOf, languageOf, layOutPlace } from '../chat/prompts.ts';
import type { ChatMessage } from '../chat/types.ts';
import { fenced } from '../text/backticks.ts';
import { middleMark, replaceMark, searchMark, targetText } from './envelope.ts';
import { withPlainLineEnds } from './fileText.ts';
import { linesOfRange, type Piece, type RefactorContext } from './gather.ts';
import { instructionOf, type AnswerForm } from './kinds.ts';
import type { RefactorRequest } from './request.ts';
import { filledInstruction } from './userKinds.ts';

/** What a model is told of its task, whatever the refactor; short, since small models follow few rules. */
const rules = [
  'You change code in a code editor.',
  '- Do what the task says and nothing else: keep all names, behaviour, comments and formatting that it does not speak of.',
  '- Give complete code: leave no line out, and put no comment in the place of code.',
  '- Give the code alone, without explanations.',
].join('\n');

/** What the answer is to look like; its beginning is written for the model already. */
const forms: Readonly<Record<AnswerForm, string>> = {
  place:
    'Answer with the new text of the code to change in one fenced block, complete from its first to its last line. Do not repeat what stands around it.',
  places: [
    'Answer with a block for each place that changes, in this form:',
    'the path of the file',
    searchMark,
    'some whole lines as they are in that file now, enough to tell the place from all others',
    middleMark,
    'the lines that take their place',
    replaceMark,
  ].join('\n'),
  file: 'Answer with the whole new file in one fenced block.',
  names: 'Answer with a JSON list of one to five names, the best first.',
};

/** A prompt that fits, and what had no room in it. */
export interface RefactorPrompt {
  readonly messages: readonly ChatMessage[];
  readonly promptTokens: number;
  /** What was left out for want of room, in a few words each. */
  readonly leftOut: readonly string[];
}

export interface PromptTooLong {
  readonly tooLong: true;
  /** Tokens of what can't be left out. */
  readonly tokens: number;
}

/** A part of the prompt that may be left out: `items` from the end on, or, as `choice`, all but one of them. */
interface Section {
  readonly name: string;
  readonly heading: string;
  readonly items: readonly string[];
  /** Whether the items say the same at different length, so that the first that has room is enough. */
  readonly choice: boolean;
  /** Most of what room is left that it may take. */
  readonly share: number;
  readonly layOut: (items: readonly string[]) => string;
}

type Counter = Pick<ChatModel, 'countPrompt' | 'countTexts'>;

/** The parts of the window, and of what is left in it, that the instructions of the project may take. */
const instructionsShare = { window: 1 / 8, room: 1 / 3 };
/** UTF-16 units a token at most, in text that is worth its room; what exceeds it is not counted. */
const unitsPerToken = 16;

/**
 * Lays out the prompt in at most `budget` tokens, counted exactly: rules, task and code always, all else as far as it has
 * room, the most telling first. The same request and context give the same prompt.
 */
export async function layOutPrompt(
  request: RefactorRequest,
  context: RefactorContext,
  budget: number,
  counter: Counter,
): Promise<RefactorPrompt | PromptTooLong> {
  const bare = messagesOf(request, context, '', []);
  const least = await counter.countPrompt(bare, []);
  if (least > budget) return { tooLong: true, tokens: least };
  const instructions = await instructionsFor(
    context.instructions,
    Math.min(budget * instructionsShare.window, (budget - least) * instructionsShare.room),
    counter,
  );
  const sections = sectionsOf(request, context);
  const chosen = await choose(sections, budget - least, counter, instructions);
  for (;;) {
    const messages = messagesOf(request, context, chosen.instructions, textsOf(sections, chosen.items));
    const promptTokens = await counter.countPrompt(messages, []);
    if (promptTokens <= budget) return { messages, promptTokens, leftOut: leftOutOf(sections, chosen) };
    // Texts count a little more together than by themselves.
    if (!dropLast(sections, chosen)) return { tooLong: true, tokens: promptTokens };
  }
}

async function instructionsFor(
  all: readonly Attachment[],
  room: number,
  counter: Counter,
): Promise<{ text: string; cut: boolean }> {
  if (all.length === 0) return { text: '', cut: false };
  const layOut = ({ attachment }: { attachment: Attachment }): string =>
    `From ${attachment.label}:\n${attachment.text.trim()}`;
  const given = await cutAttachments(all, Math.floor(room), (texts) => counter.countTexts(texts), layOut);
  const held = given.filter(({ attachment }) => attachment.text.trim() !== '');
  const text = held.length === 0 ? '' : ['# Instructions of this project', ...held.map(layOut)].join('\n\n');
  return { text, cut: given.some(({ leftOut }) => leftOut > 0) };
}

/** What may be left out, the most telling first. */
function sectionsOf(request: RefactorRequest, context: RefactorContext): Section[] {
  const { file } = request.target;
  const code = (items: readonly string[]): string => fenced(items.join('\n'), languageOf(file.path));
  const list = (items: readonly string[]): string => items.join('\n');
  const pieces = (all: readonly Piece[]): string[] =>
    all.map((piece) => layOutPlace(piece, piece.text, languageOf(piece.path)));
  const { tests } = context;
  const section = (
    name: string,
    heading: string,
    items: readonly string[],
    layOut: Section['layOut'],
    { share = 0.5, choice = false }: Partial<Pick<Section, 'share' | 'choice'>> = {},
  ): Section => ({ name, heading, items, layOut, share, choice });
  return [
    section('problems', 'Problems in the code:', request.problems, list, { share: 1 }),
    section('the definition around', 'It is a part of this:', pieces(context.around), list, {
      ...{ share: 0.6, choice: true },
    }),
    section('the tests', `Tests that there are, ${tests?.path ?? ''}:`, existingTests(context), list, {
      share: 0.7,
    }),
    section('a test', 'A test of this project, for its style:', exampleTest(context), list, { share: 0.4 }),
    section('the imports', `Imports of ${file.path}:`, context.imports, code),
    section(
      'what it uses',
      'Defined elsewhere:',
      context.signatures.map(({ path, startLine, signature }) => `${path}:${startLine}: ${signature}`),
      list,
    ),
    section('its types', 'Types that it uses:', pieces(context.types), list),
    section('what stands beside it', 'Beside it in the file:', context.siblings, code, { share: 0.4 }),
    section('where it is used', 'It is used here:', usesOf(request, context), list, { share: 1 }),
  ].filter(({ items }) => items.length > 0);
}

function existingTests({ tests }: RefactorContext): string[] {
  return tests?.text == null ? [] : [fenced(withPlainLineEnds(tests.text).trimEnd(), languageOf(tests.path))];
}

function exampleTest({ tests }: RefactorContext): string[] {
  const example = tests?.example;
  return example == null
    ? []
    : [`${example.path}:\n${fenced(example.text.trimEnd(), languageOf(example.path))}`];
}

function usesOf({ recipe }: RefactorRequest, { uses }: RefactorContext): string[] {
  return uses.map((use) =>
    recipe.form === 'places'
      ? layOutPlace(use, use.text, languageOf(use.path))
      : `${headerOf(use.path, use.startLine, use.endLine)}: ${use.text.trim()}`,
  );
}

/** What is in the prompt, by section: indices of items. */
interface Chosen {
  instructions: string;
  /** Whether a part of the instructions is left out. */
  cut: boolean;
  readonly items: number[][];
}

async function choose(
  sections: readonly Section[],
  room: number,
  counter: Counter,
  { text, cut }: { text: string; cut: boolean },
): Promise<Chosen> {
  const texts = [text, ...sections.flatMap(({ heading, items }) => [heading, ...items])];
  const isFarTooLong = (one: string): boolean => one.length > Math.max(1, room) * unitsPerToken;
  const counted = texts.map((one) => (one === '' || isFarTooLong(one) ? '' : `${one}\n\n`));
  const counts = (await counter.countTexts(counted)).map((tokens, index) =>
    isFarTooLong(texts[index] ?? '') ? Infinity : tokens,
  );
  let at = 1;
  let left = room - (counts[0] ?? 0);
  const items = sections.map(({ items: all, share, choice }) => {
    const heading = counts[at] ?? 0;
    const sizes = all.map((_, index) => counts[at + 1 + index] ?? Infinity);
    at += 1 + all.length;
    let mine = Math.floor(left * share) - heading;
    const taken: number[] = [];
    for (const [index, size] of sizes.entries()) {
      if (size > mine) continue;
      taken.push(index);
      mine -= size;
      left -= size;
      if (choice) break;
    }
    if (taken.length > 0) left -= heading;
    return taken;
  });
  return { instructions: text, cut, items };
}

/** Takes out the last item of the least telling section; false where there is none. */
function dropLast(sections: readonly Section[], chosen: Chosen): boolean {
  const last = chosen.items.findLastIndex((items) => items.length > 0);
  const items = chosen.items[last];
  if (items === undefined) {
    const had = chosen.instructions !== '';
    chosen.instructions = '';
    chosen.cut ||= had;
    return had;
  }
  const dropped = items.pop() ?? 0;
  const section = sections[last];
  // What says the same in fewer words may still have room.
  if (section?.choice === true && dropped + 1 < section.items.length) items.push(dropped + 1);
  return true;
}

function textsOf(sections: readonly Section[], items: readonly (readonly number[])[]): string[] {
  return sections.flatMap(({ heading, items: all, layOut }, at) => {
    const taken = (items[at] ?? []).map((index) => all[index] ?? '');
    return taken.length === 0 ? [] : [`${heading}\n${layOut(taken)}`];
  });
}

function leftOutOf(sections: readonly Section[], { items, cut }: Chosen): string[] {
  const missing = sections.flatMap(({ name, items: all, choice }, at) => {
    const taken = items[at] ?? [];
    const isWhole = choice ? taken[0] === 0 : taken.length === all.length;
    return isWhole ? [] : [taken.length === 0 ? name : `a part of ${name}`];
  });
  return cut ? [...missing, 'a part of the instructions of the project'] : missing;
}

/** The most telling section last, and behind it the code and the task: there models look most. */
function messagesOf(
  request: RefactorRequest,
  context: RefactorContext,
  instructions: string,
  sections: readonly string[],
): ChatMessage[] {
  const system = instructions === '' ? rules : `${rules}\n\n${instructions}`;
  const content = [...[...sections].reverse(), codeOf(request), taskOf(request, context)].join('\n\n');
  return [
    { role: 'system', content: system },
    { role: 'user', content },
  ];
}

function codeOf({ target, part, recipe }: RefactorRequest): string {
  const { file, start, end, definition } = target;
  const { startLine, endLine } = linesOfRange(file.text, start, end);
  const language = languageOf(file.path);
  const heading = recipe.form === 'file' || recipe.form === 'names' ? 'The code' : 'The code to change';
  const lines = [
    `${heading}, ${headerOf(file.path, startLine, endLine)}:`,
    fenced(targetText(target), language),
  ];
  if (recipe.form === 'names' && definition !== null)
    lines.push(`The definition to name: ${definition.name}`);
  if (part !== null) lines.push('The selected part of it:', fenced(targetText({ file, ...part }), language));
  return lines.join('\n');
}

function taskOf({ recipe, words, target, part }: RefactorRequest, { tests }: RefactorContext): string {
  const instruction = filledInstruction(recipe.instruction, {
    selection: targetText({ file: target.file, ...(part ?? target) }),
    language: languageOf(target.file.path),
  });
  const form = formOf(recipe.form, tests !== null && tests.text !== null);
  const where = tests === null ? [] : [`The tests belong into ${tests.path}.`];
  return ['Task:', instructionOf({ ...recipe, instruction }, [words]), ...where, forms[form]].join('\n');
}

/** Tests for a file that has some already are further blocks in it. */
export function formOf(form: AnswerForm, exists: boolean): AnswerForm {
  return form === 'file' && exists ? 'places' : form;
}
