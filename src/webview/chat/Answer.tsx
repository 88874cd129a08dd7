import { useRef, useState } from 'preact/hooks';
import { answerText } from '../../core/chat/answerText.ts';
import type { FromPage, ModelStatus, ShownMessage } from '../../core/chat/view.ts';
import { Confirm, CopyButton, IconButton, useFocusBack } from './controls.tsx';
import { answerFigures, grouped } from './figures.ts';
import { Icon } from './icons.tsx';
import { memo } from './memo.tsx';
import { noteOf, type Note } from './notes.ts';
import { usePage } from './page.ts';
import { Prose } from './Prose.tsx';
import { Siblings } from './Siblings.tsx';
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
  /** Whether it is in view when it is opened. */
  readonly near: boolean;
}

/** An answer: what it was written from, its steps, what is to be said of it, and what can be done with it. */
export const Answer = memo(function Answer(properties: AnswerProperties) {
  const { message, busy, prefill, commitMessage, near } = properties;
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
      {writing && prefill !== null ? <Reading {...prefill} /> : waits && <Waiting />}
      {note !== null && <NoteLine note={note} {...properties} />}
      {!writing && <Footer message={message} busy={busy} />}
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

function Footer({ message, busy }: { readonly message: ShownMessage; readonly busy: boolean }) {
  const { send, focusBox } = usePage();
  const [deleting, setDeleting] = useState(false);
  const foot = useRef<HTMLDivElement>(null);
  useFocusBack(deleting, foot, '[aria-label="Delete answer"]');
  const figures = answerFigures(message);
  const text = answerText(message.steps);
  if (deleting)
    return (
      <div class="answer-foot" ref={foot}>
        <Confirm
          question="Delete this answer and what follows it?"
          onYes={() => {
            focusBox();
            send({ type: 'delete', id: message.id });
          }}
          onNo={() => setDeleting(false)}
        />
      </div>
    );
  return (
    <div class="answer-foot" ref={foot}>
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
        <IconButton icon="trash" label="Delete answer" disabled={busy} onClick={() => setDeleting(true)} />
        <Siblings message={message} busy={busy} what="answer" />
      </span>
      <span class="figures" title={figures.long}>
        {figures.short}
      </span>
    </div>
  );
}
