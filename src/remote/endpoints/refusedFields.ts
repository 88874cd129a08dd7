import { ServerRefusal } from './failures.ts';

/** What a server may refuse of a request that goes without it, too. */
export type OptionalField =
  | 'stream_options'
  | 'stream'
  | 'temperature'
  | 'seed'
  | 'stop'
  | 'tools'
  | 'response_format'
  | 'chat_template_kwargs'
  | 'max_tokens'
  /** Anthropic's: a tool that must be called, and three forms of `thinking`. */
  | 'tool_choice'
  | 'thinking-adaptive'
  | 'thinking-budget'
  | 'thinking-disabled'
  | 'stop_sequences'
  /** Messages of a system, or several of one role in a row. */
  | 'roles';

/** How servers name what they refuse. */
const named: readonly (readonly [field: OptionalField, says: RegExp])[] = [
  ['stream_options', /stream_options|include_usage/],
  ['max_tokens', /max_completion_tokens/],
  ['chat_template_kwargs', /chat_template_kwargs|enable_thinking/],
  ['response_format', /response_format|json_schema|structured output|guided|grammar/i],
  ['tool_choice', /tool_choice/],
  ['stop_sequences', /stop_sequences/],
  ['tools', /\btools?\b|tool[-_ ]?(?:choice|call|use)|function[-_ ]call/i],
  ['thinking-adaptive', /thinking/],
  ['thinking-budget', /thinking/],
  ['thinking-disabled', /thinking/],
  ['temperature', /\btemperature\b/],
  ['seed', /\bseed\b/],
  ['stop', /\bstop\b/],
  ['roles', /system role|role[^.]{0,20}system|roles must alternate|only user and assistant roles/i],
  ['stream', /\bstream(?:ing)?\b/i],
];

/** How servers say that they lack something, where their error could be any other as well. */
const lacks =
  /unknown(?! (?:error|exception|failure))|unrecognized|unsupported|not (?:supported|allowed|permitted|implemented)|(?:does not|doesn't) support/i;

/** A field that a server does not know, without a name. */
const unknownField =
  /unknown|unrecognized|unexpected|extra (?:inputs?|fields?)|additional propert|not permitted/i;
const leastKnown: readonly OptionalField[] = ['stream_options', 'seed', 'chat_template_kwargs'];

/** How servers say that an answer may have fewer tokens than were asked for. */
const tokenLimit = /max_tokens: \d+ > (\d+)|supports at most (\d+) completion tokens/;

/** So many fields are given up for one request. */
export const mostAdaptions = 6;

/** Remembers what a server does not take, so that it is refused once only. */
export class RefusedFields {
  readonly #refused = new Set<OptionalField>();
  #mostTokens = Infinity;

  /** Most tokens that an answer may have there, as far as it was said. */
  get mostTokens(): number {
    return this.#mostTokens;
  }

  has(field: OptionalField): boolean {
    return this.#refused.has(field);
  }

  /** Whether a request that was sent with these fields is worth sending once more, without what was refused. */
  learn(error: unknown, sent: ReadonlySet<OptionalField>): boolean {
    if (!(error instanceof ServerRefusal) || !refusesFields(error)) return false;
    const [, limit, other] = tokenLimit.exec(error.said) ?? [];
    const most = Number(limit ?? other ?? 0);
    if (most > 0 && most < this.#mostTokens) {
      this.#mostTokens = most;
      return true;
    }
    const field = this.#meant(error.said, sent);
    if (field === undefined) return false;
    this.#refused.add(field);
    return true;
  }

  #meant(said: string, sent: ReadonlySet<OptionalField>): OptionalField | undefined {
    const open = (field: OptionalField): boolean => sent.has(field) && !this.#refused.has(field);
    const one = named.find(([field, says]) => open(field) && says.test(said));
    return one?.[0] ?? (unknownField.test(said) ? leastKnown.find(open) : undefined);
  }
}

/**
 * Some servers fail with 500 at what they don't know, with or without that as the answer's status. Other failures may
 * name a field, too, and pass: what is remembered holds for as long as the server is known.
 */
function refusesFields({ code, status, said }: ServerRefusal): boolean {
  if (code === 'bad-request') return true;
  return code === 'server' && (status === null || status === 500 || status === 501) && lacks.test(said);
}
