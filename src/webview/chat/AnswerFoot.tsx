import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { answerText } from '../../core/chat/answerText.ts';
import type { RouteStatus, ShownMessage } from '../../core/chat/view.ts';
import { askWords, reasonsSentence, routePlace } from '../../core/endpoints/routeWords.ts';
import type { RouteChoice } from '../../core/endpoints/routing.ts';
import { Confirm, CopyButton, IconButton, useFocusBack } from './controls.tsx';
import { answerFigures } from './figures.ts';
import { Icon } from './icons.tsx';
import { usePage } from './page.ts';
import { otherChoices, routeIcon } from './routes.ts';
import { Siblings } from './Siblings.tsx';

interface FootProperties {
  readonly message: ShownMessage;
  readonly busy: boolean;
  readonly routes: RouteStatus;
}

/** What can be done with an answer that is finished, and what there is to know of it. */
export function AnswerFoot({ message, busy, routes }: FootProperties) {
  const { send, focusBox } = usePage();
  const [asks, setAsks] = useState<'delete' | 'route' | null>(null);
  const foot = useRef<HTMLDivElement>(null);
  useFocusBack(asks === 'delete', foot, '[aria-label="Delete answer"]');
  useFocusBack(asks === 'route', foot, '.ask-other');
  const figures = answerFigures(message);
  const why = reasonsSentence(message.routeReasons);
  const text = answerText(message.steps);
  const others = otherChoices(routes, message);
  // What is offered above has its buttons there.
  const [only] = message.offer.length === 0 ? others : [];
  const ask = (route: string) => {
    focusBox();
    send({ type: 'retry', id: message.id, route });
  };
  const body = () => {
    if (asks === 'delete')
      return (
        <Confirm
          question="Delete this answer and what follows it?"
          onYes={() => {
            focusBox();
            send({ type: 'delete', id: message.id });
          }}
          onNo={() => setAsks(null)}
        />
      );
    if (asks === 'route')
      return <AskOne choices={others} busy={busy} onAsk={ask} onCancel={() => setAsks(null)} />;
    return (
      <>
        <span class="answer-actions">
          {text !== '' && <CopyButton label="Copy answer" onCopy={() => send({ type: 'copy', text })} />}
          <IconButton
            icon="retry"
            label="Write this answer again"
            disabled={busy}
            onClick={() => {
              focusBox();
              send({ type: 'retry', id: message.id });
            }}
          />
          {text !== '' && others.length > 0 && <BadButton message={message} />}
          <IconButton icon="trash" label="Delete answer" disabled={busy} onClick={() => setAsks('delete')} />
          <Siblings message={message} busy={busy} what="answer" />
        </span>
        {only !== undefined && (
          <button
            type="button"
            class="text-button ask-other"
            disabled={busy}
            title={
              others.length === 1 ? `Asks the same question again: ${routePlace(only.class)}` : undefined
            }
            aria-expanded={others.length === 1 ? undefined : false}
            onClick={() => (others.length === 1 ? ask(only.route) : setAsks('route'))}
          >
            <Icon name={others.length === 1 ? routeIcon(only) : 'rule'} />
            {others.length === 1 ? askWords(only) : 'Ask another…'}
          </button>
        )}
        <span class="figures" title={figures.long}>
          {figures.short}
        </span>
      </>
    );
  };
  return (
    <div class="answer-foot" ref={foot}>
      {body()}
      {why !== '' && <p class="why">{why}</p>}
    </div>
  );
}

/** Marks an answer as bad; others are offered then. */
function BadButton({ message: { id, rating } }: { readonly message: ShownMessage }) {
  const { send } = usePage();
  const bad = rating === 'bad';
  return (
    <IconButton
      icon="bad"
      label="Bad answer"
      pressed={bad}
      onClick={() => send({ type: 'bad', id, bad: !bad })}
    />
  );
}

/** Those who may be asked, in the place of the button that asks for them. */
function AskOne({
  onCancel,
  ...asking
}: AskingProperties & {
  readonly onCancel: () => void;
}) {
  const group = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => group.current?.querySelector('button')?.focus(), []);
  return (
    <div
      ref={group}
      class="buttons ask-one"
      role="group"
      aria-label="Ask another"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <AskButtons {...asking} />
      <IconButton icon="close" label="Cancel" onClick={onCancel} />
    </div>
  );
}

interface AskingProperties {
  readonly choices: readonly RouteChoice[];
  readonly busy: boolean;
  readonly onAsk: (route: string) => void;
}

/** A button for each who may be asked. */
export function AskButtons({ choices, busy, onAsk }: AskingProperties) {
  return (
    <>
      {choices.map((choice) => (
        <button
          type="button"
          class="button secondary route"
          key={choice.route}
          disabled={busy}
          title={`${choice.label}, ${routePlace(choice.class)}`}
          onClick={() => onAsk(choice.route)}
        >
          <Icon name={routeIcon(choice)} />
          {askWords(choice)}
        </button>
      ))}
    </>
  );
}
