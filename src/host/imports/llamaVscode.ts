import type { EndpointRole } from '../../core/endpoints/types.ts';
import { keyHintFor, serverProposal, untaken } from './proposals.ts';
import type { ImportProposal } from './types.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Its settings for an address, the setting of the key to it, and what it does with it. */
const endpoints: readonly (readonly [string, string, string, readonly EndpointRole[]])[] = [
  ['endpoint', 'api_key', 'completion', ['completion']],
  ['endpoint_chat', 'api_key_chat', 'chat', ['chat', 'refactor']],
  ['endpoint_tools', 'api_key_tools', 'tools', ['chat']],
];
/** Its lists of models to choose from, and what they are for. */
const lists: readonly (readonly [string, readonly EndpointRole[]])[] = [
  ['completion_models_list', ['completion']],
  ['chat_models_list', ['chat', 'refactor']],
  ['tools_models_list', ['chat']],
];

/** Reads what of llama.vscode stands in the editor's settings, by their whole names. */
export function readLlamaVscode(settings: Settings, from: string): ImportProposal[] {
  const get = (name: string): string => textOf(settings[`llama-vscode.${name}`]);
  const isOpenAi = settings['llama-vscode.use_openai_endpoint'] === true;
  const proposals = endpoints.flatMap(([name, keyName, use, roles]) => {
    const address = get(name);
    if (address === '') return [];
    const model = use === 'completion' ? (isOpenAi ? get('openai_client_model') : '') : get('ai_model');
    return serverProposal({
      source: 'llama-vscode',
      from,
      name: `llama.vscode ${use}`,
      address,
      // Its servers are llama-server, unless it says otherwise; what one is shows when it is asked.
      api: use === 'completion' && !isOpenAi ? 'llama-server' : 'auto',
      model,
      roles,
      note: certificateNote(get('self_signed_certificate')),
      keyHint: keyHintFor(get(keyName), from),
    });
  });
  return [...proposals, ...listed(settings, from), ...left(settings, from)];
}

function listed(settings: Settings, from: string): ImportProposal[] {
  return lists.flatMap(([list, roles]) => {
    const entries = settings[`llama-vscode.${list}`];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown) => {
      if (typeof entry !== 'object' || entry === null) return [];
      const fields = entry as Settings;
      const address = textOf(fields['endpoint']);
      const name = textOf(fields['name']);
      if (address === '') return [];
      const starts = textOf(fields['localStartCommand']) !== '';
      const wantsKey = fields['isKeyRequired'] === true;
      return serverProposal({
        source: 'llama-vscode',
        from,
        name: name === '' ? 'llama.vscode' : name,
        address,
        api: 'auto',
        model: textOf(fields['aiModel']),
        roles,
        note: starts ? 'Hearth does not start it: start the server yourself.' : '',
        keyHint:
          keyHintFor(fields['apiKey'], from) ??
          (wantsKey ? 'It wants a key, which llama.vscode keeps: type it when Hearth asks for it.' : null),
      });
    });
  });
}

/** What is left where it is, and why. */
function left(settings: Settings, from: string): ImportProposal[] {
  const has = (name: string) => textOf(settings[`llama-vscode.${name}`]) !== '';
  const commands = ['launch_completion', 'launch_chat', 'launch_embeddings'].filter(has);
  const proposals: ImportProposal[] = [];
  if (has('endpoint_embeddings')) {
    const why = 'It makes embeddings, which Hearth does without a model.';
    proposals.push(untaken('llama-vscode', from, 'llama.vscode embeddings', why));
  }
  if (commands.length > 0) {
    const why =
      'Hearth runs no commands of settings: start such servers yourself, or use the model file itself.';
    proposals.push(untaken('llama-vscode', from, 'commands that start servers', why));
  }
  return proposals;
}

function certificateNote(file: string): string {
  return file === '' ? '' : 'Its own certificate is not taken: name the file in NODE_EXTRA_CA_CERTS.';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
