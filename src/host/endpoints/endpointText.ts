import type { Endpoint, EndpointAbility, EndpointClass, EndpointRole } from '../../core/endpoints/types.ts';

/** What a role is called in lists. */
export const roleTexts: Readonly<Record<EndpointRole, string>> = {
  completion: 'completion',
  chat: 'chat',
  refactor: 'refactor',
  hard: 'hard questions',
};

/** Where an endpoint stands, and what that means for what is sent. */
export const classTexts: Readonly<Record<EndpointClass, string>> = {
  local: 'on this machine: nothing leaves it, so nothing is asked',
  'own-network':
    'in your own network: you see what would be sent until you say "always", and secrets are replaced',
  cloud: 'elsewhere: you see what would be sent before it is, and secrets are replaced',
};

/** Interfaces as people call them. */
const apiTexts: Readonly<Record<Endpoint['api'], string>> = {
  auto: 'found out by asking',
  openai: 'OpenAI-compatible',
  anthropic: "Anthropic's messages",
  ollama: "Ollama's own",
  'llama-server': "llama.cpp's server's own",
};

export function apiText(api: Endpoint['api']): string {
  return apiTexts[api];
}

/** What an endpoint is used for, in a few words. */
export function rolesText(roles: readonly EndpointRole[]): string {
  return roles.length === 0 ? 'no role' : inWords(roles.map((role) => roleTexts[role]));
}

/** What an endpoint said that it can do, as one sentence. */
export function abilityText({ name }: Pick<Endpoint, 'name'>, ability: EndpointAbility): string {
  const { product, model, contextTokens } = ability;
  const who = product ?? `a server with an ${apiText(ability.api)} interface`;
  const what = model === '' ? '' : ` with ${model}`;
  const can = abilities(ability);
  const window =
    contextTokens === null ? '' : `, in a window of ${contextTokens.toLocaleString('en')} tokens`;
  return can.length === 0
    ? `${name} answers (${who}${what}), but it can neither chat nor complete code.`
    : `${name} answers: ${who}${what}. It can ${inWords(can)}${window}.`;
}

function abilities(ability: EndpointAbility): string[] {
  const infill = { suffix: 'complete code', raw: 'complete code by its markers', none: null }[ability.infill];
  return [
    ability.chat ? 'chat' : null,
    ability.tools ? 'call tools' : null,
    ability.thinking ? 'think before it answers' : null,
    infill,
    ability.embeddings ? 'make embeddings' : null,
  ].filter((text) => text !== null);
}

function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** The roles that an endpoint can have by what it said; all where it was not asked. */
export function possibleRoles(ability: EndpointAbility | null): readonly EndpointRole[] {
  if (ability === null) return ['chat', 'refactor', 'completion', 'hard'];
  const chat: readonly EndpointRole[] = ability.chat ? ['chat', 'refactor', 'hard'] : [];
  return ability.infill === 'none' ? chat : [...chat, 'completion'];
}
