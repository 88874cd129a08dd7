import type { Place } from '../context.ts';
import { answerMessages } from '../path.ts';
import type { ChatAnswer, ChatEvent, ChatModelDescription, ToolCall, ToolDefinition } from '../types.ts';
import type { FittedPrompt } from '../window.ts';
import type { Answer, End } from './answer.ts';
import { templateFailureNote } from './notes.ts';
import type { TurnParts } from './parts.ts';
import { ToolLoop } from './toolLoop.ts';

/** The window of an answer's model, and the tools that have room in it. */
export interface Window {
  readonly contextTokens: number;
  /** What sets it, as sentences name it. */
  readonly windowSetting: string;
  readonly answerTokens: number;
  readonly tools: readonly ToolDefinition[];
}

/** Who is asked for an answer, and what. */
export interface Asking {
  readonly parts: Pick<TurnParts, 'model' | 'settings' | 'workspace' | 'surroundings'>;
  readonly model: ChatModelDescription;
  readonly prompt: FittedPrompt;
  readonly window: Window;
  readonly seed: number;
}

/** Fewest tokens in which a model can say something. */
const leastAnswer = 16;

/** Asks the model, runs what tools it calls, and asks again, until it has answered. Rejects as the model does. */
export async function writeAnswer(answer: Answer, asking: Asking): Promise<End> {
  const { parts, prompt, window } = asking;
  const loop = new ToolLoop(parts, { counter: parts.model, ...window });
  for (;;) {
    const tools = loop.ended === null ? window.tools : [];
    const written = await ask(answer, asking, tools);
    if (written === null) return answer.done('window-full');
    if (written.templateFailure !== undefined) answer.note(templateFailureNote(written.templateFailure));
    if (loop.ended !== null) return answer.done('tool-limit', loop.ended);
    const calls = answer.openCalls;
    if (calls.length === 0)
      return answer.done(written.stopReason === 'tool-calls' ? 'end' : written.stopReason);
    await runTools(answer, loop, prompt, calls);
  }
}

/** What the model writes to the question and what it has written so far; null where there is no room for more. */
async function ask(
  answer: Answer,
  { parts, model, prompt, window, seed }: Asking,
  tools: readonly ToolDefinition[],
): Promise<ChatAnswer | null> {
  const { settings, model: port } = parts;
  const soFar = answerMessages(answer.steps);
  const messages = [...prompt.messages, ...soFar];
  const tokens =
    soFar.length === 0 ? prompt.promptTokens : await answer.wait(() => port.countPrompt(messages, tools));
  const room = window.contextTokens - tokens;
  if (room < leastAnswer) return null;
  const query = {
    ...{ messages, tools, seed, temperature: settings.temperature },
    maxTokens: Math.min(settings.maxTokens, room),
    thinking: settings.thinking && model.thinking,
  };
  const onEvent = (event: ChatEvent): void => wrote(answer, event, tools);
  const call = { signal: answer.signal, onEvent, places: placesSent(answer) };
  try {
    const written = await answer.wait(() => port.answer(query, call));
    answer.account(written);
    return written;
  } catch (error) {
    answer.accountFailed(error);
    throw error;
  }
}

/** What the prompt has of the workspace: what was found and attached, instructions, and the files that the map names. */
function placesSent({ given, conversation }: Answer): readonly Place[] {
  const { mapFiles = [], instructions = [], system = '' } = conversation.preamble ?? {};
  const files = instructions.map((label) => label.replace(/ \(shortened\)$/, ''));
  const known = new Set(given.map(({ path }) => path));
  const named = [...files, ...mapFiles].filter((path) => !known.has(path) && system.includes(path));
  return [...given, ...named.map((path) => ({ path, startLine: 0, endLine: 0 }))];
}

function wrote(answer: Answer, event: ChatEvent, tools: readonly ToolDefinition[]): void {
  const { id, signal } = answer;
  // What an engine writes until it has noticed that it is stopped was not asked for any more.
  if (signal.aborted) return;
  if (event.kind === 'prefill') answer.emit({ type: 'prefill', id, done: event.done, total: event.total });
  else if (event.kind !== 'tool-call') answer.emit({ type: 'wrote', id, kind: event.kind, text: event.text });
  else if (tools.length > 0) answer.emit({ type: 'called', id, call: event.call });
}

async function runTools(
  answer: Answer,
  loop: ToolLoop,
  { messages }: FittedPrompt,
  calls: readonly ToolCall[],
): Promise<void> {
  const room = await answer.wait(() => loop.roomFor(messages, answer.steps, calls));
  for (const call of calls) {
    const { text: result, sources } = await answer.wait(() => loop.run(call, room));
    answer.give(sources);
    answer.emit({ type: 'returned', id: answer.id, callId: call.id, result, sources });
  }
}
