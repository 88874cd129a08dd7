import { parseArgs, type ParseArgsConfig } from 'node:util';
import path from 'node:path';
import { CliError } from './output.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** Options of every command. */
export interface CommonOptions {
  readonly workspace: string;
  readonly model: string | null;
  readonly json: boolean;
  readonly text: string | null;
  readonly batch: string | null;
  /** Whether no connection may be opened; the environment may say so too (`isOffline`). */
  readonly offline: boolean;
}

export interface CompleteOptions extends CommonOptions {
  readonly positions: readonly string[];
  readonly maxTokens: number;
  readonly multiline: boolean;
  readonly raw: boolean;
}

export interface ContextOptions extends CommonOptions {
  readonly positions: readonly string[];
  /** Most tokens, headers included. */
  readonly budget: number;
  /** The model's tokenizer, or 3.6 UTF-16 units a token. */
  readonly tokenizer: 'model' | 'chars';
}

export interface ReplayOptions extends CommonOptions {
  readonly trace: string;
  /** Every character alone, life-like on a virtual clock, or life-like on the wall's. */
  readonly mode: 'lockstep' | 'virtual' | 'realtime';
  readonly maxTokens: number;
  /** Tokens per second on the virtual clock. */
  readonly speed: { readonly prompt: number; readonly decode: number };
}

