import * as v from 'valibot';
import type { ChatAnswer, ChatModelDescription } from '../core/chat/types.ts';
import type { StopReason } from '../core/completion/types.ts';
import type { CacheType } from '../core/models/fit.ts';
import type { PromptPart } from '../core/prompt/layout.ts';
import { chatEvent, chatParams, countChatParams } from './chatProtocol.ts';
import { embedParams, writingWishes, type Embeddings, type PoolingType } from './servedProtocol.ts';
import { loadParams, loadPhases, type formatChoice, type SelfTestResult } from './loadOptions.ts';

export { selfTestResult, type SelfTestResult } from './loadOptions.ts';

/**
 * The messages between the engine process and its client, validated on both sides. Any change of their shape raises
 * the version; the engine answers a client of another version with an error and nothing else.
 */
export const protocolVersion = 5;

/**
 * Most urgent first (DESIGN: keystroke > manual trigger > chat > refactor > warm-up > speculation). `server`: another
 * program of this machine, which waits for all that the user asks for here.
 */
export const priorities = [
  'keystroke',
  'manual',
  'chat',
  'refactor',
  'server',
  'warm-up',
  'speculation',
] as const;
export type Priority = (typeof priorities)[number];

/** Why the engine could not do what it was asked. */
export const engineErrorCodes = [
  'no-binary',
  'library-missing',
  'model-missing',
  'model-invalid',
  'model-unsupported',
  'model-tampered',
  'out-of-memory',
  'not-loaded',
  'bad-request',
  'protocol-mismatch',
  'cancelled',
  /** A more urgent request took the place of this one; what it evaluated is kept, and it may be asked again. */
  'preempted',
  'deadline',
  'crashed',
  'hung',
  'stopped',
  'internal',
] as const;
export type EngineErrorCode = (typeof engineErrorCodes)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Node's timers end at once when asked for more milliseconds, and AbortSignal.timeout throws for twice as many. */
const longestTimer = 2 ** 31 - 1;
const line = v.pipe(v.string(), v.maxLength(100_000));
const text = v.pipe(v.string(), v.maxLength(4_000_000));

const stopSpec = v.object({
  multiline: v.boolean(),
  mayOpen: v.boolean(),
  maxLines: v.pipe(count, v.minValue(1), v.maxValue(10_000)),
  linePrefix: line,
  nextLine: line,
});

const completeParams = v.object({
  repository: v.nullable(line),
  path: v.nullable(line),
  segments: v.array(v.object({ kind: v.string(), path: line, startLine: count, endLine: count, text })),
  prefix: text,
  suffix: text,
  /** Offsets into `prefix`, ascending, at which definitions start; a shortened prefix starts at one of them. */
  anchors: v.pipe(v.array(count), v.maxLength(100_000), v.check(ascending, 'not in ascending order')),
  /** 0: only evaluate the prompt, so that the next request finds it in the KV cache. */
  maxTokens: v.pipe(count, v.maxValue(4096)),
  /** Most tokens of the prompt; 0: as many as the model's window holds. */
  budgetTokens: v.pipe(count, v.maxValue(1_048_576)),
  /** Answers that were given already: this one is to differ from each of them. */
  avoid: v.pipe(v.array(text), v.maxLength(100)),
  /** Names the workspace for as long as it exists; what was evaluated for it is kept under that name. */
  workspace: v.nullable(line),
  stop: v.nullable(stopSpec),
  /** Whether to send the text as it becomes certain. */
  stream: v.boolean(),
  /** How another program wants it written; left out: as the editor does. */
  wishes: v.exactOptional(writingWishes),
});

function ascending(offsets: number[]): boolean {
  return offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0));
}

/** Most texts whose tokens are counted in one request, and UTF-16 units of all of them. */
export const mostCounted = 4096;
export const mostCountedUnits = 1 << 20;
const countParams = v.object({
  texts: v.pipe(
    v.array(v.string()),
    v.maxLength(mostCounted),
    v.check(
      (texts) => texts.reduce((units, { length }) => units + length, 0) <= mostCountedUnits,
      'the texts are too long',
    ),
  ),
});

const measureParams = v.object({
  /** Milliseconds of evaluation, apart from those in which more urgent requests go first. */
  milliseconds: v.pipe(count, v.minValue(100), v.maxValue(60_000)),
});

