import path from 'node:path';
import { commonArguments, commonOptions, parse } from './arguments.ts';
import { CliError } from './output.ts';

export interface ImportOptions {
  readonly json: boolean;
  /** The file that what can be taken is added to, absolute; null: it is only shown. */
  readonly apply: string | null;
}

/** Reads the options of `import`; throws CliError for what can't be understood. */
export function importArguments(args: string[]): ImportOptions {
  const { values, positionals } = parse(args, { ...commonArguments, apply: { type: 'string' } });
  if (positionals.length > 0) {
    throw new CliError('usage', `import takes no argument such as ${positionals[0]}.`);
  }
  for (const name of ['text', 'batch', 'workspace', 'model'] as const) {
    if (values[name] !== undefined) throw new CliError('usage', `import takes no --${name}.`);
  }
  if (values.apply?.trim() === '') throw new CliError('usage', '--apply takes the path of a file.');
  return {
    json: commonOptions(values).json,
    apply: values.apply === undefined ? null : path.resolve(values.apply),
  };
}
