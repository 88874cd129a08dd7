import { useEffect, useState } from 'preact/hooks';
import { AskBox } from './AskBox.tsx';
import { OffersContext } from './Composer.tsx';
import { IconButton } from './controls.tsx';
import { useDrop } from './drop.ts';
import { History } from './History.tsx';
import { Icon } from './icons.tsx';
import { LiveRegion } from './LiveRegion.tsx';
import { Messages } from './Messages.tsx';
import { ModelCard } from './ModelLine.tsx';
import { usePage } from './page.ts';
import { asksLocal, type PageState } from './state.ts';
import type { Store } from './store.ts';
import { Welcome } from './Welcome.tsx';

/** The whole page: the conversation with its box, or the list of all conversations. */
export function App({ store }: { readonly store: Store }) {
  const [state, setState] = useState(store.state);
  const { send } = usePage();
  useEffect(() => store.watch(() => setState(store.state)), [store]);
  const dropping = useDrop((uris) => send({ type: 'drop', uris }));
  const history = state.view === 'history';
  return (
    <OffersContext.Provider value={state.suggestions}>
      <main class="chat" aria-label="Hearth chat">
        <Header state={state} />
        {history ? <History state={state} /> : <Conversation state={state} />}
        <LiveRegion state={state} />
        {dropping && (
          <div class="drop-here" aria-hidden="true">
            <Icon name="add" /> Drop to add it to the question
          </div>
        )}
      </main>
    </OffersContext.Provider>
  );
}

function Conversation({ state }: { readonly state: PageState }) {
  const { dispatch, focusBox } = usePage();
  const empty = state.messages.length === 0;
  // The answer says so itself where it is for want of a model; what a model lacks is said once, before the first one.
  const told = state.model?.state === 'none' && state.messages.at(-1)?.reason === 'no-chat-model';
  const model = asksLocal(state) ? state.model : null;
  const warns = !empty && !told && model?.state !== 'ready';
  return (
    <>
      {!state.loaded ? (
        <div class="conversation" />
      ) : empty ? (
        <Welcome model={model} />
      ) : (
        <Messages state={state} />
      )}
      {state.notice !== null && (
        <div class="notice" role="alert">
          <Icon name="info" />
          <span>{state.notice}</span>
          <IconButton
            icon="close"
            label="Dismiss"
            onClick={() => {
              focusBox();
              dispatch({ type: 'dismissNotice' });
            }}
          />
        </div>
      )}
      {warns && <ModelCard status={model} />}
      <AskBox state={state} />
    </>
  );
}

function Header({ state }: { readonly state: PageState }) {
  const { send, dispatch, focusBox } = usePage();
  const history = state.view === 'history';
  const toConversation = () => {
    dispatch({ type: 'show', what: 'conversation' });
    requestAnimationFrame(focusBox);
  };
  return (
    <header class="head">
      {history && <IconButton icon="back" label="Back to the chat" onClick={toConversation} />}
      <h1 class="title" title={history ? undefined : state.title}>
        {history ? 'Chats' : state.title || 'New chat'}
      </h1>
      {!history && (
        <>
          {state.messages.length > 0 && (
            <IconButton icon="export" label="Export as Markdown" onClick={() => send({ type: 'export' })} />
          )}
          <IconButton
            icon="history"
            label="Chats"
            onClick={() => dispatch({ type: 'show', what: 'history' })}
          />
        </>
      )}
      <IconButton
        icon="add"
        label="New chat"
        onClick={() => {
          send({ type: 'new' });
          toConversation();
        }}
      />
    </header>
  );
}