const noParams = v.object({});
const paramSchemas = {
  load: loadParams,
  complete: completeParams,
  countTokens: countParams,
  chat: chatParams,
  countChat: countChatParams,
  prepareChat: noParams,
  selfTest: noParams,
  measure: measureParams,
  embed: embedParams,
  ping: noParams,
  shutdown: noParams,
} as const;
export type Method = keyof typeof paramSchemas;
export const methods = Object.keys(paramSchemas) as Method[];
export type Params<M extends Method> = v.InferOutput<(typeof paramSchemas)[M]>;
/** What a completion is asked with; whether it streams follows from whether somebody listens. */
export type CompleteParams = Omit<Params<'complete'>, 'stream'>;

/** The parameters that a completion without wishes of its own has. */
export const modelDefaults = { anchors: [], budgetTokens: 0, avoid: [], workspace: null };

/** Bytes that llama.cpp allocated for a model and its completion context, as it accounts for them itself. */
export interface ModelMemory {
  readonly weights: number;
  /** Null where llama.cpp did not say. */
  readonly kvCache: number | null;
  /** Compute and output buffers; null where the KV cache is not known. */
  readonly compute: number | null;
  /** All of it that is in the GPU's memory, and all that is in the machine's (mapped weights included). */
  readonly device: number;
  readonly host: number;
}

/** The GPU's memory in bytes once the model was loaded. */
export interface VramState {
  /** `metal`, `cuda` or `vulkan`. */
  readonly backend: string;
  readonly total: number;
  readonly free: number;
  /** The part of `total` that is the machine's own memory. */
  readonly unifiedSize: number;
}

/** How a model chats. */
export type ChatAbility = Pick<ChatModelDescription, 'template' | 'limitation' | 'tools' | 'thinking'>;

/** What a loaded model is and runs on. */
export interface LoadedModel {
  readonly fingerprint: string;
  /** Release of llama.cpp. */
  readonly llamaCpp: string;
  readonly name: string;
  readonly architecture: string;
  readonly bytes: number;
  readonly contextTokens: number;
  /** Tokens that it was trained for, which no context of it exceeds. */
  readonly trainedTokens: number;
  /** `metal`, `cuda`, `vulkan` or `cpu`. */
  readonly backend: string;
  readonly devices: readonly string[];
  readonly gpuLayers: number;
  readonly threads: number;
  readonly cacheType: CacheType;
  /** Whether it is in force; null where llama.cpp did not say. */
  readonly flashAttention: boolean | null;
  readonly batchTokens: number;
  /** Null where llama.cpp did not say. */
  readonly memory: ModelMemory | null;
  /** Null where there is no GPU in use. */
  readonly vram: VramState | null;
  readonly format: FormatDescription;
  readonly chat: ChatAbility;
  /** How it makes one vector of a text; null where it was not made for that. */
  readonly pooling: PoolingType | null;
  /** True when the full digest beside the file was compared in this load. */
  readonly verified: boolean;
  /** Tells this state of the file from any other: path, size, time of the last change, inode. */
  readonly stamp: string;
  /** The self-test made in this load, to be remembered, or null. */
  readonly selfTest: SelfTestResult | null;
  readonly milliseconds: { readonly library: number; readonly model: number; readonly selfTest: number };
}

export interface FormatDescription {
  readonly family: string | null;
  readonly markers: 'metadata' | 'vocabulary' | 'none';
  readonly order: v.InferOutput<typeof formatChoice>;
  /** Where the order comes from: the family table's guess, or a self-test now or earlier. */
  readonly orderFrom: 'family' | 'self-test' | 'remembered';
  /** Why there is no fill-in-the-middle, in a sentence, or null. */
  readonly limitation: string | null;
}

export interface CompleteResult {
  readonly text: string;
  readonly stopReason: StopReason;
  /** Mean natural logarithm of the probabilities of the text's tokens among the ten likeliest; 0 for no token. */
  readonly meanLogProbability: number;
  readonly parts: readonly PromptPart[];
  readonly tokens: { prompt: number; reused: number; evaluated: number; generated: number };
  /** Tokens that were guessed ahead and evaluated together, and how many of them the model would have written. */
  readonly speculation: { readonly drafted: number; readonly accepted: number };
  readonly milliseconds: { queue: number; prompt: number; firstToken: number; total: number };
}

export interface SelfTestReply {
  readonly result: SelfTestResult;
  readonly format: FormatDescription;
  readonly fingerprint: string;
}

/** How fast a model is on this machine, in an otherwise empty context of a few hundred tokens. */
export interface Speed {
  readonly promptTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** Bytes of the model's weights, of which a dense model reads all for each token. */
  readonly weightsBytes: number;
  /** Seconds of evaluation, and the tokens in it. */
  readonly seconds: number;
  readonly tokens: number;
}

