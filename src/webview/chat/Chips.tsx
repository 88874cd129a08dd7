import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Chip } from '../../core/chat/view.ts';
import { Icon } from './icons.tsx';
import { usePage } from './page.ts';

/** What goes with a question. Where `onRemove` is given each can be taken away, by its button or with Delete. */
export function Chips({
  chips,
  label,
  onRemove,
}: {
  readonly chips: readonly Chip[];
  readonly label: string;
  readonly onRemove?: (chip: Chip) => void;
}) {
  const { send, focusBox } = usePage();
  const list = useRef<HTMLUListElement>(null);
  /** Where a chip was taken away whose going is awaited. */
  const gap = useRef<number | null>(null);
  const remove = (chip: Chip, at: number) => {
    if (onRemove === undefined) return;
    gap.current = at;
    onRemove(chip);
  };
  useLayoutEffect(() => {
    if (gap.current === null) return;
    // The one that moves up takes the focus, which the one that went had.
    const left = list.current?.querySelectorAll<HTMLElement>('.chip-remove') ?? [];
    left[Math.min(gap.current, left.length - 1)]?.focus();
    gap.current = null;
  }, [chips]);
  useLayoutEffect(
    () => () => {
      if (gap.current !== null) focusBox();
    },
    [],
  );
  return (
    <ul class="chips" aria-label={label} ref={list}>
      {chips.map((chip, at) => (
        <li
          key={chip.id}
          class={chip.implicit ? 'chip implicit' : 'chip'}
          onKeyDown={(event) => {
            if (event.key !== 'Delete' && event.key !== 'Backspace') return;
            event.preventDefault();
            remove(chip, at);
          }}
        >
          <ChipLabel chip={chip} onOpen={(place) => send({ type: 'open', ...place })} />
          {onRemove !== undefined && (
            <button
              type="button"
              class="chip-remove"
              aria-label={`Remove ${chip.label}`}
              title={`Remove ${chip.label}`}
              onClick={() => remove(chip, at)}
            >
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function ChipLabel({
  chip: { kind, label, description, implicit, place },
  onOpen,
}: {
  readonly chip: Chip;
  readonly onOpen: (place: NonNullable<Chip['place']>) => void;
}) {
  const inside = (
    <>
      <Icon name={kind} />
      <span class="chip-label">{label}</span>
      {implicit && <span class="visually-hidden"> (offered)</span>}
    </>
  );
  if (place === null)
    return (
      <span class="chip-open" title={description}>
        {inside}
      </span>
    );
  return (
    <button type="button" class="chip-open" title={description} onClick={() => onOpen(place)}>
      {inside}
    </button>
  );
}
