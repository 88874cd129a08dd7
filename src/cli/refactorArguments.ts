import path from 'node:path';
import { commonArguments, commonOptions, parse, wholeNumber, type CommonOptions } from './arguments.ts';
import { endpointArguments, endpointOptions, type EndpointOptions } from './endpointArguments.ts';
import { CliError } from './output.ts';

export interface RefactorOptions extends CommonOptions, EndpointOptions {
  /** As it was typed; null with a batch. */
  readonly kind: string | null;
  readonly position: string | null;
  /** The user's words; '' for none. */
  readonly instruction: string;
  /** File with a recorded answer, `-` for standard input; null to ask the model. */
  readonly answer: string | null;
  /** Whether an accepted change is written to the disk. */
  readonly write: boolean;
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  readonly verbose: boolean;
}

/** Reads the options of `refactor`; throws CliError for what can't be understood. */
export function refactorArguments(args: string[]): RefactorOptions {
  const { values, positionals } = parse(args, {
    ...commonArguments,
    instruction: { type: 'string' },
    answer: { type: 'string' },
    write: { type: 'boolean' },
    ...endpointArguments,
    'max-tokens': { type: 'string' },
  });
  const { batch, text, answer, instruction = '' } = values;
  if (batch === undefined && positionals.length !== 2)
    throw new CliError(
      'usage',
      `refactor takes a kind and a position FILE:LINE:COL[-LINE:COL], not ${positionals.length} arguments.`,
    );
  if (batch !== undefined && positionals.length > 0)
    throw new CliError('usage', 'refactor takes either a kind and a position or --batch.');
  for (const [name, value] of Object.entries({ text, answer, instruction: values.instruction })) {
    if (batch !== undefined && value !== undefined)
      throw new CliError('usage', `With --batch, each line brings its own "${name}": leave out --${name}.`);
  }
  if (text === '-' && answer === '-')
    throw new CliError('usage', 'Either --text or --answer can read standard input, not both.');
  const [kind = null, position = null] = positionals;
  return {
    ...commonOptions(values),
    ...endpointOptions(values),
    ...{ kind, position, instruction, write: values.write === true },
    answer: answer === undefined ? null : answer === '-' ? '-' : path.resolve(answer),
    maxTokens: wholeNumber('--max-tokens', values['max-tokens'], 4096, 1, 32_768),
  };
}
