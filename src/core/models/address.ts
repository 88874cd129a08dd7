import { parseQuantization } from './quantization.ts';
import { partNames, splitName } from './splitFiles.ts';

/** The host that `hf:` means, unless an option names another. */
export const defaultHubHost = 'https://huggingface.co';

/** What a person asked to pull. */
export type PullTarget =
  | { readonly kind: 'catalogue'; readonly id: string; readonly quantization: string | null }
  | {
      readonly kind: 'files';
      /** One, or all parts of a split model in order. */
      readonly addresses: readonly string[];
      /** The (first) file's own name. */
      readonly fileName: string;
      /** `owner/repo` on the hub, or null for any other address. */
      readonly repository: string | null;
    }
  | {
      readonly kind: 'repository';
      readonly repository: string;
      /** As it was asked for, or null for the best balanced one. */
      readonly quantization: string | null;
      readonly host: string;
      /** What answers with the list of files that `chooseFile` reads. */
      readonly listAddress: string;
    };

/** Why something can't be pulled, one sentence or two. */
export interface PullProblem {
  readonly problem: string;
}

/** What an address is read with. */
export interface AddressOptions {
  /** Another host that answers as Hugging Face does, without a path at its end. */
  readonly hubHost?: string;
  /** Whether the catalogue has a model of this id. */
  readonly inCatalogue: (id: string) => boolean;
}

/** Most parts that a split model may have; the largest known have below a hundred. */
export const maxParts = 512;

const forms =
  'Give an https address of a .gguf file, hf:owner/repository:QUANTISATION, owner/repository/file.gguf, or a model of the catalogue.';
const segment = String.raw`[A-Za-z0-9][\w.-]*`;
const hubForm = new RegExp(
  `^(?:hf:|(?:https?://)?hf\\.co/)(${segment}/${segment})(?:/(.+\\.gguf))?(?::([\\w-]+))?$`,
  'i',
);
const fileForm = new RegExp(`^(${segment}/${segment})/(.+\\.gguf)$`, 'i');
const catalogueForm = /^([a-z0-9][a-z0-9.-]*)(?::([\w-]+))?$/i;

/**
 * What a person means by what was typed or pasted. Nothing is looked up: the catalogue is asked by its function, the
 * hub not at all.
 */
