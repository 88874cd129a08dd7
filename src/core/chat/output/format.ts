import { callFormatOf, type CallFormat } from './callSyntax.ts';

/** The markers around what a model thinks before it answers. */
export interface ThoughtMarkers {
  readonly open: string;
  readonly close: string;
}

/** How a model writes an answer. */
export interface OutputFormat {
  /** Whether its template takes tools, and the format of its calls is known. */
  readonly tools: boolean;
  /** Whether it can think before it answers. */
  readonly thinking: boolean;
  /** Channels with headers of their own (gpt-oss) instead of what the next two say. */
  readonly harmony: boolean;
  readonly thoughts: readonly ThoughtMarkers[];
  /** Null where it can't call tools. */
  readonly calls: CallFormat | null;
  /** Whether a prompt ends inside of thinking, so that the answer begins there. */
  beginsThinking(renderedPrompt: string): boolean;
  /** What is to be written behind a prompt so that the answer itself comes next, without a thought before it. */
  answerHead(renderedPrompt: string): string;
}

const think: ThoughtMarkers = { open: '<think>', close: '</think>' };

/** As the templates of the models have them. */
const knownThoughts: readonly ThoughtMarkers[] = [
  think,
  { open: '[THINK]', close: '[/THINK]' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '◁think▷', close: '◁/think▷' },
  { open: '<thought>', close: '</thought>' },
  { open: '<|channel>thought', close: '<channel|>' },
];

const harmonyAnalysis = '<|channel|>analysis<|message|>';
const harmonyFinal = '<|channel|>final<|message|>';

/** A variable `tools` in one of the template's expressions; those are short. */
const takesTools = /\{[%{][^}]{0,1000}\btools\b/;

/**
 * Reads from a chat template's text how its model writes an answer; null for a model without one, of which only the
 * vocabulary is known.
 */
export function outputFormat(
  template: string | null,
  vocabularyHas: (token: string) => boolean,
): OutputFormat {
  const text = template ?? '';
  const harmony = text.includes('<|channel|>') && text.includes('<|message|>');
  const written = knownThoughts.filter(({ open, close }) =>
    template === null ? vocabularyHas(open) : text.includes(open) || text.includes(close),
  );
  // A model trained to think on top of another often keeps that one's template, which doesn't know of it.
  const thoughts = written.length > 0 ? written : [think];
  const calls = harmony ? null : takesTools.test(text) ? callFormatOf(text) : null;
  return {
    tools: harmony ? takesTools.test(text) : calls !== null,
    thinking: harmony || written.length > 0,
    harmony,
    thoughts: harmony ? [] : thoughts,
    calls,
    beginsThinking(renderedPrompt) {
      const end = renderedPrompt.slice(-100).trimEnd();
      if (harmony) return end.endsWith(harmonyAnalysis);
      return thoughts.some(({ open }) => end.endsWith(open));
    },
    answerHead(renderedPrompt) {
      const end = renderedPrompt.slice(-100).trimEnd();
      if (harmony) {
        if (end.endsWith(harmonyFinal)) return '';
        return end.endsWith(harmonyAnalysis) ? `<|end|><|start|>assistant${harmonyFinal}` : harmonyFinal;
      }
      const begun = thoughts.find(({ open }) => end.endsWith(open));
      return begun === undefined ? '' : `\n${begun.close}\n\n`;
    },
  };
}
