/** What the page keeps over a reload: what was typed and not sent. */
export interface SavedPage {
  readonly draft: string;
  /** A question that is being changed, and its text so far. */
  readonly editing: { readonly id: string; readonly text: string } | null;
  /** Whether something that was offered beside the question was taken away. */
  readonly chipsTaken: boolean;
}

export const nothingSaved: SavedPage = { draft: '', editing: null, chipsTaken: false };

/** What was kept; what is not readable is as if there were nothing. */
export function readSaved(value: unknown): SavedPage {
  if (!isRecord(value)) return nothingSaved;
  const { draft, editing, chipsTaken } = value;
  return {
    draft: typeof draft === 'string' ? draft : '',
    editing:
      isRecord(editing) && typeof editing['id'] === 'string' && typeof editing['text'] === 'string'
        ? { id: editing['id'], text: editing['text'] }
        : null,
    chipsTaken: chipsTaken === true,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
