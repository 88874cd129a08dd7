import type {
  AnswerStep,
  AssistantMessage,
  Conversation,
  ConversationMessage,
  UserMessage,
} from './conversation.ts';
import type { ChatMessage, ToolCall } from './types.ts';

type ToolStep = Extract<AnswerStep, { kind: 'tool' }>;
/** A call whose result came. */
type ToolResult = ToolStep & { readonly result: string };

/** The messages that are shown, from the first on: of those with one parent, the chosen one. */
export function shownMessages({ messages, chosen }: Conversation): ConversationMessage[] {
  const shown: ConversationMessage[] = [];
  let message = messages.get(chosen.get('') ?? '');
  while (message !== undefined) {
    shown.push(message);
    message = messages.get(chosen.get(message.id) ?? '');
  }
  return shown;
}

/** Ids of the messages with the same parent as this one, itself included, in the order in which they came. */
export function siblingsOf({ messages }: Conversation, id: string): string[] {
  const parent = messages.get(id)?.parent;
  if (parent === undefined) return [];
  return [...messages.values()].filter((message) => message.parent === parent).map((message) => message.id);
}

/**
 * What a model is given of earlier messages, from the message `firstSent` on (null, or one that is not among them: from
 * the first). A question goes with its answer, and without one that has text it is left out, so that both alternate.
 * The same messages give the same ones, and further messages only ever add to them: that is what the KV cache holds.
 */
export function modelMessages(
  messages: readonly ConversationMessage[],
  firstSent: string | null,
): ChatMessage[] {
  const from = messages.findIndex(({ id }) => id === firstSent);
  const sent: ChatMessage[] = [];
  let question: UserMessage | null = null;
  for (const message of messages.slice(Math.max(0, from))) {
    if (message.role === 'user') {
      question = message;
      continue;
    }
    const answer = answered(message);
    if (question !== null && answer.length > 0) sent.push(promptOf(question, message), ...answer);
    question = null;
  }
  return sent;
}

/**
 * What a model wrote in an answer so far, and what its tools gave, as it is given both when it goes on: a message of
 * the assistant for each time that it was asked, and after it the results of its calls. Calls without a result are left
 * out.
 */
export function answerMessages(steps: readonly AnswerStep[]): ChatMessage[] {
  return rounds(steps).flatMap(({ text, reasoning, tools }): ChatMessage[] => {
    if (text === '' && tools.length === 0) return [];
    const thought = reasoning === '' ? {} : { reasoning };
    const calls = tools.length === 0 ? {} : { toolCalls: tools.map(({ call }): ToolCall => call) };
    return [
      { role: 'assistant', content: text, ...thought, ...calls },
      ...tools.map(({ call, result }) => resultOf(call, result)),
    ];
  });
}

/** The message with the result of a call. */
function resultOf(call: ToolCall, result: string): ChatMessage {
  return { role: 'tool', content: result, toolCallId: call.id, toolName: call.name };
}

/** The question as it was sent with this answer. */
function promptOf(question: UserMessage, { request }: AssistantMessage): ChatMessage {
  return request?.prompt ?? { role: 'user', content: question.text };
}

/** An answer as later questions carry it: up to its last text. What it looked up and said nothing of goes. */
function answered({ steps }: AssistantMessage): ChatMessage[] {
  const messages = answerMessages(steps);
  const end = messages.findLastIndex(({ role, content }) => role === 'assistant' && content.trim() !== '');
  const kept = messages.slice(0, end + 1);
  const last = kept.pop();
  if (last === undefined) return [];
  const { role, content, reasoning } = last;
  return [...kept, { role, content, ...(reasoning === undefined ? {} : { reasoning }) }];
}

/** What a model wrote when it was asked once. */
interface Round {
  text: string;
  reasoning: string;
  readonly tools: ToolResult[];
}

function rounds(steps: readonly AnswerStep[]): Round[] {
  let round: Round = { text: '', reasoning: '', tools: [] };
  const all = [round];
  let previous: AnswerStep | null = null;
  for (const step of steps) {
    const goesOn = previous?.kind !== 'tool' || (step.kind === 'tool' && step.together === true);
    if (!goesOn && round.tools.length > 0) all.push((round = { text: '', reasoning: '', tools: [] }));
    if (step.kind !== 'tool') round[step.kind] += step.text;
    else if (hasResult(step)) round.tools.push(step);
    previous = step;
  }
  return all;
}

function hasResult(step: ToolStep): step is ToolResult {
  return step.result !== null;
}
