import { isBlank } from './fileText.ts';
import type { RefactorRecipe } from './kinds.ts';
import type { FileOutline } from './ports.ts';
import { findTarget, functionKinds, trimmed, type FoundTarget, type Selection } from './target.ts';
import type { RefactorFile, RefactorProblem } from './types.ts';

/** What a refactor acts on, and what of it was selected, where that is less. */
export interface ScopedTarget extends FoundTarget {
  readonly part: Selection | null;
}

/**
 * What a refactor of this kind acts on where this is selected: the selection made whole, the definition around it, or the
 * file. `outline` null: there is no grammar.
 */
export function targetFor(
  { scope, form }: Pick<RefactorRecipe, 'scope' | 'form'>,
  file: RefactorFile,
  selection: Selection,
  outline: Pick<FileOutline, 'definitions'> | null,
): ScopedTarget | RefactorProblem {
  if (scope === 'file') return wholeFile(file);
  const definitions = outline?.definitions ?? null;
  const found = findTarget(file, selection, definitions);
  if ('code' in found) return found;
  const scoped =
    scope === 'definition' ? aroundSelection(found, file, selection, outline) : { ...found, part: null };
  if (form === 'names' && scoped.target.definition === null)
    return {
      code: 'no-target',
      message: 'No definition stands here that could be renamed: put the cursor on one.',
    };
  return scoped;
}

function wholeFile(file: RefactorFile): ScopedTarget | RefactorProblem {
  const { text } = file;
  if (isBlank(text.replace(/^\uFEFF/, ''))) return { code: 'no-target', message: 'The file is empty.' };
  return { target: { file, start: 0, end: text.length, definition: null }, note: null, part: null };
}

/** The smallest function around a selection, else the smallest definition, with its comment; the selection is a part of it. */
function aroundSelection(
  found: FoundTarget,
  file: RefactorFile,
  selection: Selection,
  outline: Pick<FileOutline, 'definitions'> | null,
): ScopedTarget {
  const [start, end] = [Math.min(selection.start, selection.end), Math.max(selection.start, selection.end)];
  if (start === end) return { ...found, part: null };
  const around = (outline?.definitions ?? [])
    .filter((one) => one.start <= start && one.end >= end)
    .sort((a, b) => a.end - a.start - (b.end - b.start));
  const owner = around.find(({ kind }) => functionKinds.has(kind)) ?? around[0];
  const whole =
    owner === undefined
      ? null
      : findTarget(file, { start: owner.start, end: owner.end }, outline?.definitions ?? null);
  if (whole === null || 'code' in whole) return { ...found, part: null };
  const part = trimmed(file.text, start, end);
  const isLess = part.start > whole.target.start || part.end < whole.target.end;
  return { ...whole, part: isLess ? part : null };
}
