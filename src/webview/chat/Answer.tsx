import type {
  FromPage,
  ModelStatus,
  RouteStatus,
  ShownMessage,
  WaitingConsent,
} from '../../core/chat/view.ts';
import { reasonsSentence } from '../../core/endpoints/routeWords.ts';
import { AnswerFoot, AskButtons } from './AnswerFoot.tsx';
import { grouped } from './figures.ts';
import { Icon } from './icons.tsx';
import { memo } from './memo.tsx';
import { consentWords, noteOf, type Note } from './notes.ts';
import { usePage } from './page.ts';
import { Prose } from './Prose.tsx';
import { otherChoices } from './routes.ts';
import type { PageState } from './state.ts';
import { Reasoning, Sources, ToolCard } from './Steps.tsx';

interface AnswerProperties {
  readonly message: ShownMessage;
  readonly busy: boolean;
  readonly prefill: PageState['prefill'];
  /** The question that it answers, where that is known. */
  readonly question: string | null;
  /** Given where the answer says that there is none. */
  readonly model: ModelStatus | null;
  readonly commitMessage: boolean;
  readonly routes: RouteStatus;
  /** What it waits for; null: for nobody. */
  readonly consent: WaitingConsent | null;
  /** Whether it is in view when it is opened. */
  readonly near: boolean;
}

/** An answer: what it was written from, its steps, what is to be said of it, and what can be done with it. */
export const Answer = memo(function Answer(properties: AnswerProperties) {
  const { message, busy, prefill, commitMessage, routes, consent, near } = properties;
  const writing = message.state === 'writing';
  const { steps } = message;
  const note = noteOf(message);
  const last = steps.at(-1);
  // After a tool's result the model reads on before it writes on.
  const waits = writing && (last === undefined || (last.kind === 'tool' && last.result !== null));
  return (
    <article class="answer" aria-label="Answer" aria-busy={writing}>
      <h2 class="visually-hidden">Hearth</h2>
      {message.sources.length > 0 && (
        <Sources sources={message.sources} open={message.reason === 'no-chat-model'} />
      )}
      {steps.map((step, at) => {
        const newest = writing && at === steps.length - 1;
        switch (step.kind) {
          case 'text':
            return (
              <Prose
                key={at}
                text={step.text}
                writing={newest}
                near={near}
                citations={message.citations}
                commitMessage={commitMessage}
              />
            );
          case 'reasoning':
            return <Reasoning key={at} text={step.text} running={newest} />;
          case 'tool':
            return <ToolCard key={at} step={step} running={writing} />;
        }
      })}
      {writing && consent !== null ? (
        <AsksConsent {...consent} />
      ) : writing && prefill !== null ? (
        <Reading {...prefill} />
      ) : (
        waits && <Waiting />
      )}
      {note !== null && <NoteLine note={note} {...properties} />}
      {!writing && <OfferLine message={message} routes={routes} busy={busy} />}
      {!writing && <AnswerFoot message={message} busy={busy} routes={routes} />}
    </article>
  );
});

/** How far the prompt is read: on a slow machine that takes longer than the answer. */
function Reading({
  id,
  done,
  total,
}: {
  readonly id: string;
  readonly done: number;
  readonly total: number;
}) {
  return (
    <div class="reading">
      <label for={`progress-${id}`}>
        Reading {grouped(done)} of {grouped(total)} tokens
      </label>
      <progress id={`progress-${id}`} max={Math.max(total, 1)} value={Math.min(done, total)} />
    </div>
  );
}

function Waiting() {
  return (
    <p class="waiting">
      <span class="visually-hidden">Waiting for the model</span>
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </p>
  );
}

/** Nothing has been sent yet: the preview says what would be. */
function AsksConsent({ endpoint, preview }: WaitingConsent) {
  const { send } = usePage();
  return (
    <div class="note asks">
      <Icon name="preview" />
      <div>
        <p>{consentWords(endpoint)}</p>
        <div class="buttons">
          <button type="button" class="button" onClick={() => send({ type: 'preview', preview })}>
            Show the preview
          </button>
        </div>
      </div>
    </div>
  );
}

/** Offers to ask somebody else where another model may do better, and says why. */
function OfferLine({ message, routes, busy }: Pick<AnswerProperties, 'message' | 'routes' | 'busy'>) {
  const { send, focusBox } = usePage();
  const choices = otherChoices(routes, message);
  if (message.offer.length === 0 || choices.length === 0) return null;
  const ask = (route: string) => {
    focusBox();
    send({ type: 'retry', id: message.id, route });
  };
  return (
    <div class="note offer" role="group" aria-label="Offer">
      <Icon name="rule" />
      <div>
        <p>Another model may do better. {reasonsSentence(message.offer)}</p>
        <div class="buttons">
          <AskButtons choices={choices} busy={busy} onAsk={ask} />
        </div>
      </div>
    </div>
  );
}

function NoteLine({ note, message, busy, question, model }: AnswerProperties & { readonly note: Note }) {
  const { send, dispatch, focusBox } = usePage();
  // What is pressed goes with what it stands in.
  const leave = (message: FromPage) => {
    focusBox();
    send(message);
  };
  const button = (label: string, onClick: () => void) => (
    <button type="button" class="button secondary" key={label} disabled={busy} onClick={onClick}>
      {label}
    </button>
  );
  const help = () => {
    switch (note.help) {
      case 'retry':
        return button('Write it again', () => leave({ type: 'retry', id: message.id }));
      case 'edit':
        return (
          question !== null && button('Edit the question', () => dispatch({ type: 'edit', id: question }))
        );
      case 'new':
        return button('New chat', () => leave({ type: 'new' }));
      case 'model':
        return model?.actions.map(({ label, command }) =>
          button(label, () => send({ type: 'command', command })),
        );
      case null:
        return null;
    }
  };
  return (
    <div class={`note ${note.tone}`}>
      <Icon name={note.tone === 'info' ? 'info' : 'problems'} />
      <div>
        <p>{note.text}</p>
        <div class="buttons">{help()}</div>
      </div>
    </div>
  );
}
