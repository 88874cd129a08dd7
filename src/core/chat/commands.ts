import type { AttachmentKind, Mention } from './context.ts';
import type { SlashCommand } from './conversation.ts';

/** What a slash command asks for. */
export interface CommandPlan {
  /** What the model is asked, in English. */
  readonly instruction: string;
  /** What goes with the question where nothing was put beside it. */
  readonly brings: readonly Mention[];
  /** Whether other places of the repository help to answer. */
  readonly retrieval: boolean;
}

const selection: Mention = { kind: 'selection', value: '' };
const problems: Mention = { kind: 'problems', value: '' };
const changes: Mention = { kind: 'diff', value: '' };
const stagedChanges: Mention = { kind: 'diff', value: 'staged' };

/** What each command asks. A `selection` stands for the open file where nothing is selected. */
export const commandPlans: Readonly<Record<SlashCommand, CommandPlan>> = {
  explain: {
    instruction:
      'Explain the code that goes with this question: first what it is for, in a sentence or two, then how it works, step by step. Point out what is not obvious from reading it.',
    brings: [selection],
    retrieval: true,
  },
  fix: {
    instruction:
      'Find what is wrong with the code that goes with this question, the problems listed with it first. Say the cause of each in a sentence, then give the corrected code, complete enough to replace the old. Change nothing else. If nothing is wrong, say so.',
    brings: [selection, problems],
    retrieval: true,
  },
  tests: {
    instruction:
      'Write tests for the code that goes with this question. Use the test framework and the style of the tests that this project has already. Cover the usual case, the edge cases and the errors. Give one complete test file, and name it.',
    brings: [selection],
    retrieval: true,
  },
  doc: {
    instruction:
      'Write documentation comments for the code that goes with this question, in the usual form of its language and in the style of the comments around it: what each public part does, its parameters, what it returns, its errors. Give the code with the comments, otherwise unchanged.',
    brings: [selection],
    retrieval: false,
  },
  review: {
    instruction:
      'Review the changes or the code that go with this question. Report mistakes, risks and what is hard to read, the most serious first, each with its place as `path:line` and what to do about it. Leave out what is only a matter of taste. If all is well, say so in one sentence.',
    brings: [changes],
    retrieval: true,
  },
  commit: {
    instruction:
      'Write a commit message for the changes that go with this question: a subject in the imperative of at most 60 characters, and, only where it is needed, an empty line and a body that says why, with lines of at most 72 characters. Give the message alone, in one fenced block of plain text.',
    brings: [stagedChanges],
    retrieval: false,
  },
};

/** What a command asks of the model, with what the user wrote behind it. */
export function commandQuestion(command: SlashCommand, own: string): string {
  const { instruction } = commandPlans[command];
  return own.trim() === '' ? instruction : `${instruction}\n\n${own.trim()}`;
}

/** The kinds that say what a command is about. */
const subjects: readonly AttachmentKind[] = ['file', 'folder', 'symbol', 'selection', 'diff', 'terminal'];

/** What a command brings beside the kinds that go with the question already: one thing to be about, and problems. */
export function broughtMentions(
  command: SlashCommand,
  given: readonly { readonly kind: AttachmentKind }[],
): readonly Mention[] {
  const hasSubject = given.some(({ kind }) => subjects.includes(kind));
  return commandPlans[command].brings.filter((mention) =>
    subjects.includes(mention.kind) ? !hasSubject : !given.some(({ kind }) => kind === mention.kind),
  );
}
