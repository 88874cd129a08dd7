import { textOf, type ModelContents } from './metadata.ts';

/** Names of roles that templates of published models write. */
const knownRoles = ['system', 'developer', 'user', 'assistant', 'model', 'tool', 'function', 'ipython'];

/** A model's chat template, as far as it can be seen without rendering it. */
export interface ChatTemplate {
  /** The default template's text, or null where the file has none. */
  readonly text: string | null;
  /** Names of further templates in the file (`tool_use`). */
  readonly others: readonly string[];
  /** Role names that the default template mentions; a template that takes any name shows few. */
  readonly roles: readonly string[];
  /** Whether it mentions tools, and a switch for thinking. */
  readonly tools: boolean;
  readonly thinking: boolean;
}

/** Finds the chat template in a header (`tokenizer.chat_template` and its named ones). */
export function chatTemplate(model: ModelContents): ChatTemplate {
  const text = textOf(model, 'tokenizer.chat_template') ?? '';
  const named = 'tokenizer.chat_template.';
  const others = [...model.metadata.keys()]
    .filter((key) => key.startsWith(named))
    .map((key) => key.slice(named.length));
  // As a string of the template language, or written out behind a marker such as `<|im_start|>`.
  const mentions = (role: string): boolean => new RegExp(`(['"]|\\|>|<\\|)${role}(['"]|\\b)`).test(text);
  return {
    text: text === '' ? null : text,
    others,
    roles: knownRoles.filter(mentions),
    tools: /\btools\b/.test(text),
    thinking: /\benable_thinking\b|\bthinking\b/.test(text),
  };
}