export interface Results {
  load: LoadedModel;
  complete: CompleteResult;
  /** One count for each text, in order. */
  countTokens: { counts: number[] };
  chat: ChatAnswer;
  /** Tokens of the whole prompt, where the answer begins. */
  countChat: { tokens: number };
  /** Tokens of the context of chat, which is there now; less than was asked for where memory is short. */
  prepareChat: { contextTokens: number };
  selfTest: SelfTestReply;
  measure: Speed;
  embed: Embeddings;
  ping: { busy: boolean };
  shutdown: Record<string, never>;
}

const envelope = v.variant('type', [
  v.object({
    type: v.literal('request'),
    version: v.literal(protocolVersion),
    id: count,
    method: v.picklist(methods),
    priority: v.picklist(priorities),
    /** Milliseconds from its arrival after which the request ends with `deadline`; 0: no limit. */
    deadlineMs: v.pipe(count, v.maxValue(longestTimer)),
    params: v.unknown(),
  }),
  v.object({ type: v.literal('cancel'), version: v.literal(protocolVersion), id: count }),
  /** Makes a completion that was asked for ahead as urgent as a keystroke: now somebody waits for it. */
  v.object({ type: v.literal('raise'), version: v.literal(protocolVersion), id: count }),
  /** Ends a completion with what it has so far, as if a stop rule had. */
  v.object({ type: v.literal('enough'), version: v.literal(protocolVersion), id: count }),
  /** Somebody waits for another engine at the cursor: nothing runs here past the next step, for a while. */
  v.object({ type: v.literal('hold'), version: v.literal(protocolVersion) }),
  /** Ends a hold. */
  v.object({ type: v.literal('release'), version: v.literal(protocolVersion) }),
]);
export type ClientMessage = v.InferOutput<typeof envelope>;

const engineMessage = v.variant('type', [
  v.object({ type: v.literal('hello'), version: count, pid: count, llamaVersion: v.string() }),
  v.object({ type: v.literal('text'), id: count, text: v.string() }),
  /** How far the request `load` is. */
  v.object({
    type: v.literal('progress'),
    id: count,
    phase: v.picklist(loadPhases),
    fraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  }),
  /** What came in of the answer to the request `chat` since the last of these. */
  v.object({ type: v.literal('chat'), id: count, events: v.array(chatEvent) }),
  v.object({ type: v.literal('result'), id: count, result: v.unknown() }),
  v.object({
    type: v.literal('error'),
    id: v.nullable(count),
    code: v.picklist(engineErrorCodes),
    message: v.string(),
  }),
  v.object({
    type: v.literal('log'),
    level: v.picklist(['trace', 'debug', 'info', 'warn', 'error']),
    message: v.string(),
  }),
]);
export type EngineMessage = v.InferOutput<typeof engineMessage>;
export type LogLevel = Extract<EngineMessage, { type: 'log' }>['level'];

/** Thrown for a message that does not have the protocol's shape. */
export class ProtocolError extends Error {
  readonly code: EngineErrorCode;
  /** The request it belongs to, where one could be read. */
  readonly id: number | null;
  constructor(code: EngineErrorCode, message: string, id: number | null) {
    super(message);
    this.code = code;
    this.id = id;
  }
}

/** Reads a message from the client; throws ProtocolError. */
export function parseClientMessage(value: unknown): ClientMessage {
  const parsed = v.safeParse(envelope, value);
  if (parsed.success) return parsed.output;
  const { id, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const known = typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : null;
  if (typeof version === 'number' && version !== protocolVersion) {
    throw new ProtocolError(
      'protocol-mismatch',
      `The engine speaks protocol ${protocolVersion}, its client ${version}: reload the window to use one version of Hearth.`,
      known,
    );
  }
  throw new ProtocolError('bad-request', `Not a message of the protocol: ${issues(parsed.issues)}`, known);
}

/** Validates a request's parameters; throws ProtocolError. */
export function parseParams<M extends Method>(method: M, value: unknown, id: number): Params<M> {
  const parsed = v.safeParse(paramSchemas[method], value);
  if (parsed.success) return parsed.output;
  throw new ProtocolError('bad-request', `${method}: ${issues(parsed.issues)}`, id);
}

/** Reads a message from the engine, or null when it has another shape. */
export function parseEngineMessage(value: unknown): EngineMessage | null {
  const parsed = v.safeParse(engineMessage, value);
  return parsed.success ? parsed.output : null;
}

function issues(list: readonly v.BaseIssue<unknown>[]): string {
  return list
    .slice(0, 3)
    .map((issue) => `${v.getDotPath(issue) ?? 'message'}: ${issue.message}`)
    .join('; ');
}
