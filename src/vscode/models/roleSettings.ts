import type { ModelRole } from '../../core/models/roles.ts';
import type { ModelRow } from '../../host/models/modelRows.ts';

/** Values of the settings that say which model does what: a path, or undefined for the default. Absent ones stay. */
export type RoleSettings = {
  readonly [K in `model.${ModelRole}`]?: string | undefined;
};

/** The model that is to be used, as far as it matters here. */
export type Chosen = Pick<ModelRow, 'path' | 'source' | 'roles'>;

/**
 * The settings that make a model the one for `roles`. An empty `model.chat` means the completion's: for both roles it
 * is emptied, so that one model is loaded for both; and where the next completion model can't chat, the one that does
 * so now is named, lest chat be lost by a choice that was not about it.
 */
export function settingsToUse(
  chosen: Chosen,
  roles: readonly ModelRole[],
  now: { readonly rows: readonly ModelRow[]; readonly chatSetting: string },
): RoleSettings {
  const value = chosen.source === 'starter' || chosen.path === null ? undefined : chosen.path;
  if (!roles.includes('completion')) return roles.includes('chat') ? { 'model.chat': value } : {};
  if (roles.includes('chat')) return { 'model.completion': value, 'model.chat': undefined };
  const follows = now.chatSetting.trim() === '';
  const chats = now.rows.find(({ inUse }) => inUse.includes('chat'))?.path ?? null;
  const loses = follows && chats !== null && chats !== chosen.path && !chosen.roles.includes('chat');
  return { 'model.completion': value, ...(loses ? { 'model.chat': chats } : {}) };
}

/** The settings without a model that is about to go. */
export function settingsWithout({ inUse }: Pick<ModelRow, 'inUse'>, chatSetting: string): RoleSettings {
  return {
    ...(inUse.includes('completion') ? { 'model.completion': undefined } : {}),
    ...(inUse.includes('chat') && chatSetting.trim() !== '' ? { 'model.chat': undefined } : {}),
  };
}
