import { AnswerParser } from '../../../../../src/core/chat/output/answerParser.ts';
import { outputFormat } from '../../../../../src/core/chat/output/format.ts';
import type { ChatEvent } from '../../../../../src/core/chat/types.ts';

const takesTools = '{%- if tools %}{{ tools | tojson }}{% endif %}';

/** What of the families' templates tells them from one another. */
export const templates = {
  plain: '{{ messages[0].content }}',
  qwen: `${takesTools}<tool_call>\n{"name": <function-name>}\n</tool_call> <think>\n\n</think>`,
  coder: `${takesTools}<tool_call>\n<function=example>\n<parameter=a>\n1\n</parameter></function></tool_call>`,
  glm: `${takesTools}<tool_call>{name}\n<arg_key>{key}</arg_key></tool_call><think></think>`,
  mistral: `${takesTools}[AVAILABLE_TOOLS] [TOOL_CALLS] [THINK]`,
  llama: `${takesTools}Environment: ipython\n{"name": function name, "parameters": dictionary of argument name}`,
  deepSeek: `${takesTools}<｜tool▁calls▁begin｜><｜tool▁call▁begin｜></think>`,
  granite: `${takesTools}<|tool_call|>`,
  kimi: `${takesTools}<|tool_calls_section_begin|><|tool_call_begin|> <think>`,
  miniMax: `${takesTools}<minimax:tool_call> <think>`,
  seed: `${takesTools}<seed:tool_call><function=a> <seed:think>`,
  gemma: `${takesTools}<|tool_call>call: <|channel>thought`,
  harmony: `${takesTools}<|start|>assistant<|channel|>analysis<|message|>`,
} as const;
export type Family = keyof typeof templates;

/** What an answer that comes in `pieces` gives; text of one kind put together, calls numbered. */
export function readAnswer(
  family: Family,
  pieces: readonly string[],
  { begunThinking = false, tools = true } = {},
): ChatEvent[] {
  let calls = 0;
  const newCallId = () => `call${String((calls += 1))}`;
  const format = outputFormat(templates[family], () => false);
  const parser = new AnswerParser(format, { begunThinking, tools, newCallId });
  const events = pieces.flatMap((piece) => parser.push(piece));
  return joined([...events, ...parser.end()]);
}

function joined(events: readonly ChatEvent[]): ChatEvent[] {
  const whole: ChatEvent[] = [];
  for (const event of events) {
    const last = whole.at(-1);
    if ((event.kind === 'text' || event.kind === 'reasoning') && last?.kind === event.kind) {
      whole[whole.length - 1] = { kind: event.kind, text: last.text + event.text };
    } else whole.push(event);
  }
  return whole;
}

/** Events in a few characters: `thought|text` as `~thought`, `text`, and `name(arguments)`. */
export function picture(events: readonly ChatEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'reasoning') return `~${event.text}`;
    if (event.kind === 'tool-call') return `${event.call.name}(${event.call.arguments})`;
    return event.kind === 'text' ? event.text : event.kind;
  });
}
