import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AttachmentKind } from '../../core/chat/context.ts';
import { Icon } from './icons.tsx';
import { stepIn } from './keys.ts';
import { usePage } from './page.ts';

const kinds: readonly { readonly kind: AttachmentKind; readonly label: string }[] = [
  { kind: 'selection', label: 'Selection' },
  { kind: 'problems', label: 'Problems' },
  { kind: 'diff', label: 'Uncommitted changes' },
  { kind: 'terminal', label: 'Terminal selection' },
  { kind: 'workspace', label: 'Workspace' },
];

/** A button with a menu of what can be put beside the question. Files and symbols are found by typing. */
export function AddContext({ onType }: { readonly onType: () => void }) {
  const { send, focusBox } = usePage();
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useLayoutEffect(() => {
    if (open) items()[0]?.focus();
  }, [open]);
  const choose = (run: () => void) => {
    setOpen(false);
    run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null;
    if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
      button.current?.focus();
    } else if (step !== null) {
      const all = items();
      all[stepIn(all.length, all.indexOf(event.target as HTMLElement), step)]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span
      class="add-context"
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        class="icon-button"
        aria-label="Add context"
        title="Add context: files, the selection, problems…"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name="add" />
      </button>
      {open && (
        <div id={id} class="menu" role="menu" aria-label="Add context" ref={menu} onKeyDown={onKeyDown}>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => choose(onType)}>
            <Icon name="mention" /> File, folder or symbol…
          </button>
          {kinds.map(({ kind, label }) => (
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              key={kind}
              onClick={() =>
                choose(() => {
                  send({ type: 'addMention', mention: { kind, value: '' } });
                  focusBox();
                })
              }
            >
              <Icon name={kind} /> {label}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
