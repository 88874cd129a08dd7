import type { Repository } from './git.ts';
import type { OnceQuestion } from './onceAnswered.ts';
import type { EditorSurroundings } from './surroundings.ts';

/**
 * Asks for a message for what is staged in a repository, or for all its changes where nothing is; null where nothing
 * was changed.
 */
export async function commitQuestion(
  surroundings: Pick<EditorSurroundings, 'changesOf'>,
  repository: Repository,
): Promise<OnceQuestion | null> {
  const changes =
    (await surroundings.changesOf(repository, true)) ?? (await surroundings.changesOf(repository, false));
  return changes && { text: '/commit', mentions: [], attachments: [changes], conversation: null };
}
