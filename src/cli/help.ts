import { usage } from './arguments.ts';
import { modelsUsage } from './modelsArguments.ts';

const flags: ReadonlySet<string> = new Set(['--help', '-h']);

/** What is shown to whoever asks for help, as a command (`help models`) or an option (`serve --help`); null: nobody does. */
export function helpFor(args: readonly string[]): string | null {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  const [command, ...rest] = args;
  if (command !== 'help' && !options.some((word) => flags.has(word))) return null;
  const subject = command === 'help' || flags.has(command ?? '') ? rest[0] : command;
  return subject === 'models' ? modelsUsage : usage;
}
