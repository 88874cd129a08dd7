import type { Endpoint, EndpointClass } from '../../core/endpoints/types.ts';
import { hostOf } from '../../host/endpoints/address.ts';
import { abilityText, apiText, classTexts, rolesText } from '../../host/endpoints/endpointText.ts';
import type { EndpointState } from '../../host/endpoints/registry.ts';
import { escapeMarkdown } from '../markdown.ts';
import type { RowIcon } from '../models/rowActions.ts';
import type { KeyState } from './keyStore.ts';

/** An endpoint as the list shows it. */
export interface EndpointRow {
  readonly endpoint: Endpoint;
  /** As it was when it was last used or tested. */
  readonly state: EndpointState;
  readonly key: KeyState;
}

const keyTexts: Readonly<Record<KeyState, string>> = {
  set: 'It has a key.',
  'other-address': 'Its key was set for another address: set it anew.',
  none: 'It has no key.',
};

const icons: Readonly<Record<EndpointClass, string>> = {
  local: 'device-desktop',
  'own-network': 'server',
  cloud: 'cloud',
};

/** Tells where it stands, and by its colour that it failed. */
export function endpointIcon({ endpoint, state }: EndpointRow): RowIcon {
  const color = state.kind === 'failed' ? 'list.warningForeground' : null;
  return { id: icons[endpoint.class], color };
}

/** What stands behind its name. */
export function endpointDescription({ endpoint, state }: EndpointRow): string {
  const failed = state.kind === 'failed' ? ['failed last'] : [];
  return [...failed, rolesText(endpoint.roles), hostOf(endpoint.address)].join(' · ');
}

/** A tree item's `contextValue`, in which menus find what can be done as a whole word. */
export function endpointContext({ key }: EndpointRow): string {
  return key === 'none' ? 'endpoint' : 'endpoint endpointWithKey';
}

/** All that its row shows, as a screen reader says it. */
export function endpointSpeech({ endpoint, state, key }: EndpointRow): string {
  const where = { local: 'on this machine', 'own-network': 'in your own network', cloud: 'elsewhere' };
  const said = `${endpoint.name}, endpoint ${where[endpoint.class]}, ${rolesText(endpoint.roles)}, ${hostOf(endpoint.address)}`;
  const news = [
    ...(state.kind === 'failed' ? [`Failed last: ${state.sentence}`] : []),
    ...(key === 'other-address' ? [keyTexts[key]] : []),
  ];
  return [said, ...(news.length === 0 ? [] : [news.join(' ')])].join('. ');
}

/** What is known of it, as Markdown. */
export function endpointTooltip({ endpoint, state, key }: EndpointRow): string {
  const { price, contextTokens } = endpoint;
  const known = state.kind === 'answers' ? state.ability : null;
  const paragraphs = [
    `**${escapeMarkdown(endpoint.name)}**`,
    state.kind === 'failed' ? `$(warning) ${escapeMarkdown(state.sentence)}` : null,
    known === null ? null : escapeMarkdown(abilityText(endpoint, known)),
    state.kind === 'unknown' ? 'It was not asked since this window was opened.' : null,
    `Used for: ${escapeMarkdown(rolesText(endpoint.roles))}`,
    `It stands ${escapeMarkdown(classTexts[endpoint.class])}.`,
    // As code, lest it becomes a link; an address has no backtick.
    `\`${endpoint.address}\``,
    endpoint.api === 'auto' ? null : `Interface: ${escapeMarkdown(apiText(endpoint.api))}`,
    endpoint.model === '' ? null : `Model: ${escapeMarkdown(endpoint.model)}`,
    contextTokens === null ? null : `Window: at most ${contextTokens.toLocaleString('en')} tokens`,
    price === null
      ? null
      : escapeMarkdown(`A million tokens cost $${price.input} (prompt) and $${price.output} (answer).`),
    keyTexts[key],
  ];
  return paragraphs.filter((paragraph) => paragraph !== null).join('\n\n');
}
