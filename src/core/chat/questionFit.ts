import type { Attachment } from './context.ts';
import { cutAttachments, whole } from './cutting.ts';
import type { ChatModel } from './ports.ts';
import { layOutQuestion, type GivenAttachment } from './prompts.ts';
import type { ToolDefinition } from './types.ts';

/** What counts tokens exactly. */
export type Counter = Pick<ChatModel, 'countPrompt' | 'countTexts'>;

/** A question, and the window that it is to fit into. */
export interface QuestionQuery {
  /** Beginnings of the prompt: the usual one, and shorter ones for questions that have no room otherwise. */
  readonly systems: readonly string[];
  /** What is asked, with the words of the command. */
  readonly question: string;
  /** What could not be attached, a sentence each. */
  readonly problems: readonly string[];
  readonly attachments: readonly Attachment[];
  /** Tokens that are left for what is found in the repository where attachments have to be cut: it may be the rest of them. */
  readonly spareTokens: number;
  readonly tools: readonly ToolDefinition[];
  /** Tokens of the window: prompt and answer. */
  readonly contextTokens: number;
  /** What sets it, as sentences name it. */
  readonly windowSetting: string;
  /** Tokens that are kept for the answer. */
  readonly answerTokens: number;
}

/** The parts of a prompt that no turn and no snippet can push out. */
export interface FittedQuestion {
  readonly system: string;
  readonly attachments: readonly GivenAttachment[];
}

export interface QuestionTooLong {
  readonly reason: 'question-too-long';
  /** One sentence with both counts, as far as they are worth counting, and what to do. */
  readonly message: string;
}

/**
 * Chooses the beginning of the prompt, and cuts the attachments to what has room beside the question, which is always
 * whole. The map goes before anything is cut, the instructions of the project before the question has no room.
 */
export async function fitQuestion(
  query: QuestionQuery,
  counter: Counter,
): Promise<FittedQuestion | QuestionTooLong> {
  const { systems, attachments, contextTokens, answerTokens } = query;
  const budget = contextTokens - answerTokens;
  if (farTooLong([query.question], contextTokens)) return tooLong(null, query);
  const count = (fitted: FittedQuestion): Promise<number> => countQuestion(fitted, query, counter);
  const longer = systems.slice(0, Math.max(1, systems.length - 1));
  const texts = attachments.map(({ text }) => text);
  if (!farTooLong(texts, contextTokens))
    for (const system of longer) {
      const fitted = { system, attachments: whole(attachments) };
      if ((await count(fitted)) <= budget) return fitted;
    }
  let tokens: number | null = null;
  for (const system of [...longer.slice(-1), ...systems.slice(-1)]) {
    tokens = await count({ system, attachments: [] });
    if (tokens <= budget) return fitAttachments(query, counter, system, budget - tokens);
  }
  return tooLong(tokens, query);
}

function countQuestion(
  { system, attachments }: FittedQuestion,
  { question, problems, tools }: QuestionQuery,
  counter: Counter,
): Promise<number> {
  const content = layOutQuestion({ snippets: [], attachments, problems, question });
  return counter.countPrompt(
    [
      { role: 'system', content: system },
      { role: 'user', content },
    ],
    tools,
  );
}

/** UTF-16 units for a token of the window, and at all, beyond which counting would only take time. */
const unitsPerToken = 64;
const mostUnits = 2_000_000;

function farTooLong(texts: readonly string[], contextTokens: number): boolean {
  const units = texts.reduce((sum, { length }) => sum + length, 0);
  return units > Math.min(contextTokens * unitsPerToken, mostUnits);
}

async function fitAttachments(
  query: QuestionQuery,
  counter: Counter,
  system: string,
  room: number,
): Promise<FittedQuestion> {
  const spare = Math.min(query.spareTokens, Math.floor(room / 4));
  const budget = query.contextTokens - query.answerTokens - spare;
  const attachments = [...query.attachments];
  let share = room - spare;
  while (attachments.length > 0) {
    const cut = await cutAttachments(attachments, share, (texts) => counter.countTexts(texts));
    const fitted = { system, attachments: cut };
    const over = (await countQuestion(fitted, query, counter)) - budget;
    if (over <= 0) return fitted;
    // Texts count a little more together than by themselves.
    if (share > 0) share = Math.max(0, share - over);
    else attachments.pop();
  }
  return { system, attachments: [] };
}

function tooLong(
  tokens: number | null,
  { contextTokens, answerTokens, windowSetting }: QuestionQuery,
): QuestionTooLong {
  return {
    reason: 'question-too-long',
    message:
      `The question takes ${tokens ?? 'far too many'} tokens, and the model's window of ${contextTokens} has room for ` +
      `${contextTokens - answerTokens} beside the answer: shorten it, attach less, or raise ` +
      `${windowSetting} if the model allows more.`,
  };
}
