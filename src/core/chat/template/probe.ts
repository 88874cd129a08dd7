import { adaptMessages, adaptTools, type TemplateTraits } from './messages.ts';
import type { ChatMessage, ToolDefinition } from '../types.ts';
import { templateVariables, type RenderTemplate, type TemplateTokens } from './variables.ts';

/** Renders messages with a template that is believed to have some traits; throws what the template throws. */
export type Probe = (
  messages: readonly ChatMessage[],
  traits: TemplateTraits,
  tools?: readonly ToolDefinition[],
) => string;

/** Words that stand for what is said; no template writes them by itself. */
const words = {
  system: 'Hearthsystem',
  question: 'Hearthquestion',
  second: 'Hearthsecond',
  answer: 'Hearthanswer',
  tool: 'hearth_probe',
  argument: 'Hearthargument',
  otherArgument: 'Hearthother',
  result: 'Hearthresult',
  otherResult: 'Hearthlast',
} as const;

const probeTool: ToolDefinition = {
  name: words.tool,
  description: 'Finds a text.',
  parameters: {
    type: 'object',
    properties: { text: { type: 'string', description: 'The text.' } },
    required: ['text'],
  },
};

const bare: TemplateTraits = { system: false, neighbours: false, calls: null };
const say = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });
const question = say('user', words.question);
const answer = say('assistant', words.answer);
const second = say('user', words.second);

/** A probe of a template, nothing masked. */
export function probeOf(render: RenderTemplate, tokens: TemplateTokens, now: Date): Probe {
  const same = (text: string): string => text;
  return (messages, traits, tools = []) => {
    const request = {
      messages: adaptMessages(messages, traits, same),
      tools: adaptTools(tools, same),
      thinking: true,
    };
    return render(templateVariables(request, tokens, now));
  };
}

/**
 * Finds out by rendering what a template takes. Throws an Error where it can't render a plain conversation, or leaves
 * out what was said in it.
 */
export function findTraits(probe: Probe, mayHaveTools: boolean): TemplateTraits {
  const rendered = probe([question], bare);
  if (!rendered.includes(words.question)) throw new Error('it leaves out the question');
  const turns = probe([question, answer, second], bare);
  if (![words.question, words.answer, words.second].every((word) => turns.includes(word))) {
    throw new Error('it leaves out a part of the conversation');
  }
  const shows = shower(probe);
  const system = takesSystem(probe);
  const neighbours = shows([question, second], { ...bare, neighbours: true }, [words.question, words.second]);
  const traits = { system, neighbours, calls: null };
  return mayHaveTools ? { ...traits, calls: findCalls(probe, traits) } : traits;
}

/**
 * Whether a message of the system stays before the first question however long the conversation is. Some templates
 * refuse it, leave it out or put it before the last question, so that all behind the first would change in each turn.
 */
function takesSystem(probe: Probe): boolean {
  try {
    const said = [say('system', words.system), question, answer, second];
    const rendered = probe(said, { ...bare, system: true });
    const at = rendered.indexOf(words.system);
    return at >= 0 && at < rendered.indexOf(words.question);
  } catch {
    return false;
  }
}

function findCalls(probe: Probe, traits: TemplateTraits): TemplateTraits['calls'] {
  const shows = shower(probe);
  const call = (id: string, text: string) => ({
    id,
    name: words.tool,
    arguments: JSON.stringify({ text }),
  });
  const result = (id: string, content: string): ChatMessage => ({
    ...say('tool', content),
    toolCallId: id,
    toolName: words.tool,
  });
  const one: ChatMessage = { ...say('assistant', ''), toolCalls: [call('1', words.argument)] };
  const both: ChatMessage = {
    ...say('assistant', ''),
    toolCalls: [call('1', words.argument), call('2', words.otherArgument)],
  };
  const seen = [words.tool, words.argument, words.result, words.second];
  for (const form of ['object', 'text'] as const) {
    const single: TemplateTraits = { ...traits, calls: { arguments: form, several: false } };
    if (!shows([question, one, result('1', words.result), answer, second], single, seen, true)) continue;
    const many: TemplateTraits = { ...traits, calls: { arguments: form, several: true } };
    const rest = [result('1', words.result), result('2', words.otherResult)];
    const all = [words.argument, words.otherArgument, words.result, words.otherResult];
    return shows([question, both, ...rest], many, all, true) ? many.calls : single.calls;
  }
  return null;
}

/** Whether a template renders messages and shows all of these words. */
function shower(probe: Probe) {
  return (
    messages: readonly ChatMessage[],
    traits: TemplateTraits,
    expected: readonly string[],
    withTool = false,
  ): boolean => {
    try {
      const rendered = probe(messages, traits, withTool ? [probeTool] : []);
      return expected.every((word) => rendered.includes(word));
    } catch {
      return false;
    }
  };
}

/** What a template writes between an answer and the next question; '' where it can't be told. */
export function afterAnswer(probe: Probe): string {
  try {
    const rendered = probe([question, answer, second], bare);
    const from = rendered.indexOf(words.answer) + words.answer.length;
    return rendered.slice(from, rendered.indexOf(words.second, from));
  } catch {
    return '';
  }
}
