import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FromPage } from '../../core/chat/view.ts';
import type { PageEvent } from './state.ts';
import type { SavedPage } from './saved.ts';

/** What every part of the page can do; it stays the same as long as the page lives. */
export interface Page {
  /** Tells the extension. */
  readonly send: (message: FromPage) => void;
  /** Tells the page's own state. */
  readonly dispatch: (event: PageEvent) => void;
  /** Numbers the requests for suggestions. */
  readonly nextRequest: () => number;
  /** What was typed and not sent. */
  readonly saved: () => SavedPage;
  readonly save: (change: Partial<SavedPage>) => void;
  /** Puts the cursor into the box. */
  readonly focusBox: () => void;
}

export const PageContext = createContext<Page | null>(null);

/** The page that a component is part of. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('This component is shown outside of the page.');
  return page;
}
