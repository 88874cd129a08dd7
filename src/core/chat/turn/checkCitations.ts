import { findReferences, judge, resolveReferences } from '../citations.ts';
import type { Citation, Place } from '../context.ts';
import type { ChatWorkspace } from '../ports.ts';

/** What a model was given. */
export interface Given {
  readonly places: readonly Place[];
  /** Files of the map: it names them, and shows none of their lines. */
  readonly mapFiles: readonly string[];
}

/**
 * The places that an answer names, checked. Where the workspace can't say whether they exist, what was given counts as
 * there, and everything else as not read. Never rejects.
 */
export async function checkCitations(
  text: string,
  { places, mapFiles }: Given,
  workspace: Pick<ChatWorkspace, 'check'>,
): Promise<readonly Citation[]> {
  const references = findReferences(text);
  if (references.length === 0) return [];
  const named = resolveReferences(references, places);
  const citations = judge(named, places, await existence(named, workspace));
  return citations.map((citation) => {
    const { path, endLine, problem } = citation;
    const onMap = problem === 'not-read' && endLine === 0 && mapFiles.includes(path);
    return onMap ? { ...citation, verified: true, problem: null } : citation;
  });
}

async function existence(
  places: readonly Place[],
  workspace: Pick<ChatWorkspace, 'check'>,
): Promise<readonly ('ok' | 'no-file' | 'no-lines')[]> {
  try {
    // A file as a whole is there where it has a line; an empty one is there too.
    const lines = places.map((place) =>
      place.endLine === 0 ? { ...place, startLine: 1, endLine: 1 } : place,
    );
    const found = await workspace.check(lines);
    return found.map((state, index) => (state === 'no-lines' && places[index]?.endLine === 0 ? 'ok' : state));
  } catch {
    return places.map(() => 'ok');
  }
}
