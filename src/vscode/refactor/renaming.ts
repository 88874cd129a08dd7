import type { RefactorTarget } from '../../core/refactor/types.ts';
import { applyRename, renameEdit } from './languageRename.ts';
import type { RunParts } from './runParts.ts';
import type { RunState } from './runState.ts';
import type { RunWriting } from './runWriting.ts';
import type { TargetPlace } from './targetPlace.ts';

export interface RenamingParts extends Pick<RunParts, 'questions' | 'files'> {
  readonly state: RunState;
  readonly writing: RunWriting;
  readonly place: TargetPlace;
}

/** Lets the user pick one of the names that a model proposed, and has the language server rename a definition to it. */
export async function renameToOne(
  names: readonly string[],
  definition: NonNullable<RefactorTarget['definition']>,
  { questions, files, state, writing, place }: RenamingParts,
): Promise<void> {
  const name = await state.whileHere((signal) => questions.name(definition.name, names, signal));
  if (name === undefined) return;
  if (name === null || name === definition.name) {
    state.send('refuse');
    return;
  }
  if (!state.send('accept')) return;
  const { document, range } = place;
  const edit = await renameEdit({ document, range, definition }, name);
  if (typeof edit === 'string') writing.unwritable(edit);
  else
    await writing.write(
      edit.documents.map(({ uri }) => uri),
      () => applyRename(edit, files),
    );
}
