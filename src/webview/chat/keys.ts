/** A key as it was pressed. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** Whether an input method is still putting a word together: its keys are its own. */
  readonly isComposing: boolean;
  /** 229 for a key that an input method took. */
  readonly keyCode: number;
}

/** What the box is like when a key is pressed. */
export interface BoxSituation {
  /** Whether suggestions are shown. */
  readonly suggesting: boolean;
  readonly empty: boolean;
  readonly busy: boolean;
  /** Whether Escape ends something: a question that is being edited. */
  readonly editing: boolean;
}

export type BoxCommand =
  | 'send'
  | 'recall'
  | 'stop'
  | 'cancel'
  | 'take'
  | 'nextSuggestion'
  | 'previousSuggestion'
  | 'closeSuggestions';

/** What a key does in the box; null: what it does in any text field. */
export function boxCommand(press: KeyPress, box: BoxSituation): BoxCommand | null {
  if (press.isComposing || press.keyCode === 229) return null;
  if (press.altKey || press.metaKey || press.ctrlKey)
    return press.key === 'Enter' && !press.altKey && !press.shiftKey ? 'send' : null;
  if (box.suggesting) {
    const command = suggestionCommand(press);
    if (command !== null) return command;
  }
  switch (press.key) {
    case 'Enter':
      return press.shiftKey ? null : 'send';
    case 'ArrowUp':
      return box.empty && !press.shiftKey && !box.editing ? 'recall' : null;
    case 'Escape':
      if (box.editing) return 'cancel';
      return box.busy ? 'stop' : null;
    default:
      return null;
  }
}

function suggestionCommand({ key, shiftKey }: KeyPress): BoxCommand | null {
  if (shiftKey) return null;
  switch (key) {
    case 'Enter':
    case 'Tab':
      return 'take';
    case 'ArrowDown':
      return 'nextSuggestion';
    case 'ArrowUp':
      return 'previousSuggestion';
    case 'Escape':
      return 'closeSuggestions';
    default:
      return null;
  }
}

/** Where the arrow keys lead in a list: round from its end to its beginning; 0 in an empty one. */
export function stepIn(count: number, at: number, step: 1 | -1): number {
  return count === 0 ? 0 : (at + step + count) % count;
}
