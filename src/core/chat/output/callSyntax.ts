import type { CallText } from './callText.ts';
import {
  readBareCall,
  readDeepSeekCalls,
  readGemmaCalls,
  readJsonCalls,
  readKimiCalls,
  readMistralCalls,
  readTagCalls,
} from './callText.ts';

/** How a call is written between its markers. */
export interface CallSyntax {
  readonly open: string;
  /** Null where the call ends with its JSON value. */
  readonly close: string | null;
  /** Whether the body is JSON, in whose strings a marker does not count; `either`: by its first character. */
  readonly body: 'json' | 'tags' | 'either';
  /** The calls in a body; null where it is none. */
  readonly read: (body: string) => readonly CallText[] | null;
}

/** All that one family of models writes around its calls. */
export interface CallFormat {
  readonly syntaxes: readonly CallSyntax[];
  /** For a whole answer that is a JSON object and a call, without a marker. */
  readonly bare: CallSyntax | null;
  /** Markers around several calls, which say nothing. */
  readonly wrappers: readonly string[];
  /** What may follow a call and says nothing. */
  readonly closers: readonly string[];
}

const functionTag: CallSyntax = {
  open: '<function=',
  close: '</function>',
  body: 'tags',
  read: (body) => readTagCalls(`<function=${body}`),
};

const invokeTag: CallSyntax = {
  open: '<invoke ',
  close: '</invoke>',
  body: 'tags',
  read: (body) => readTagCalls(`<invoke ${body}`),
};

/** Hermes, Qwen, Granite 4 (JSON), Qwen3-Coder and GLM (tags). */
const toolCallTag: CallSyntax = {
  open: '<tool_call>',
  close: '</tool_call>',
  body: 'either',
  read: (body) =>
    /^\s*[[{`]/.test(body) ? readJsonCalls(body) : (readTagCalls(body) ?? readJsonCalls(body)),
};

function format(
  syntaxes: readonly CallSyntax[],
  { bare = null, wrappers = [], closers = [] }: Partial<Omit<CallFormat, 'syntaxes'>> = {},
): CallFormat {
  return { syntaxes, bare, wrappers, closers };
}

function json(open: string, close: string | null, read = readJsonCalls): CallSyntax {
  return { open, close, body: 'json', read };
}

/**
 * The formats, each with what in a template's text tells it, the more special before the more common. Read from the
 * templates that the models are published with.
 */
const formats: readonly (readonly [sign: RegExp, format: CallFormat])[] = [
  [
    /<\|tool_call_begin\|>/,
    format([json('<|tool_call_begin|>', '<|tool_call_end|>', readKimiCalls)], {
      wrappers: ['<|tool_calls_section_begin|>', '<|tool_calls_section_end|>'],
    }),
  ],
  [
    /<｜tool▁call▁begin｜>/,
    format([json('<｜tool▁call▁begin｜>', '<｜tool▁call▁end｜>', readDeepSeekCalls)], {
      wrappers: ['<｜tool▁calls▁begin｜>', '<｜tool▁calls▁end｜>'],
    }),
  ],
  [
    /<minimax:tool_call>/,
    format([invokeTag], { wrappers: ['<minimax:tool_call>'], closers: ['</minimax:tool_call>'] }),
  ],
  [
    /<seed:tool_call>/,
    format([functionTag], { wrappers: ['<seed:tool_call>'], closers: ['</seed:tool_call>'] }),
  ],
  [
    /<\|tool_call>/,
    format([{ open: '<|tool_call>', close: '<tool_call|>', body: 'tags', read: readGemmaCalls }]),
  ],
  [/<TOOLCALL>/, format([json('<TOOLCALL>', '</TOOLCALL>')])],
  [/\[TOOL_CALLS\]/, format([json('[TOOL_CALLS]', null, readMistralCalls)])],
  [/<function=/, format([toolCallTag, functionTag], { closers: ['</tool_call>'] })],
  [/<tool_call>/, format([toolCallTag])],
  [/<tool_calls>/, format([json('<tool_calls>', '</tool_calls>')])],
  [/<\|tool_call\|>/, format([json('<|tool_call|>', null)], { closers: ['<|/tool_call|>'] })],
  [
    /<\|python_tag\|>|"parameters": dictionary of argument name|Environment: ipython/,
    format([json('<|python_tag|>', null)], { bare: json('', null, readBareCall), closers: [';'] }),
  ],
];

/** How calls are written by the model that a template belongs to; null where no known format is in it. */
export function callFormatOf(template: string): CallFormat | null {
  return formats.find(([sign]) => sign.test(template))?.[1] ?? null;
}