export const commonArguments = {
  workspace: { type: 'string' },
  model: { type: 'string' },
  json: { type: 'boolean' },
  text: { type: 'string' },
  batch: { type: 'string' },
  // Completions are decoded greedily, so every seed gives the same text; accepted for scripts that set it always.
  seed: { type: 'string' },
  offline: { type: 'boolean' },
  verbose: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export const usage = `Usage: hearth COMMAND [OPTIONS]

Commands
  complete FILE:LINE:COL   completes at a position (lines from 1, columns from 0 in UTF-16 units)
  context FILE:LINE:COL    shows what the rest of the workspace gives for a position
  replay TRACE.jsonl       follows a recorded typing session and counts what each keystroke costs
  chat QUESTION|-          answers a question about the workspace from its code (-: standard input)
  refactor KIND POSITION   changes the code at FILE:LINE:COL or FILE:LINE:COL-LINE:COL,
                           checks the change and shows it as a diff: rewrite, fix, extract,
                           rename, add-docs, add-types, tests, simplify, convert, or the name
                           of a file in .hearth/refactors
  serve                    offers the model to other programs of this machine, in OpenAI's
                           interface, until it is interrupted (Ctrl+C)
  import                   shows what can be taken of Continue, llama.vscode, Twinny, Ollama and
                           LM Studio; with --apply FILE writes it into a file of endpoints
  doctor                   checks the engine, its backend, the model and the memory
  models ACTION            lists, judges and fetches models: list, recommend, fit [PATH|KEY...],
                           inspect PATH|KEY, import PATH, pull ADDRESS|KEY, verify PATH|KEY,
                           remove PATH|KEY ("hearth help models" says more)

Options
  --workspace DIR    folder that paths are relative to (default: the working directory)
  --model PATH       GGUF model (default: the starter model)
  --json             prints JSON, errors too
  --text FILE|-      current text of the position's file (- reads standard input)
  --batch FILE|-     one request per line: {"position", "text"?}, with complete also
                     "maxTokens"?, "multiline"?, "raw"?, with context "budget"?; with chat
                     {"question", "mentions"?}; with refactor
                     {"kind", "position", "instruction"?, "text"?, "answer"?}
  --seed N           accepted; completions are greedy, so it changes nothing
  --offline          opens no connection, whatever is asked (HEARTH_OFFLINE=1 says the same)
  --help             shows this
  --verbose          shows the engine's log on standard error
complete only
  --max-tokens N     most tokens to generate (default 96)
  --multiline        several lines wherever the rest of the line is free
  --raw              the model's text without stop rules and filters
context only
  --budget N         most tokens, headers included (default 1024)
  --tokenizer NAME   model (default), or chars: 3.6 UTF-16 units a token, which needs no model
replay only
  --lockstep         every typed character asks the model and waits; no cache, no speculation
  --realtime         the wall clock instead of a virtual one
  --prompt-speed N   tokens per second that the virtual clock gives prompts (default 1000)
  --decode-speed N   tokens per second that it gives generated text (default 60)
  --max-tokens N     most tokens to generate (default 96)
chat and refactor
  --endpoints FILE   servers that may answer instead, as the setting hearth.endpoints has them;
                     the key of NAME comes from the environment: HEARTH_KEY_NAME
  --route NAME       who answers: local (the model of --model; the starter only completes), or an
                     endpoint's name (default: the endpoint that has the role, else local)
  --send             sends what would leave this machine without showing it first
  --deny GLOB        a path that is never sent, beside those with the names of secrets, as
                     .env* and secrets/** (repeatable)
chat only
  --history FILE     keeps the conversation in this file, or goes on with the one in it
  --mention MENTION  puts something beside the question (repeatable): @file:PATH, @file:PATH:3-9,
                     @folder:PATH, @symbol:NAME, @diff, @diff:staged, @workspace
  --retrieve-only    shows what is found for the question, and asks no model
  --max-tokens N     most tokens of an answer (default 2048)
refactor only
  --instruction TEXT what is to be changed, in your words
  --answer FILE|-    a recorded answer, in any form that models use: no model is asked
  --write            writes an accepted change to the disk
  --max-tokens N     most tokens of an answer (default 4096)
import only
  --apply FILE       adds what can be taken to this file, for --endpoints
serve only
  --port N           port on 127.0.0.1 (default 4327; 0: any that is free)
  --allow-origin URL a web page's origin that may ask, such as http://localhost:3000 (repeatable)
  HEARTH_SERVER_TOKEN in the environment is the token that programs need (default: a new one, shown
                     once on standard error)

Exit codes: 0 done, 1 nothing to give, 2 bad usage or input, 3 the engine failed`;

/** Reads the options of `complete`; throws CliError for what can't be understood. */
export function completeArguments(args: string[]): CompleteOptions & { verbose: boolean } {
  const { values, positionals } = parse(args, {
    ...commonArguments,
    'max-tokens': { type: 'string' },
    multiline: { type: 'boolean' },
    raw: { type: 'boolean' },
  });
  onePosition('complete', values, positionals);
  return {
    ...commonOptions(values),
    positions: positionals,
    maxTokens: wholeNumber('--max-tokens', values['max-tokens'], 96, 1, 4096),
    multiline: values.multiline === true,
    raw: values.raw === true,
  };
}

/** Reads the options of `context`; throws CliError for what can't be understood. */
export function contextArguments(args: string[]): ContextOptions & { verbose: boolean } {
  const { values, positionals } = parse(args, {
    ...commonArguments,
    budget: { type: 'string' },
    tokenizer: { type: 'string' },
  });
  onePosition('context', values, positionals);
  const { tokenizer = 'model' } = values;
  if (tokenizer !== 'model' && tokenizer !== 'chars')
    throw new CliError('usage', `--tokenizer takes model or chars, not ${JSON.stringify(tokenizer)}.`);
  return {
    ...commonOptions(values),
    positions: positionals,
    budget: wholeNumber('--budget', values.budget, 1024, 0, 1_000_000),
    tokenizer,
  };
}

function onePosition(command: string, { batch, text }: Values, positionals: readonly string[]): void {
  if (batch === undefined && positionals.length !== 1) {
    throw new CliError('usage', `${command} takes one position FILE:LINE:COL, not ${positionals.length}.`);
  }
  if (batch !== undefined && positionals.length > 0) {
    throw new CliError('usage', `${command} takes either a position or --batch.`);
  }
  if (batch !== undefined && text !== undefined) {
    throw new CliError('usage', 'With --batch, each line brings its own "text": leave out --text.');
  }
}

/** Reads the options of `replay`; throws CliError for what can't be understood. */
export function replayArguments(args: string[]): ReplayOptions & { verbose: boolean } {
  const { values, positionals } = parse(args, {
    ...commonArguments,
    lockstep: { type: 'boolean' },
    realtime: { type: 'boolean' },
    'prompt-speed': { type: 'string' },
    'decode-speed': { type: 'string' },
    'max-tokens': { type: 'string' },
  });
  const [trace] = positionals;
  if (trace === undefined || positionals.length > 1) {
    throw new CliError('usage', `replay takes one trace, not ${positionals.length}.`);
  }
  for (const name of ['text', 'batch'] as const) {
    if (values[name] !== undefined) throw new CliError('usage', `replay takes no --${name}.`);
  }
  if (values.lockstep === true && values.realtime === true) {
    throw new CliError('usage', 'replay takes either --lockstep or --realtime.');
  }
  return {
    ...commonOptions(values),
    trace,
    mode: values.lockstep === true ? 'lockstep' : values.realtime === true ? 'realtime' : 'virtual',
    maxTokens: wholeNumber('--max-tokens', values['max-tokens'], 96, 1, 4096),
    speed: {
      prompt: wholeNumber('--prompt-speed', values['prompt-speed'], 1000, 1, 1_000_000),
      decode: wholeNumber('--decode-speed', values['decode-speed'], 60, 1, 1_000_000),
    },
  };
}

/** Reads the options of `doctor`; throws CliError for what can't be understood. */
export function doctorArguments(args: string[]): CommonOptions & { verbose: boolean } {
  const { values, positionals } = parse(args, commonArguments);
  if (positionals.length > 0)
    throw new CliError('usage', `doctor takes no argument such as ${positionals[0]}.`);
  return commonOptions(values);
}

interface Values {
  workspace?: string | undefined;
  model?: string | undefined;
  json?: boolean | undefined;
  text?: string | undefined;
  batch?: string | undefined;
  seed?: string | undefined;
  offline?: boolean | undefined;
  verbose?: boolean | undefined;
}

/** Reads the options of every command. */
export function commonOptions(values: Values): CommonOptions & { verbose: boolean } {
  wholeNumber('--seed', values.seed, 0, 0, Number.MAX_SAFE_INTEGER);
  return {
    workspace: path.resolve(values.workspace ?? '.'),
    model: values.model === undefined ? null : path.resolve(values.model),
    json: values.json === true,
    text: values.text ?? null,
    batch: values.batch ?? null,
    offline: values.offline === true,
    verbose: values.verbose === true,
  };
}

/** Splits arguments into options and the rest; throws CliError for what is not among the options. */
export function parse<O extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CliError('usage', sentenceOf(error));
  }
}

/** Reads a number of an option; throws CliError for anything else than a whole one within the limits. */
export function wholeNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CliError(
    'usage',
    `${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`,
  );
}
