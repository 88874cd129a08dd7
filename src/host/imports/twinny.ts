import * as v from 'valibot';
import type { EndpointApi, EndpointRole } from '../../core/endpoints/types.ts';
import { readJsonc } from '../jsoncText.ts';
import { keyHintFor, serverProposal, untaken } from './proposals.ts';
import type { ImportProposal } from './types.ts';

/** A provider as Twinny writes it to `twinny-providers.json` (TwinnyProvider of twinnydotdev/twinny). */
const providerSchema = v.object({
  label: v.fallback(v.optional(v.string()), undefined),
  provider: v.fallback(v.optional(v.string()), undefined),
  type: v.fallback(v.optional(v.string()), undefined),
  modelName: v.fallback(v.optional(v.string()), undefined),
  apiProtocol: v.fallback(v.optional(v.string()), undefined),
  apiHostname: v.fallback(v.optional(v.string()), undefined),
  apiPort: v.fallback(v.optional(v.union([v.number(), v.string()])), undefined),
  apiPath: v.fallback(v.optional(v.string()), undefined),
  apiKey: v.fallback(v.optional(v.string()), undefined),
});

const roles: Readonly<Record<string, readonly EndpointRole[]>> = {
  chat: ['chat', 'refactor'],
  fim: ['completion'],
};
/** Its names of the servers whose interface is known; the others are asked what they are. */
const apis: Readonly<Record<string, EndpointApi>> = {
  ollama: 'ollama',
  llamacpp: 'llama-server',
  anthropic: 'anthropic',
  lmstudio: 'openai',
  openai: 'openai',
};
/** Ends of paths that are those of one function of an interface, not of the base. */
const functions =
  /\/(?:v1\/)?(?:chat\/completions|completions|completion|infill|embeddings|messages)$|\/api\/(?:generate|chat|embed|embeddings)$/;

/** Reads the file that Twinny keeps its providers in, where it does. Never throws. */
export function readTwinnyProviders(text: string, from: string): ImportProposal[] {
  const read = readJsonc(text);
  const value = 'value' in read ? read.value : null;
  if (typeof value !== 'object' || value === null) {
    return [untaken('twinny', from, from, 'The file is no whole JSON. Nothing of it can be taken.')];
  }
  return Object.values(value).map((entry) => providerProposal(entry, from));
}

function providerProposal(entry: unknown, from: string): ImportProposal {
  const read = v.safeParse(providerSchema, entry);
  if (!read.success) return untaken('twinny', from, 'a provider', 'It has no fields.');
  const { label, provider = '', type = '', modelName = '', apiKey, ...at } = read.output;
  const name = label ?? (modelName === '' ? 'Twinny' : modelName);
  const ours = roles[type];
  if (ours === undefined) {
    const embeds = type.startsWith('embed');
    const why = embeds
      ? 'It makes embeddings, which Hearth does without a model.'
      : 'It does not say what it is for.';
    return untaken('twinny', from, name, why);
  }
  if (/symmetry|twinny\.dev|p2p|device/i.test(provider)) {
    return untaken('twinny', from, name, 'Hearth asks no computers of other people.');
  }
  return serverProposal({
    source: 'twinny',
    from,
    name,
    address: addressOf(at),
    api: apis[provider.toLowerCase().replace(/[^a-z]/g, '')] ?? 'auto',
    model: modelName,
    roles: ours,
    keyHint: keyHintFor(apiKey, from),
  });
}

function addressOf(at: {
  readonly apiProtocol?: string | undefined;
  readonly apiHostname?: string | undefined;
  readonly apiPort?: number | string | undefined;
  readonly apiPath?: string | undefined;
}): string {
  const { apiProtocol = 'http', apiHostname = '', apiPort = '', apiPath = '' } = at;
  if (apiHostname.trim() === '') return '';
  const port = `${apiPort}` === '' || `${apiPort}` === '0' ? '' : `:${apiPort}`;
  const path = `/${apiPath}`.replace(/^\/+/, '/').replace(/\/+$/, '').replace(functions, '');
  return `${apiProtocol.replace(/:?\/*$/, '')}://${apiHostname.trim()}${port}${path}`;
}

/**
 * Reads what of Twinny stands in the editor's settings: the address of Ollama. `hasProviders`: its file of providers was
 * read. Otherwise they are in the editor's own storage, where no other extension can read them.
 */
export function readTwinnySettings(
  settings: Readonly<Record<string, unknown>>,
  from: string,
  hasProviders: boolean,
): ImportProposal[] {
  const names = Object.keys(settings).filter((name) => name.startsWith('twinny.'));
  if (names.length === 0) return [];
  const hostname = settings['twinny.ollamaHostname'] ?? settings['twinny.apiHostname'];
  const port = settings['twinny.ollamaApiPort'] ?? settings['twinny.apiPort'];
  const proposals: ImportProposal[] = [];
  if (typeof hostname === 'string' || typeof port === 'number') {
    const tls = (settings['twinny.ollamaUseTls'] ?? settings['twinny.useTls']) === true;
    const host = typeof hostname === 'string' && hostname.trim() !== '' ? hostname.trim() : '127.0.0.1';
    const model = settings['twinny.chatModelName'];
    proposals.push(
      serverProposal({
        source: 'twinny',
        from,
        name: 'Ollama of Twinny',
        address: `${tls ? 'https' : 'http'}://${host}:${typeof port === 'number' ? port : 11434}`,
        api: 'ollama',
        model: typeof model === 'string' ? model : '',
        roles: ['chat', 'refactor'],
        keepAliveMinutes: minutesOf(settings['twinny.keepAlive']),
        keyHint: keyHintFor(settings['twinny.apiBearerToken'], from),
      }),
    );
  }
  if (!hasProviders) {
    const why =
      "Twinny keeps them in VS Code's own storage, which no other extension can read: set its provider storage to a file, and import again.";
    proposals.push(untaken('twinny', from, 'providers of Twinny', why));
  }
  return proposals;
}

/** `5m` or `1h` in minutes; null for what is no such span, as `-1` (for ever). */
function minutesOf(span: unknown): number | null {
  const [, number, unit] = typeof span === 'string' ? (/^(\d{1,6})([mh])$/.exec(span.trim()) ?? []) : [];
  return number === undefined ? null : Number(number) * (unit === 'h' ? 60 : 1);
}
