/** Who says a message to a model. */
export type ChatRole = 'system' | 'user' | 'assistant' | 'tool';

/** A call of a tool, as a model wrote it. */
export interface ToolCall {
  /** Tells it from the other calls of the conversation; made by us where the model's format has none. */
  readonly id: string;
  readonly name: string;
  /** JSON text of an object, as the model wrote it; may be malformed. */
  readonly arguments: string;
}

/** One message of a conversation as a model is given it. Messages that were sent once are never changed. */
export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
  /** What an assistant thought before, where its template takes that. */
  readonly reasoning?: string;
  /** Calls that an assistant made. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of a message of role `tool`: the call it answers, and that tool's name. */
  readonly toolCallId?: string;
  readonly toolName?: string;
}

/** A tool that a model may call. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object: the arguments. */
  readonly parameters: ToolParameters;
}

/** The subset of JSON schema that arguments of tools need. */
export interface ToolParameters {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ToolParameter>>;
  readonly required: readonly string[];
}

export interface ToolParameter {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

/** What a model is asked. */
export interface ChatQuery {
  readonly messages: readonly ChatMessage[];
  /** None where the model can't call any. */
  readonly tools: readonly ToolDefinition[];
  /** Most tokens of the answer, reasoning and calls included. */
  readonly maxTokens: number;
  /** 0: always the likeliest token. */
  readonly temperature: number;
  /** Equal seeds give equal answers to equal queries. */
  readonly seed: number;
  /** Whether a model that can think before it answers does. */
  readonly thinking: boolean;
  /** The answer begins with this; the model writes what comes behind it, and nothing is thought before. */
  readonly answerStart?: string;
  /** The answer ends before the first of these texts. */
  readonly stops?: readonly string[];
  /** A text that much of the answer repeats, so that its tokens can be guessed ahead. */
  readonly expected?: string;
  /** What JSON the answer is: nothing else can be written. Nothing is guessed ahead then, and no tools are offered. */
  readonly schema?: AnswerSchema;
}

/** The subset of JSON schema that an answer can be held to. Objects have all of their properties, in order. */
export type AnswerSchema =
  | { readonly type: 'string'; readonly minLength?: number; readonly maxLength?: number }
  | { readonly type: 'integer' | 'boolean' }
  | { readonly enum: readonly string[] }
  | {
      readonly type: 'array';
      readonly items: AnswerSchema;
      readonly minItems?: number;
      readonly maxItems?: number;
    }
  | { readonly type: 'object'; readonly properties: Readonly<Record<string, AnswerSchema>> };

/** Why an answer ended. */
export type ChatStopReason =
  /** The model said so. */
  | 'end'
  /** It waits for what the tools give. */
  | 'tool-calls'
  | 'max-tokens'
  /** Prompt and answer fill the model's window. */
  | 'window-full'
  /** It wrote the same again and again. */
  | 'repetition';

/** What comes in while a model answers. */
export type ChatEvent =
  /** Tokens of the prompt that are evaluated, of all that it has; those found in the KV cache count as evaluated. */
  | { readonly kind: 'prefill'; readonly done: number; readonly total: number }
  /** More of the answer, or of what the model thinks before it. */
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  /** A call that is complete. */
  | { readonly kind: 'tool-call'; readonly call: ToolCall };

/** A whole answer. */
export interface ChatAnswer {
  /** Without the query's `answerStart`. */
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stopReason: ChatStopReason;
  /** Which of the query's `stops` ended it. */
  readonly stop?: string;
  /** Why a safe format was used for it, although the model's template works with others; left out as a rule. */
  readonly templateFailure?: string;
  /** Of an endpoint that is not on this machine: what was sent there. */
  readonly sent?: SentAway;
  readonly tokens: ChatTokens;
  readonly milliseconds: ChatTimes;
}

/** What an answer that was written elsewhere had sent, and cost. */
export interface SentAway {
  /** How many secrets were replaced in what was sent. */
  readonly redactions: number;
  /** US dollars; null where the price is not known. */
  readonly dollars: number | null;
}

export interface ChatTokens {
  /** Of the prompt, how many of these were in the KV cache, and how many were evaluated. */
  readonly prompt: number;
  readonly reused: number;
  readonly evaluated: number;
  /** Written, reasoning and calls included. */
  readonly generated: number;
}

export interface ChatTimes {
  /** Waiting for a turn, evaluating the prompt, until the first token from the query on, all of it. */
  readonly queue: number;
  readonly prompt: number;
  readonly firstToken: number;
  readonly total: number;
}

/** What a model that chats can do. */
export interface ChatModelDescription {
  /** Its name, as a person knows it. */
  readonly name: string;
  /** Tells it from other models. */
  readonly fingerprint: string;
  /** Tokens that prompt and answer may have together. */
  readonly contextTokens: number;
  /** Whose format its prompts have: its own template's, ChatML because its vocabulary has that, or plain headings. */
  readonly template: 'model' | 'chatml' | 'plain';
  /** What is wrong with its template and what follows, in a sentence; null for none. */
  readonly limitation: string | null;
  /** Whether it can call tools, and whether it can think before it answers. */
  readonly tools: boolean;
  readonly thinking: boolean;
  /** False where an answer can't be made to begin with a given text: a query's `answerStart` does nothing then. */
  readonly prefill?: false;
}
