import { useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../core/chat/view.ts';
import { Chips } from './Chips.tsx';
import { LongText } from './Code.tsx';
import { Composer } from './Composer.tsx';
import { Confirm, CopyButton, IconButton, useFocusBack } from './controls.tsx';
import { memo } from './memo.tsx';
import { usePage } from './page.ts';
import { Siblings } from './Siblings.tsx';
import { questionPieces } from './words.ts';

/** From about this length on a question scrolls inside, for which it must be reached with the keyboard. */
const scrollingFrom = 400;
/** Longest question in which mentions are looked for. */
const longestMarked = 20_000;

/** A question as it was asked, and what can be done with it. */
export const Question = memo(function Question({
  message,
  busy,
  editing,
}: {
  readonly message: ShownMessage;
  readonly busy: boolean;
  readonly editing: boolean;
}) {
  const page = usePage();
  const article = useRef<HTMLElement>(null);
  const [deleting, setDeleting] = useState(false);
  useFocusBack(deleting, article, '[aria-label="Delete question"]');
  useFocusBack(editing, article, '[aria-label="Edit question"]');
  const endEditing = () => {
    page.save({ editing: null });
    page.dispatch({ type: 'edit', id: null });
  };
  if (editing) {
    const saved = page.saved().editing;
    return (
      <article class="question editing" ref={article} aria-label="Your question, being changed">
        <Composer
          start={saved?.id === message.id ? saved.text : message.text}
          label="Change the question"
          placeholder="Ask something else"
          busy={busy}
          focusAtStart
          onText={(text) => page.save({ editing: { id: message.id, text } })}
          onSend={(text) => {
            page.send({ type: 'edit', id: message.id, text });
            endEditing();
            requestAnimationFrame(page.focusBox);
          }}
          onCancel={endEditing}
        />
      </article>
    );
  }
  return (
    <article class="question" ref={article} aria-label="Your question">
      <h2 class="visually-hidden">You</h2>
      <div class="bubble">
        {message.chips.length > 0 && <Chips chips={message.chips} label="Context of this question" />}
        <div class="question-text" tabIndex={message.text.length > scrollingFrom ? 0 : undefined}>
          <QuestionText text={message.text} />
        </div>
      </div>
      {deleting ? (
        <Confirm
          question="Delete this question and what follows it?"
          onYes={() => {
            page.focusBox();
            page.send({ type: 'delete', id: message.id });
          }}
          onNo={() => setDeleting(false)}
        />
      ) : (
        <div class="question-actions">
          <span class="quiet">
            <IconButton
              icon="edit"
              label="Edit question"
              disabled={busy}
              onClick={() => page.dispatch({ type: 'edit', id: message.id })}
            />
            <CopyButton
              label="Copy question"
              onCopy={() => page.send({ type: 'copy', text: message.text })}
            />
            <IconButton
              icon="trash"
              label="Delete question"
              disabled={busy}
              onClick={() => setDeleting(true)}
            />
          </span>
          <Siblings message={message} busy={busy} what="question" />
        </div>
      )}
    </article>
  );
});

function QuestionText({ text }: { readonly text: string }) {
  if (text.length > longestMarked) return <LongText text={text} />;
  return (
    <>
      {questionPieces(text).map((piece, at) =>
        piece.marked ? (
          <span key={at} class="mention">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
