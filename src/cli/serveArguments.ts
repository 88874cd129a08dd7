import { commonArguments, commonOptions, parse, wholeNumber } from './arguments.ts';
import { CliError } from './output.ts';

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Path of the model, or null for the starter. */
  readonly model: string | null;
  readonly allowedOrigins: readonly string[];
  readonly json: boolean;
  readonly offline: boolean;
  readonly verbose: boolean;
}

/** The port of Hearth as a server: none that other servers of models use, and none that systems give away by chance. */
export const defaultPort = 4327;

/** Reads the options of `serve`; throws CliError for what can't be understood. */
export function serveArguments(args: string[]): ServeOptions {
  const { values, positionals } = parse(args, {
    ...commonArguments,
    port: { type: 'string' },
    'allow-origin': { type: 'string', multiple: true },
  });
  if (positionals.length > 0)
    throw new CliError(
      'usage',
      `serve takes no argument such as ${positionals[0]}: name a model with --model.`,
    );
  for (const name of ['text', 'batch', 'workspace'] as const) {
    if (values[name] !== undefined) throw new CliError('usage', `serve takes no --${name}.`);
  }
  const { model, json, offline, verbose } = commonOptions(values);
  return {
    ...{ model, json, offline, verbose },
    port: wholeNumber('--port', values.port, defaultPort, 0, 65_535),
    allowedOrigins: values['allow-origin'] ?? [],
  };
}
