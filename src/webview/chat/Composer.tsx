import { createContext, type ComponentChildren } from 'preact';
import { useContext, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Suggestion } from '../../core/chat/view.ts';
import { IconButton } from './controls.tsx';
import { boxCommand, stepIn } from './keys.ts';
import { usePage } from './page.ts';
import type { PageState } from './state.ts';
import { offersFor, popupSide, takeSuggestion, typedWord, type Edit, type TypedWord } from './suggesting.ts';
import { Suggestions } from './Suggestions.tsx';

/** The offers of the extension, for whichever box asked for them. */
export const OffersContext = createContext<PageState['suggestions']>({ request: 0, offers: [] });

interface ComposerProperties {
  /** The text that is in it at first. */
  readonly start: string;
  readonly label: string;
  readonly placeholder: string;
  readonly busy: boolean;
  readonly focusAtStart?: boolean;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly onStop?: () => void;
  /** Given where Escape ends what the box is for. */
  readonly onCancel?: () => void;
  /** The question that Up brings into an empty box. */
  readonly recall?: string | null;
  /** Text that is to be put into it. */
  readonly insert?: PageState['compose'];
  /** Above the text, and below it on the left. */
  readonly above?: ComponentChildren;
  readonly below?: ComponentChildren;
}

/** A word that is being completed, and the first and the last request for what fits. */
interface Completing extends TypedWord {
  readonly first: number;
  readonly request: number;
}

