import path from 'node:path';
import { cacheTypes, type CacheType } from '../core/models/fit.ts';
import { commonArguments, commonOptions, parse, wholeNumber } from './arguments.ts';
import { CliError } from './output.ts';
import { contextTokens } from './session.ts';

/** What `hearth models` can do, with what each takes. */
export const modelsActions = [
  'list',
  'recommend',
  'fit',
  'inspect',
  'import',
  'pull',
  'verify',
  'remove',
] as const;
export type ModelsAction = (typeof modelsActions)[number];

export interface ModelsOptions {
  readonly action: ModelsAction;
  /** Paths, keys and addresses, as they were typed. */
  readonly names: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
  /** Whether no connection may be opened; the environment may say so too. */
  readonly offline: boolean;
  /** The model in use, absolute; null for the starter. */
  readonly model: string | null;
  /** Tokens of the context that memory is reckoned for. */
  readonly contextTokens: number;
  readonly cacheType: CacheType;
  /** Folders and files that are looked through too, absolute. */
  readonly folders: readonly string[];
  /** Paths, absolute, and addresses of further catalogues. */
  readonly catalogues: readonly string[];
  /** Whether catalogues at addresses are asked. */
  readonly refresh: boolean;
  /** Whether the engine is started to ask llama.cpp for the GPU's memory. */
  readonly gpu: boolean;
  /** Whether an import copies. */
  readonly copy: boolean;
  /** Whether the engine may be started to measure this machine. */
  readonly measure: boolean;
}

export const modelsUsage = `Usage: hearth models ACTION [OPTIONS]

Actions
  list                 installed models, and what the catalogue offers
  recommend            the best for this machine, and why; measures it for about 3 seconds
  fit [PATH|KEY...]    the memory that models need here: of all, or of those named
  inspect PATH|KEY     what a file says of itself: metadata, markers, chat template, tensors
  import PATH          takes a file into the list, where it lies
  pull ADDRESS|KEY     fetches a model, or goes on with a fetch; Ctrl+C pauses it
  verify PATH|KEY      reads a file whole and compares its SHA-256 with what is known
  remove PATH|KEY      deletes what Hearth put there, takes others off the list, drops a paused fetch

KEY is what "list" shows (qwen2.5-coder-7b:Q4_K_M). ADDRESS is a KEY, the https address of a .gguf
file, owner/repository/file.gguf or hf:owner/repository[:QUANTISATION].

Options
  --json               prints JSON, errors too
  --offline            opens no connection, whatever is asked (HEARTH_OFFLINE=1 says the same)
  --folder DIR         looks through this folder too (repeatable)
  --catalogue C        a further catalogue, a file or an https address (repeatable)
  --model PATH         the model in use (default: the starter model)
list, recommend, fit and inspect only
  --context N          tokens of the context (default ${contextTokens})
  --cache-type TYPE    f16 (default), q8_0 or q4_0
  --gpu                starts the engine to ask llama.cpp for the GPU's memory
list only
  --refresh            asks the addresses among the catalogues
import only
  --copy               copies it into Hearth's folder
recommend only
  --no-measure         goes by the kind of machine

Only pull and list --refresh open connections. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured,
and HF_ENDPOINT names another host that answers as huggingface.co does.`;

const own = {
  folder: { type: 'string', multiple: true },
  catalogue: { type: 'string', multiple: true },
  context: { type: 'string' },
  'cache-type': { type: 'string' },
  gpu: { type: 'boolean' },
  refresh: { type: 'boolean' },
  copy: { type: 'boolean' },
  'no-measure': { type: 'boolean' },
} as const;

const aboutMemory: readonly ModelsAction[] = ['list', 'recommend', 'fit', 'inspect'];
/** The actions that an option means something to. */
const meaningful: Readonly<
  Record<Exclude<keyof typeof own, 'folder' | 'catalogue'>, readonly ModelsAction[]>
> = {
  context: aboutMemory,
  'cache-type': aboutMemory,
  gpu: aboutMemory,
  refresh: ['list'],
  copy: ['import'],
  'no-measure': ['recommend'],
};

interface Values {
  folder?: string[] | undefined;
  catalogue?: string[] | undefined;
  context?: string | undefined;
  'cache-type'?: string | undefined;
  gpu?: boolean | undefined;
  refresh?: boolean | undefined;
  copy?: boolean | undefined;
  'no-measure'?: boolean | undefined;
}

/** Reads the action and the options of `models`; throws CliError for what can't be understood. */
export function modelsArguments([typed, ...rest]: string[]): ModelsOptions {
  const action = modelsActions.find((one) => one === typed);
  if (action === undefined) {
    const none = typed === undefined || typed.startsWith('-');
    const what = none ? 'No action was given' : `models can't ${JSON.stringify(typed)}`;
    const known = modelsActions.join(', ');
    throw new CliError('usage', `${what}; it can: ${known}. Run "hearth help models" for more.`);
  }
  const { values, positionals } = parse(rest, { ...commonArguments, ...own });
  for (const name of ['text', 'batch'] as const) {
    if (values[name] !== undefined) throw new CliError('usage', `models takes no --${name}.`);
  }
  for (const [name, takers] of Object.entries(meaningful) as [
    keyof typeof meaningful,
    typeof aboutMemory,
  ][]) {
    if (values[name] === undefined || takers.includes(action)) continue;
    throw new CliError('usage', `models ${action} takes no --${name}: it is for ${takers.join(', ')}.`);
  }
  checkCount(action, positionals);
  const { json, verbose, offline, model } = commonOptions(values);
  return { action, names: positionals, json, verbose, offline, model, ...ownOptions(values) };
}

type OwnOptions = Omit<ModelsOptions, 'action' | 'names' | 'json' | 'verbose' | 'offline' | 'model'>;

function ownOptions(values: Values): OwnOptions {
  const { folder = [], catalogue = [], context, 'cache-type': typed = 'f16' } = values;
  const cacheType = cacheTypes.find((one) => one === typed);
  if (cacheType === undefined) {
    throw new CliError('usage', `--cache-type takes ${cacheTypes.join(', ')}, not ${JSON.stringify(typed)}.`);
  }
  return {
    contextTokens: wholeNumber('--context', context, contextTokens, 256, 1_048_576),
    cacheType,
    folders: folder.map((one) => path.resolve(one)),
    catalogues: catalogue.map((one) => (/^https?:\/\//i.test(one) ? one : path.resolve(one))),
    refresh: values.refresh === true,
    gpu: values.gpu === true,
    copy: values.copy === true,
    measure: values['no-measure'] !== true,
  };
}

function checkCount(action: ModelsAction, names: readonly string[]): void {
  if (action === 'fit') return;
  if (action === 'list' || action === 'recommend') {
    if (names.length === 0) return;
    throw new CliError('usage', `models ${action} takes no argument such as ${names[0]}.`);
  }
  const wanted = action === 'pull' ? 'address or key' : action === 'import' ? 'path' : 'path or key';
  if (names.length !== 1 || names[0]?.trim() === '') {
    throw new CliError('usage', `models ${action} takes one ${wanted}, not ${names.length}.`);
  }
}
