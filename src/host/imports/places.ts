import path from 'node:path';
import type { Surroundings } from '../../models/types.ts';

/** Files of an editor that may have settings of other extensions. */
export interface EditorPlaces {
  readonly settings: string;
  /** Where Twinny keeps its providers, if it keeps them in a file. */
  readonly twinnyProviders: string;
}

/** Editors that take the same extensions, by the names of their folders. */
const editors = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'];

/** The user's folders of the editors (VS Code's documentation, "User and workspace settings"). */
export function editorPlaces({ env, platform, home }: Surroundings): EditorPlaces[] {
  const folder =
    platform === 'win32'
      ? (filled(env.APPDATA) ?? path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : (filled(env.XDG_CONFIG_HOME) ?? path.join(home, '.config'));
  return editors.map((name) => {
    const user = path.join(folder, name, 'User');
    return {
      settings: path.join(user, 'settings.json'),
      twinnyProviders: path.join(user, 'globalStorage', 'rjmacarthy.twinny', 'twinny-providers.json'),
    };
  });
}

/** Continue's configuration: the first that is there counts, as in Continue itself. */
export function continuePlaces({ env, home }: Surroundings): string[] {
  const folder = filled(env.CONTINUE_GLOBAL_DIR) ?? path.join(home, '.continue');
  return ['config.yaml', 'config.yml', 'config.json'].map((name) => path.join(folder, name));
}

function filled(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text;
}
