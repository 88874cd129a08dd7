import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';
import { stepIn } from './keys.ts';

/** An entry of a menu. */
export interface MenuItem {
  readonly icon: IconName;
  readonly label: string;
  /** Said behind the label, in fewer words than a sentence where there is room for no more. */
  readonly detail?: string;
  /** Given where the menu's entries exclude one another. */
  readonly checked?: boolean;
  /** It can be read, and does nothing. */
  readonly disabled?: boolean;
  readonly onPick: () => void;
}

interface MenuButtonProperties {
  /** Names the button and its menu. */
  readonly label: string;
  /** The menu's name, where it is another than the button's. */
  readonly menuLabel?: string;
  readonly title: string;
  /** Class of the button, and of what stands around it and the menu. */
  readonly look: string;
  readonly frame: string;
  readonly items: readonly MenuItem[];
  readonly children: ComponentChildren;
}

/** A button with a menu above it. The arrow keys go through the menu, Escape and Tab close it. */
export function MenuButton(properties: MenuButtonProperties) {
  const { label, menuLabel = label, title, look, frame, items, children } = properties;
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const entries = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  useLayoutEffect(() => {
    if (!open) return;
    const all = entries();
    (all.find((entry) => entry.getAttribute('aria-checked') === 'true') ?? all[0])?.focus();
  }, [open]);
  const pick = ({ disabled = false, onPick }: MenuItem) => {
    if (disabled) return;
    setOpen(false);
    onPick();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = entries();
    const at = all.indexOf(event.target as HTMLElement);
    if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
      button.current?.focus();
    } else if (event.key === 'ArrowDown') all[stepIn(all.length, at, 1)]?.focus();
    else if (event.key === 'ArrowUp') all[stepIn(all.length, at, -1)]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all.at(-1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span
      class={frame}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        class={look}
        aria-label={label}
        title={title}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && (
        <div id={id} class="menu" role="menu" aria-label={menuLabel} ref={menu} onKeyDown={onKeyDown}>
          {items.map((item, at) => (
            <MenuEntry key={`${at} ${item.label}`} item={item} onPick={() => pick(item)} />
          ))}
        </div>
      )}
    </span>
  );
}

function MenuEntry({
  item: { icon, label, detail, checked, disabled = false },
  onPick,
}: {
  readonly item: MenuItem;
  readonly onPick: () => void;
}) {
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      // One that is really disabled could not be reached, and so not be read.
      aria-disabled={disabled}
      tabIndex={-1}
      onClick={onPick}
    >
      <Icon name={icon} />
      <span class="menu-words">
        <span class="menu-label">{label}</span>
        {detail !== undefined && <span class="menu-detail">{detail}</span>}
      </span>
      {checked === true && <Icon name="check" />}
    </button>
  );
}
