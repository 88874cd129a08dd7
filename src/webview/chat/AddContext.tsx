import type { AttachmentKind } from '../../core/chat/context.ts';
import { Icon } from './icons.tsx';
import { MenuButton } from './MenuButton.tsx';
import { usePage } from './page.ts';

const kinds = [
  { kind: 'selection', label: 'Selection' },
  { kind: 'problems', label: 'Problems' },
  { kind: 'diff', label: 'Uncommitted changes' },
  { kind: 'terminal', label: 'Terminal selection' },
  { kind: 'workspace', label: 'Workspace' },
] as const satisfies readonly { readonly kind: AttachmentKind; readonly label: string }[];

/** A button with a menu of what can be put beside the question. Files and symbols are found by typing. */
export function AddContext({ onType }: { readonly onType: () => void }) {
  const { send, focusBox } = usePage();
  const items = kinds.map(({ kind, label }) => ({
    icon: kind,
    label,
    onPick: () => {
      send({ type: 'addMention', mention: { kind, value: '' } });
      focusBox();
    },
  }));
  return (
    <MenuButton
      label="Add context"
      title="Add context: files, the selection, problems…"
      look="icon-button"
      frame="add-context"
      items={[{ icon: 'mention', label: 'File, folder or symbol…', onPick: onType }, ...items]}
    >
      <Icon name="add" />
    </MenuButton>
  );
}
