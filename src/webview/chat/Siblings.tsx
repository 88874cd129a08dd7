import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ShownMessage } from '../../core/chat/view.ts';
import { IconButton } from './controls.tsx';
import { usePage } from './page.ts';

/** The message that was chosen last, whose buttons take the focus of those that went with the one before. */
let chosen: { readonly id: string; readonly step: 'previous' | 'next' } | null = null;

/** Leads to the messages beside one: questions that were edited, answers that were written again. */
export function Siblings({
  message,
  busy,
  what,
}: {
  readonly message: ShownMessage;
  readonly busy: boolean;
  readonly what: 'question' | 'answer';
}) {
  const { send } = usePage();
  const { siblings, id } = message;
  const group = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (chosen?.id !== id) return;
    const buttons = [...(group.current?.querySelectorAll('button') ?? [])];
    if (chosen.step === 'next') buttons.reverse();
    buttons.find(({ disabled }) => !disabled)?.focus();
    chosen = null;
  }, []);
  if (siblings.length < 2) return null;
  const at = siblings.indexOf(id);
  const before = siblings[at - 1];
  const after = siblings[at + 1];
  const choose = (other: string | undefined, step: 'previous' | 'next') => {
    if (other === undefined) return;
    chosen = { id: other, step };
    send({ type: 'choose', id: other });
  };
  return (
    <span class="siblings" ref={group} role="group" aria-label={`Versions of this ${what}`}>
      <IconButton
        icon="previous"
        label={`Previous ${what}`}
        disabled={busy || before === undefined}
        onClick={() => choose(before, 'previous')}
      />
      <span>
        {at + 1} of {siblings.length}
      </span>
      <IconButton
        icon="next"
        label={`Next ${what}`}
        disabled={busy || after === undefined}
        onClick={() => choose(after, 'next')}
      />
    </span>
  );
}
