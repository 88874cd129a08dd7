import { useEffect, useRef } from 'preact/hooks';
import type { Suggestion } from '../../core/chat/view.ts';
import { Icon, iconOfCodicon } from './icons.tsx';

/** The list of what fits to a mention or command that is being typed; the box keeps the focus. */
export function Suggestions({
  id,
  offers,
  active,
  side,
  onTake,
}: {
  readonly id: string;
  readonly offers: readonly Suggestion[];
  readonly active: number;
  readonly side: 'above' | 'below';
  readonly onTake: (offer: Suggestion) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, offers]);
  return (
    <ul
      ref={list}
      id={id}
      class={`suggestions ${side}`}
      role="listbox"
      aria-label="Suggestions"
      onMouseDown={(event) => event.preventDefault()}
    >
      {offers.map((offer, at) => (
        <li
          key={`${at} ${offer.insert}`}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === active}
          class={at === active ? 'active' : undefined}
          onClick={() => onTake(offer)}
        >
          <Icon name={iconOfCodicon(offer.icon)} />
          <span class="suggestion-label">{offer.label}</span>
          <span class="suggestion-detail">{offer.detail}</span>
        </li>
      ))}
    </ul>
  );
}