export function parsePullAddress(typed: string, options: AddressOptions): PullTarget | PullProblem {
  const text = typed.trim().replace(/^(['"])(.*)\1$/, '$2');
  const host = hubHost(options.hubHost);
  if (typeof host !== 'string') return host;
  if (text === '') return { problem: `Nothing was given. ${forms}` };
  const hub = hubForm.exec(text);
  if (hub?.[1] !== undefined) return hubTarget(host, hub[1], hub[2] ?? null, hub[3] ?? null);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return webTarget(text, host);
  if (text.startsWith('hf:')) {
    return { problem: `"${text}" names no repository: write it as hf:owner/repository:QUANTISATION.` };
  }
  const file = fileForm.exec(text);
  if (file?.[1] !== undefined && file[2] !== undefined) return filesTarget(host, file[1], 'main', file[2]);
  const entry = catalogueForm.exec(text);
  if (entry?.[1] !== undefined) return catalogueTarget(entry[1], entry[2] ?? null, options);
  if (/^[\w.-]+\/[\w.-]+(:[\w-]+)?$/.test(text)) {
    return { problem: `"${text}" looks like a repository: write it as hf:${text}.` };
  }
  return { problem: `"${text}" can't be pulled. ${forms}` };
}

/** An address of the catalogue as the option's host serves it; any other host's address stays as it is. */
export function onHubHost(address: string, hubHostOption: string | undefined): string {
  const host = hubHost(hubHostOption);
  if (typeof host !== 'string' || !address.startsWith(`${defaultHubHost}/`)) return address;
  return host + address.slice(defaultHubHost.length);
}

/** The names of all parts, from the name of any; null for more parts than any model has. */
export function boundedPartNames(fileName: string): string[] | null {
  return (splitName(fileName)?.count ?? 1) <= maxParts ? partNames(fileName) : null;
}

function hubHost(option: string | undefined): string | PullProblem {
  if (option === undefined || option.trim() === '') return defaultHubHost;
  const url = readUrl(option.trim());
  const usable = url !== null && secure(url) && url.username === '' && url.search === '';
  if (!usable) {
    return {
      problem: `The host "${option}" is not usable: give an https address such as ${defaultHubHost}.`,
    };
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** Plain http is for a server on this machine only. */
function secure(url: URL): boolean {
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && local);
}

function readUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function hubTarget(
  host: string,
  repository: string,
  file: string | null,
  quantization: string | null,
): PullTarget | PullProblem {
  if (file !== null) return filesTarget(host, repository, 'main', file);
  if (quantization !== null && parseQuantization(quantization) === null) {
    return { problem: `"${quantization}" is not a quantisation: Q4_K_M is one.` };
  }
  const listAddress = `${host}/api/models/${repository}?blobs=true`;
  return { kind: 'repository', repository, quantization, host, listAddress };
}

function filesTarget(
  host: string,
  repository: string,
  revision: string,
  file: string,
): PullTarget | PullProblem {
  const folders = file.split('/');
  const name = folders.pop() ?? '';
  if (folders.some((folder) => folder === '' || folder === '.' || folder === '..')) {
    return { problem: `"${file}" is not a path inside a repository.` };
  }
  const parts = boundedPartNames(name);
  if (parts === null) return { problem: `"${name}" speaks of more than ${maxParts} parts.` };
  const addresses = parts.map((part) =>
    resolveAddress(host, repository, revision, [...folders, part].join('/')),
  );
  return { kind: 'files', addresses, fileName: parts[0] ?? name, repository };
}

/** Where the hub serves a file. `file` and `revision` are plain text, not yet escaped. */
export function resolveAddress(host: string, repository: string, revision: string, file: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/');
  return `${host}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
}

function webTarget(text: string, host: string): PullTarget | PullProblem {
  const url = readUrl(text);
  if (url === null) return { problem: `"${text}" is not a valid address.` };
  if (!secure(url)) {
    return { problem: `Models are fetched over https only, and "${text}" is not such an address.` };
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'The address holds a user name or password: leave it out.' };
  }
  url.hash = '';
  if ([defaultHubHost, readUrl(host)?.origin].includes(url.origin)) {
    const target = hubPage(url, host);
    if (target !== null) return target;
  }
  return plainFile(url, text);
}

/** A page or file of the hub, or null where the path has neither form. */
function hubPage(url: URL, host: string): PullTarget | PullProblem | null {
  const prefix = url.origin === defaultHubHost ? '' : (readUrl(host)?.pathname ?? '').replace(/\/+$/, '');
  if (!url.pathname.startsWith(`${prefix}/`)) return null;
  const [owner, name, page, revision, ...rest] = url.pathname
    .slice(prefix.length + 1)
    .replace(/\/+$/, '')
    .split('/')
    .map(unescape);
  if (owner === undefined || name === undefined) return null;
  const repository = `${owner}/${name}`;
  if (!new RegExp(`^${segment}/${segment}$`).test(repository)) return null;
  if (page === undefined || (page === 'tree' && rest.length === 0)) {
    return hubTarget(host, repository, null, null);
  }
  const file = rest.join('/');
  if (!['blob', 'resolve', 'raw'].includes(page) || revision === undefined || !/\.gguf$/i.test(file))
    return null;
  return filesTarget(host, repository, revision, file);
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function plainFile(url: URL, text: string): PullTarget | PullProblem {
  const folders = url.pathname.split('/');
  const name = unescape(folders.pop() ?? '');
  if (!/\.gguf$/i.test(name)) {
    return { problem: `"${text}" is not the address of a .gguf file. ${forms}` };
  }
  const parts = boundedPartNames(name);
  if (parts === null) return { problem: `"${name}" speaks of more than ${maxParts} parts.` };
  const addresses = parts.map((part) => {
    const address = new URL(url);
    address.pathname = [...folders, encodeURIComponent(part)].join('/');
    return address.href;
  });
  return { kind: 'files', addresses, fileName: parts[0] ?? name, repository: null };
}

function catalogueTarget(
  written: string,
  quantization: string | null,
  { inCatalogue }: AddressOptions,
): PullTarget | PullProblem {
  const id = written.toLowerCase();
  if (!inCatalogue(id)) {
    return { problem: `The catalogue has no model "${written}". ${forms}` };
  }
  if (quantization !== null && parseQuantization(quantization) === null) {
    return { problem: `"${quantization}" is not a quantisation: Q4_K_M is one.` };
  }
  return { kind: 'catalogue', id, quantization };
}
