import { fimFamilies } from '../../core/prompt/families.ts';

/** The text before and after a cursor. */
export interface Around {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * What a prompt stands for that its client laid out with the markers of the model's family itself, in either order; null
 * where it has none. What stands before the markers, such as other files, goes in front of the prefix.
 */
export function laidOut(prompt: string, familyId: string | null): Around | null {
  const family = fimFamilies.find(({ id }) => id === familyId);
  if (family === undefined) return null;
  const { prefix, suffix, middle } = family;
  const end = middle ?? '';
  if (!prompt.endsWith(end)) return null;
  const text = prompt.slice(0, prompt.length - end.length);
  // The text itself may speak of markers: the first one that begins, and the last one that parts, are the client's.
  const [before, afterPrefix] = cut(text, text.indexOf(prefix), prefix);
  const [beforeSuffix, afterSuffix] = cut(text, text.lastIndexOf(suffix), suffix);
  if (afterPrefix === null || afterSuffix === null) return null;
  if (before.length < beforeSuffix.length) {
    const [own, rest] = cut(afterPrefix, afterPrefix.lastIndexOf(suffix), suffix);
    return rest === null ? null : { prefix: before + own, suffix: rest };
  }
  const [rest, own] = cut(afterSuffix, afterSuffix.indexOf(prefix), prefix);
  return own === null ? null : { prefix: beforeSuffix + own, suffix: rest };
}

/** The text before and behind a marker at an offset; null behind where there is none. */
function cut(text: string, at: number, marker: string): readonly [before: string, behind: string | null] {
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + marker.length)];
}
