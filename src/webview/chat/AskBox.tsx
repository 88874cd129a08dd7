import { useRef, useState } from 'preact/hooks';
import type { Chip } from '../../core/chat/view.ts';
import { AddContext } from './AddContext.tsx';
import { Chips } from './Chips.tsx';
import { Composer } from './Composer.tsx';
import { IconButton } from './controls.tsx';
import { ModelLine } from './ModelLine.tsx';
import { usePage } from './page.ts';
import { RoutePicker } from './RoutePicker.tsx';
import { asksLocal, lastQuestion, type PageState } from './state.ts';

/** The box at the page's end, where questions are written, with what goes with them. */
export function AskBox({ state }: { readonly state: PageState }) {
  const page = usePage();
  const [taken, setTaken] = useState(page.saved().chipsTaken);
  const sent = useRef<string | null>(null);
  const markTaken = (chipsTaken: boolean) => {
    setTaken(chipsTaken);
    page.save({ chipsTaken });
  };
  const remove = (chip: Chip) => {
    page.send({ type: 'removeChip', id: chip.id });
    if (chip.implicit) markTaken(true);
  };
  const restore = () => {
    page.send({ type: 'restoreChips' });
    markTaken(false);
    page.focusBox();
  };
  return (
    <form class="ask" aria-label="Ask Hearth" onSubmit={(event) => event.preventDefault()}>
      <Composer
        start={page.saved().draft}
        label="Ask Hearth"
        placeholder="Ask about your code (@ context, / commands)"
        busy={state.busy}
        // A page that takes the focus when it is loaded would take it from the editor.
        focusAtStart={document.hasFocus()}
        recall={lastQuestion(state.messages) ?? sent.current}
        insert={state.compose}
        onText={(draft) => page.save({ draft })}
        onSend={(text) => {
          sent.current = text;
          page.dispatch({ type: 'dismissNotice' });
          page.send({ type: 'ask', text });
          markTaken(false);
        }}
        onStop={() => page.send({ type: 'stop' })}
        above={
          (state.chips.length > 0 || taken) && (
            <div class="chips-row">
              {state.chips.length > 0 && (
                <Chips chips={state.chips} label="Context of the next question" onRemove={remove} />
              )}
              {taken && <IconButton icon="retry" label="Offer again what was removed" onClick={restore} />}
            </div>
          )
        }
        below={
          <>
            <AddContext onType={() => page.dispatch({ type: 'type', text: '@' })} />
            <RoutePicker status={state.routes} />
            {asksLocal(state) && <ModelLine status={state.model} />}
          </>
        }
      />
    </form>
  );
}
