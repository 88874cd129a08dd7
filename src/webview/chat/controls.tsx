import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

/** A button that is only a picture; its label is its name and its tooltip. */
export function IconButton({
  icon,
  label,
  onClick,
  disabled = false,
  pressed,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  /** Given where it is on or off. */
  readonly pressed?: boolean;
}) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Time for which a button says that it copied, in milliseconds. */
const copiedFor = 1_500;

/** A copy button, which says for a moment that it did. */
export function CopyButton({ label, onCopy }: { readonly label: string; readonly onCopy: () => void }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedFor);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      icon={copied ? 'check' : 'copy'}
      label={copied ? 'Copied' : label}
      onClick={() => {
        onCopy();
        setCopied(true);
      }}
    />
  );
}

/** Gives the focus back to something in a place once what took it, while `away`, is gone. */
export function useFocusBack(
  away: boolean,
  place: { readonly current: HTMLElement | null },
  selector: string,
): void {
  const before = useRef(away);
  useLayoutEffect(() => {
    if (before.current && !away) place.current?.querySelector<HTMLElement>(selector)?.focus();
    before.current = away;
  }, [away]);
}

/** Asks again, in the place of the button, before something goes that can't be brought back. */
export function Confirm({
  question,
  onYes,
  onNo,
}: {
  readonly question: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}) {
  const yes = useRef<HTMLButtonElement>(null);
  // Before anything is drawn: the next key may come at once.
  useLayoutEffect(() => yes.current?.focus(), []);
  return (
    <div
      class="confirm"
      role="group"
      aria-label={question}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onNo();
      }}
    >
      <span>{question}</span>
      <div class="buttons">
        <button type="button" class="button" ref={yes} onClick={onYes}>
          Delete
        </button>
        <button type="button" class="button secondary" onClick={onNo}>
          Keep
        </button>
      </div>
    </div>
  );
}