/** A box to write a question in, with suggestions for mentions and commands. */
export function Composer(properties: ComposerProperties) {
  const { start, label, placeholder, busy, onText, onSend, onStop, onCancel, recall, insert } = properties;
  const page = usePage();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [empty, setEmpty] = useState(start.trim() === '');
  const [completing, showCompleting] = useState<Completing | null>(null);
  /** The same, for what runs before it is shown. */
  const word = useRef<Completing | null>(null);
  const setCompleting = (next: Completing | null) => {
    word.current = next;
    showCompleting(next);
  };
  const [active, setActive] = useState(0);
  /** Where a word begins whose suggestions were closed. */
  const closed = useRef(-1);
  const { request, offers } = useContext(OffersContext);
  const shown = completing === null ? [] : offersFor(completing, request, offers);
  const suggesting = shown.length > 0;

  const update = () => {
    const text = field.current;
    if (text === null) return;
    setEmpty(text.value.trim() === '');
    grow(text);
    const typed = typedWord(text.value, text.selectionStart, text.selectionEnd);
    if (typed?.start !== closed.current) closed.current = -1;
    if (typed === null || typed.start === closed.current) return setCompleting(null);
    const before = word.current;
    if (typed.word === before?.word && typed.start === before.start) return;
    const request = page.nextRequest();
    const first = typed.start === before?.start ? before.first : request;
    setCompleting({ ...typed, first, request });
    setActive(0);
    page.send({ type: 'suggest', request, word: typed.word });
  };
  const put = (edit: Edit) => {
    if (field.current === null) return;
    applyEdit(field.current, edit);
    onText(field.current.value);
    update();
  };
  const putAll = (text: string) =>
    put({ start: 0, end: field.current?.value.length ?? 0, text, cursor: text.length });
  const take = (offer: Suggestion | undefined) => {
    if (offer === undefined || completing === null || field.current === null) return;
    setCompleting(null);
    put(takeSuggestion(field.current.value, completing, offer));
  };
  const send = () => {
    const text = field.current?.value ?? '';
    if (text.trim() === '') return;
    if (busy)
      return page.dispatch({ type: 'notice', message: 'Stop the answer that is being written first.' });
    // First, so that sending is the last that is heard of a box which it closes.
    putAll('');
    onSend(text);
  };

  useLayoutEffect(() => {
    if (field.current === null) return;
    field.current.value = start;
    grow(field.current);
    if (properties.focusAtStart === true) field.current.focus();
  }, []);
  useLayoutEffect(() => {
    const text = field.current;
    if (insert == null || text === null) return;
    page.dispatch({ type: 'composed' });
    text.focus();
    const { selectionStart: start, selectionEnd: end, value } = text;
    if (insert.where === 'cursor') {
      const blank = /\S$/.test(value.slice(0, start)) ? ' ' : '';
      const typed = blank + insert.text;
      put({ start, end, text: typed, cursor: start + typed.length });
    } else if (value.trim() === '' && insert.text !== '') putAll(insert.text);
  }, [insert]);

  const onKeyDown = (event: KeyboardEvent) => {
    const command = boxCommand(event, { suggesting, empty, busy, editing: onCancel !== undefined });
    if (command === null) return;
    if (command === 'stop' && onStop === undefined) return;
    if (command === 'recall' && (recall ?? '') === '') return;
    event.preventDefault();
    switch (command) {
      case 'send':
        return send();
      case 'stop':
        return onStop?.();
      case 'cancel':
        return onCancel?.();
      case 'recall':
        return putAll(recall ?? '');
      case 'take':
        return take(shown[active]);
      case 'nextSuggestion':
        return setActive(stepIn(shown.length, active, 1));
      case 'previousSuggestion':
        return setActive(stepIn(shown.length, active, -1));
      case 'closeSuggestions':
        closed.current = completing?.start ?? -1;
        return setCompleting(null);
    }
  };
  const list = `${id}-list`;
  // A text field is a combobox only while it has a list: else it would lose that it has several lines.
  const combobox = suggesting
    ? ({
        // Its types know a text field of several lines as a text field only.
        role: 'combobox' as 'textbox',
        'aria-expanded': true,
        'aria-autocomplete': 'list',
        'aria-haspopup': 'listbox',
        'aria-controls': list,
        'aria-activedescendant': `${list}-${active}`,
      } as const)
    : {};
  return (
    <div
      class="box"
      onClick={({ target, currentTarget }) => target === currentTarget && field.current?.focus()}
    >
      {suggesting && (
        <Suggestions
          id={list}
          offers={shown}
          active={active}
          side={popupSide(field.current?.getBoundingClientRect().top ?? 0, window.innerHeight)}
          onTake={take}
        />
      )}
      {properties.above}
      <textarea
        ref={field}
        rows={1}
        aria-label={label}
        placeholder={placeholder}
        spellcheck={false}
        {...combobox}
        onInput={({ currentTarget }) => {
          onText(currentTarget.value);
          update();
        }}
        onKeyDown={onKeyDown}
        onKeyUp={({ key }) => ['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key) && update()}
        onClick={update}
        onBlur={() => setCompleting(null)}
      />
      <div class="box-foot">
        <span class="box-left">{properties.below}</span>
        {onCancel !== undefined && <IconButton icon="close" label="Cancel" onClick={onCancel} />}
        {busy && onStop !== undefined ? (
          <IconButton icon="stop" label="Stop" onClick={onStop} />
        ) : (
          <IconButton icon="send" label="Send" disabled={empty || busy} onClick={send} />
        )}
      </div>
    </div>
  );
}

/** Longest text that is put in such that it can be undone: the browser is slow at that. */
const longestUndoable = 10_000;

/** Changes the text of a field, if it can such that the user can undo it. */
function applyEdit(field: HTMLTextAreaElement, { start, end, text, cursor }: Edit): void {
  const undoable = text !== '' && text.length <= longestUndoable;
  if (undoable) {
    field.focus();
    field.setSelectionRange(start, end);
  }
  // The only way to change a field without losing what can be undone; it is deprecated for want of another.
  if (!undoable || !document.execCommand('insertText', false, text))
    field.setRangeText(text, start, end, 'end');
  field.setSelectionRange(cursor, cursor);
}

/** Gives a field the height of its text, where the style sheet can't. */
function grow(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
