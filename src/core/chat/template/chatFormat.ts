import { outputFormat, type OutputFormat } from '../output/format.ts';
import type { ChatMessage, ChatModelDescription, ToolDefinition } from '../types.ts';
import type { Masking } from './masking.ts';
import { adaptMessages, adaptTools, type TemplateTraits } from './messages.ts';
import { afterAnswer, findTraits, probeOf } from './probe.ts';
import { chatmlTokens, headingStops, renderChatml, renderHeadings } from './safeTemplates.ts';
import {
  templateVariables,
  type CompileTemplate,
  type RenderTemplate,
  type TemplateTokens,
} from './variables.ts';
import { sentenceOf } from '../../text/sentence.ts';

/** What a model file says about chat, and what reads it. */
export interface ChatFormatSource {
  /** The model's own template, and that for prompts with tools where it has one apart. */
  readonly template: string | null;
  readonly toolTemplate: string | null;
  readonly tokens: TemplateTokens;
  readonly masking: Masking;
  /** Whether the vocabulary has a control token with this text. */
  readonly hasControl: (text: string) => boolean;
  readonly compile: CompileTemplate;
  /** The day that prompts speak of. */
  readonly now: Date;
}

export interface PromptRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly thinking: boolean;
  /** What the answer begins with; '' for nothing but that no thought comes before it. */
  readonly answerStart?: string;
}

export interface RenderedPrompt {
  /** The prompt, with placeholders where contents had the text of a control token (see Masking). */
  readonly text: string;
  /** How the answer will be written, and which texts end it beside the model's own end. */
  readonly output: OutputFormat;
  readonly stops: readonly string[];
  /** Control tokens that end it. */
  readonly stopTokens: readonly string[];
  /** Why this prompt has the safe format although the model has a template that works with others; null as a rule. */
  readonly failure: string | null;
}

/** A template that renders conversations, and what it takes. */
interface Usable {
  readonly render: RenderTemplate;
  readonly traits: TemplateTraits;
  readonly output: OutputFormat;
  readonly stopTokens: readonly string[];
}

const plainTraits: TemplateTraits = { system: true, neighbours: true, calls: null };

/** How a model is talked to: by its own template where that works, else in a format that does no harm. */
export class ChatFormat {
  readonly kind: ChatModelDescription['template'];
  readonly limitation: string | null;
  readonly #source: ChatFormatSource;
  readonly #own: Usable | null;
  readonly #withTools: Usable | null;
  readonly #safe: 'chatml' | 'plain';
  readonly #safeOutput: OutputFormat;

  constructor(source: ChatFormatSource) {
    this.#source = source;
    const { start, end } = chatmlTokens;
    this.#safe = source.hasControl(start) && source.hasControl(end) ? 'chatml' : 'plain';
    this.#safeOutput = outputFormat(null, source.hasControl);
    const own = usable(source.template, source);
    const withTools = usable(source.toolTemplate, source);
    this.#own = own instanceof Error ? null : own;
    this.#withTools = withTools instanceof Error ? this.#own : (withTools ?? this.#own);
    this.kind = this.#own === null ? this.#safe : 'model';
    this.limitation = this.#own === null ? limitation(own instanceof Error ? own : null, this.#safe) : null;
  }

  /** Whether it can be told of tools, and whether it can think before it answers. */
  get tools(): boolean {
    return this.#withTools !== null && this.#withTools.traits.calls !== null && this.#withTools.output.tools;
  }

  get thinking(): boolean {
    return (this.#own?.output ?? this.#safeOutput).thinking;
  }

  /** The prompt of an answer. Where the model's template fails with these messages, the safe format's. */
  render(request: PromptRequest): RenderedPrompt {
    const template = request.tools.length > 0 && this.tools ? this.#withTools : this.#own;
    if (template === null) return this.#renderSafely(request, null);
    const { masking, tokens, now } = this.#source;
    const mask = (text: string): string => masking.mask(text);
    try {
      const variables = templateVariables(
        {
          messages: adaptMessages(request.messages, template.traits, mask),
          tools: template.traits.calls === null ? [] : adaptTools(request.tools, mask),
          thinking: request.thinking,
        },
        tokens,
        now,
      );
      const { output, stopTokens } = template;
      const text = begun(template.render(variables), output, request, mask);
      return { text, output, stops: [], stopTokens, failure: null };
    } catch (error) {
      return this.#renderSafely(request, sentence(error));
    }
  }

  #renderSafely(request: PromptRequest, failure: string | null): RenderedPrompt {
    const mask = (text: string): string => this.#source.masking.mask(text);
    const adapted = adaptMessages(request.messages, plainTraits, mask);
    const chatml = this.#safe === 'chatml';
    const prompt = chatml ? renderChatml(adapted) : renderHeadings(adapted);
    return {
      text: begun(prompt, this.#safeOutput, request, mask),
      output: this.#safeOutput,
      stops: chatml ? [] : headingStops,
      stopTokens: chatml ? Object.values(chatmlTokens) : [],
      failure,
    };
  }
}

/** A prompt with the beginning of the answer. */
function begun(
  prompt: string,
  output: OutputFormat,
  { answerStart }: PromptRequest,
  mask: (text: string) => string,
): string {
  return answerStart === undefined ? prompt : prompt + output.answerHead(prompt) + mask(answerStart);
}

/** A template that works, null where there is none, or the reason why it doesn't. */
function usable(text: string | null, source: ChatFormatSource): Usable | Error | null {
  if (text === null || text.trim() === '') return null;
  try {
    const render = source.compile(text);
    const probe = probeOf(render, source.tokens, source.now);
    const output = outputFormat(text, source.hasControl);
    const traits = findTraits(probe, output.tools);
    return {
      render,
      traits,
      output,
      stopTokens: output.harmony ? [] : endOfTurn(afterAnswer(probe), source),
    };
  } catch (error) {
    return new Error(sentence(error), { cause: error });
  }
}

/** The control token that a template writes behind an answer: a model may not be known to end with it. */
function endOfTurn(text: string, { masking }: ChatFormatSource): string[] {
  const first = masking.split(text).find(({ kind }) => kind === 'control');
  return first === undefined ? [] : [first.text];
}

function limitation(failure: Error | null, safe: 'chatml' | 'plain'): string {
  const why =
    failure === null ? 'has no chat template' : `has a chat template that can't be used (${failure.message})`;
  return safe === 'chatml'
    ? `This model ${why}: it is talked to in ChatML, which its vocabulary has, and without tools.`
    : `This model ${why}: it is talked to under plain headings, without tools, and may answer poorly.`;
}

/** What an error says, short enough for a sentence. */
function sentence(error: unknown): string {
  const text = sentenceOf(error).split('\n', 1)[0] ?? '';
  return text.replace(/[.\s]+$/, '').slice(0, 120);
}
