import { formatDate } from './dates.ts';
import type { TemplateMessage, TemplateTool } from './messages.ts';

/** What a template may ask about a model's vocabulary. */
export interface TemplateTokens {
  /** Texts of the tokens that begin and end a text; '' for none. */
  readonly bos: string;
  readonly eos: string;
}

/** What a prompt is to be; it ends where an answer begins. */
export interface TemplateRequest {
  readonly messages: readonly TemplateMessage[];
  /** None: the template hears of no tools. */
  readonly tools: readonly TemplateTool[];
  readonly thinking: boolean;
}

/** Renders one template; throws an Error for whatever it can't do. */
export type RenderTemplate = (variables: Readonly<Record<string, unknown>>) => string;

/** Reads a template of the language Jinja; throws an Error where it is none. */
export type CompileTemplate = (text: string) => RenderTemplate;

/**
 * The variables that published templates use. `now` must stay the same as long as prompts are to begin alike.
 */
export function templateVariables(
  { messages, tools, thinking }: TemplateRequest,
  { bos, eos }: TemplateTokens,
  now: Date,
): Record<string, unknown> {
  return {
    messages,
    ...(tools.length === 0 ? {} : { tools }),
    add_generation_prompt: true,
    bos_token: bos,
    eos_token: eos,
    // Qwen's and GLM's switch, and that of Granite and DeepSeek.
    enable_thinking: thinking,
    thinking,
    // gpt-oss can't be told not to think, only to think little.
    reasoning_effort: thinking ? 'medium' : 'low',
    date_string: formatDate('%d %b %Y', now),
    strftime_now: (format: string) => formatDate(format, now),
    raise_exception: (message: string) => {
      throw new Error(message);
    },
  };
}
