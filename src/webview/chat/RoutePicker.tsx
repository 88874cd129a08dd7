import type { RouteStatus } from '../../core/chat/view.ts';
import { reasonsSentence, routePlace } from '../../core/endpoints/routeWords.ts';
import { Icon } from './icons.tsx';
import { MenuButton, type MenuItem } from './MenuButton.tsx';
import { usePage } from './page.ts';
import { nextChoice, routeIcon } from './routes.ts';

/** Lets the user choose who answers the next questions; nothing where there is nobody but the local model. */
export function RoutePicker({ status }: { readonly status: RouteStatus }) {
  const { send, focusBox } = usePage();
  const { choices, chosen, next } = status;
  if (choices.length < 2) return null;
  const choice = nextChoice(status);
  const pick = (name: string | null) => () => {
    send({ type: 'route', name });
    focusBox();
  };
  const usual = choices.find((one) => one.usual) ?? choice;
  const items: MenuItem[] = [
    {
      icon: 'rule',
      label: 'Automatic',
      detail: `${usual.label}, unless a rule of yours says otherwise`,
      checked: chosen === null,
      onPick: pick(null),
    },
    ...choices.map((one) => ({
      icon: routeIcon(one),
      label: one.label,
      detail: routePlace(one.class),
      checked: chosen === one.route,
      onPick: pick(one.route),
    })),
  ];
  const why = chosen === null ? reasonsSentence(next.reasons) : 'You chose this.';
  const title = [`Answers: ${choice.label}, ${routePlace(choice.class)}.`, why].filter((part) => part !== '');
  return (
    <>
      <MenuButton
        label={title.join(' ')}
        menuLabel="Who answers"
        title={title.join(' ')}
        look={`route-button ${choice.class ?? 'here'}`}
        frame="route-picker"
        items={items}
      >
        <Icon name={routeIcon(choice)} />
        <span class="route-name">{choice.label}</span>
      </MenuButton>
      {chosen === null && next.reasons.length > 0 && <span class="route-reason">{why}</span>}
    </>
  );
}
