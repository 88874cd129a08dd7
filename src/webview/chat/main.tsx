import { render } from 'preact';
import type { ToPage } from '../../core/chat/view.ts';
import { App } from './App.tsx';
import './chat.css';
import { PageContext, type Page } from './page.ts';
import { nothingSaved, readSaved, type SavedPage } from './saved.ts';
import { Store } from './store.ts';
import './vscodeApi.ts';

/** What is typed is kept this long after the last key at the latest, in milliseconds. */
const saveAfter = 250;

const api = acquireVsCodeApi();
const store = new Store({
  frame: (run) => requestAnimationFrame(run),
  soon: (run) => queueMicrotask(run),
});

let saved: SavedPage = readSaved(api.getState());
let saving: ReturnType<typeof setTimeout> | null = null;
let requests = 0;

function saveNow(): void {
  if (saving !== null) clearTimeout(saving);
  saving = null;
  api.setState(saved);
}

const page: Page = {
  send: (message) => api.postMessage(message),
  dispatch: (event) => store.dispatch(event),
  nextRequest: () => (requests += 1),
  saved: () => saved,
  save: (change) => {
    saved = { ...nothingSaved, ...saved, ...change };
    saving ??= setTimeout(saveNow, saveAfter);
  },
  focusBox: () => document.querySelector<HTMLTextAreaElement>('.ask textarea')?.focus(),
};

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => store.dispatch(data));
document.addEventListener('visibilitychange', saveNow);
window.addEventListener('pagehide', saveNow);
// The view was given the focus, and nothing in it has it yet.
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) page.focusBox();
});

const root = document.querySelector('#page');
if (root !== null) {
  root.replaceChildren();
  render(
    <PageContext.Provider value={page}>
      <App store={store} />
    </PageContext.Provider>,
    root,
  );
  if (saved.editing !== null) store.dispatch({ type: 'edit', id: saved.editing.id });
  page.send({ type: 'ready' });
}
