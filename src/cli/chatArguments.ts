import path from 'node:path';
import type { Mention } from '../core/chat/context.ts';
import { parseQuestion } from '../core/chat/question.ts';
import { commonArguments, commonOptions, parse, wholeNumber, type CommonOptions } from './arguments.ts';
import { endpointArguments, endpointOptions, type EndpointOptions } from './endpointArguments.ts';
import { CliError } from './output.ts';

export interface ChatOptions extends CommonOptions, EndpointOptions {
  /** As it was typed; `-`: standard input has it; null with a batch. */
  readonly question: string | null;
  readonly mentions: readonly Mention[];
  /** The file that keeps the conversation, absolute, or null. */
  readonly history: string | null;
  /** Whether only what the workspace has for the question is asked for. */
  readonly retrieveOnly: boolean;
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  readonly verbose: boolean;
}

/** Reads the options of `chat`; throws CliError for what can't be understood. */
export function chatArguments(args: string[]): ChatOptions {
  const { values, positionals } = parse(args, {
    ...commonArguments,
    history: { type: 'string' },
    mention: { type: 'string', multiple: true },
    'retrieve-only': { type: 'boolean' },
    ...endpointArguments,
    'max-tokens': { type: 'string' },
  });
  const [question = null] = positionals;
  if (values.text !== undefined) throw new CliError('usage', 'chat takes no --text.');
  if (values.batch === undefined && positionals.length !== 1)
    throw new CliError('usage', `chat takes one question in quotes, not ${positionals.length}.`);
  if (values.batch !== undefined && positionals.length > 0)
    throw new CliError('usage', 'chat takes either a question or --batch.');
  if (values.batch !== undefined && values.mention !== undefined)
    throw new CliError('usage', 'With --batch, each line brings its own "mentions": leave out --mention.');
  const { history } = values;
  return {
    ...commonOptions(values),
    ...endpointOptions(values),
    question,
    mentions: (values.mention ?? []).map(mentionOf),
    history: history === undefined ? null : path.resolve(history),
    retrieveOnly: values['retrieve-only'] === true,
    maxTokens: wholeNumber('--max-tokens', values['max-tokens'], 2048, 1, 32_768),
  };
}

/** Reads a mention as it is typed in a question, blanks of a path included; throws CliError for anything else. */
export function mentionOf(text: string): Mention {
  const [, name = '', rest = '', lines = ''] =
    /^@(file|folder|symbol):(?!")(.+?)(:\d+(?:-\d+)?)?$/.exec(text.trim()) ?? [];
  for (const written of [text.trim(), `@${name}:${JSON.stringify(rest)}${lines}`]) {
    const [found, more] = parseQuestion(written).mentions;
    if (found === undefined || more !== undefined || found.start > 0 || found.end < written.length) continue;
    const { kind, value, startLine, endLine } = found;
    return { kind, value, ...(startLine === undefined ? {} : { startLine, endLine }) };
  }
  throw new CliError(
    'usage',
    `${JSON.stringify(text)} is no mention: there are @file:PATH, @file:PATH:3-9, @folder:PATH, @symbol:NAME, @diff, @diff:staged and @workspace.`,
  );
}
