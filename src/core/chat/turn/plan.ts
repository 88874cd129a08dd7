import { commandPlans, commandQuestion } from '../commands.ts';
import type { Attachment, Mention } from '../context.ts';
import type { SlashCommand } from '../conversation.ts';
import { ownWords, parseQuestion } from '../question.ts';

/** What a question asks for. */
export interface QuestionPlan {
  readonly command: SlashCommand | null;
  /** Those in its text. */
  readonly mentions: readonly Mention[];
  /** What the model is asked: the words of the command and those of the user. */
  readonly question: string;
  /** The user's own words, without the mentions. */
  readonly words: string;
  /** Whether other places of the repository help, so that it is searched and the model may look further. */
  readonly retrieval: boolean;
}

/** Reads what was typed. */
export function planOf(text: string): QuestionPlan {
  const { command, mentions, question } = parseQuestion(text);
  return {
    command,
    mentions: mentions.map(({ start: _start, end: _end, ...mention }) => mention),
    question: command === null ? question : commandQuestion(command, question),
    words: ownWords(text, { command, mentions }),
    retrieval: command === null || commandPlans[command].retrieval,
  };
}

/** Most of an attachment's text that is searched for. */
const searchedUnits = 1000;

/** What is looked for in the repository: the user's words, or the code that a command without any is about. */
export function searchFor({ words }: QuestionPlan, attachments: readonly Attachment[]): string {
  if (words !== '') return words;
  const subject = attachments.find(({ kind, text }) => kind !== 'instructions' && text !== '');
  return subject === undefined ? '' : `${subject.label}\n${subject.text.slice(0, searchedUnits)}`;
}
