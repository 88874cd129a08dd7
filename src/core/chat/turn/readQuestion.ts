import { broughtMentions } from '../commands.ts';
import type { Attachment, AttachmentProblem, Mention } from '../context.ts';
import type { UserMessage } from '../conversation.ts';
import type { ChatSurroundings } from '../ports.ts';
import { unlessAborted } from './aborted.ts';
import { sentenceOf } from '../../text/sentence.ts';
import { planOf } from './plan.ts';

/** A question before what goes with it is read. */
export interface TypedQuestion extends Omit<UserMessage, 'role' | 'attachments'> {
  /** What goes with it beside the mentions in its text. */
  readonly chips: readonly Mention[];
  /** What was read before, of a question that is edited. */
  readonly attachments: readonly Attachment[];
}

export interface ReadQuestion {
  readonly message: UserMessage;
  /** What could not be attached, a sentence each. */
  readonly problems: readonly string[];
  /** Why the question makes no sense, in a sentence: a command that has nothing to be about. Null: it does. */
  readonly refusal: string | null;
}

/**
 * Reads what goes with a question: its chips, what its text mentions, and what its command brings. What can't be read
 * becomes a problem; never rejects. What was not read when `signal` stops it is left out.
 */
export async function readQuestion(
  { chips, attachments, ...typed }: TypedQuestion,
  surroundings: Pick<ChatSurroundings, 'attach'>,
  signal: AbortSignal,
): Promise<ReadQuestion> {
  const { command, mentions, words } = planOf(typed.text);
  const given = unique([...chips, ...mentions]);
  const brought = command === null ? [] : broughtMentions(command, [...given, ...attachments]);
  const read = await Promise.all([
    ...given.map((mention) => attach(mention, surroundings, signal)),
    ...brought.map((mention) => attachBrought(mention, surroundings, signal)),
  ]);
  const all = new Map<string, Attachment>();
  for (const attachment of [...attachments, ...read.flatMap((one) => ('problem' in one ? [] : one))])
    all.set(attachmentKey(attachment), attachment);
  const problems = [...new Set(read.flatMap((one) => ('problem' in one ? [one.problem] : [])))];
  const nothing = brought.length > 0 && all.size === 0 && words === '';
  return {
    message: { role: 'user', ...typed, attachments: [...all.values()] },
    problems,
    refusal: nothing && problems.length > 0 ? problems.join(' ') : null,
  };
}

/** Reads what a command brings; where nothing is staged, all changes are meant. */
async function attachBrought(
  mention: Mention,
  surroundings: Pick<ChatSurroundings, 'attach'>,
  signal: AbortSignal,
): Promise<readonly Attachment[] | AttachmentProblem> {
  const read = await attach(mention, surroundings, signal);
  const other = mention.kind === 'diff' && mention.value !== '' && 'problem' in read;
  return other ? attach({ kind: 'diff', value: '' }, surroundings, signal) : read;
}

async function attach(
  mention: Mention,
  surroundings: Pick<ChatSurroundings, 'attach'>,
  signal: AbortSignal,
): Promise<readonly Attachment[] | AttachmentProblem> {
  // It says where to look, and holds nothing itself.
  if (mention.kind === 'workspace') return [wholeWorkspace];
  try {
    return await unlessAborted(() => surroundings.attach(mention, signal), signal);
  } catch (error) {
    if (signal.aborted) return [];
    return { mention, problem: sentenceOf(error) };
  }
}

const wholeWorkspace: Attachment = {
  ...{ kind: 'workspace', label: 'workspace', place: null },
  ...{ language: '', text: '', cut: false },
};

function unique(mentions: readonly Mention[]): readonly Mention[] {
  const keyOf = ({ kind, value, startLine, endLine }: Mention): string =>
    JSON.stringify([kind, value, startLine, endLine]);
  return [...new Map(mentions.map((mention) => [keyOf(mention), mention])).values()];
}

/** The same piece is attached once, as it was read last, also where it is mentioned and offered by itself. */
function attachmentKey({ kind, label, place }: Attachment): string {
  return JSON.stringify(place === null ? [kind, label] : [place.path, place.startLine, place.endLine]);
}

/** Of what went with a question, what none of the mentions in its text stands for: the chips beside it. */
export function withoutMentioned(
  attachments: readonly Attachment[],
  mentions: readonly Mention[],
): readonly Attachment[] {
  return attachments.filter(({ kind, label, place }) => {
    const names = `${place?.path ?? ''}\n${label}`;
    return !mentions.some((mention) => mention.kind === kind && names.includes(mention.value));
  });
}
