import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { HistoryEntry } from '../../core/chat/view.ts';
import { Confirm, IconButton, useFocusBack } from './controls.tsx';
import { groupEntries, shortTime } from './historyGroups.ts';
import { Icon } from './icons.tsx';
import { stepIn } from './keys.ts';
import { usePage } from './page.ts';
import type { PageState } from './state.ts';

/** A search begins this long after the last key, in milliseconds. */
const searchAfter = 150;

/** All conversations, to search, open and delete. */
export function History({ state }: { readonly state: PageState }) {
  const { send, dispatch } = usePage();
  const [query, setQuery] = useState('');
  const frame = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const asked = useRef('');
  useLayoutEffect(() => search.current?.focus(), []);
  useEffect(() => send({ type: 'history', query: '' }), []);
  useEffect(() => {
    if (query === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = query;
      send({ type: 'history', query });
    }, searchAfter);
    return () => clearTimeout(timer);
  }, [query]);
  const entries = state.history?.entries ?? [];
  const now = Date.now();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return dispatch({ type: 'show', what: 'conversation' });
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null;
    if (step === null) return;
    event.preventDefault();
    const stops = [...(frame.current?.querySelectorAll<HTMLElement>('input, .entry-open') ?? [])];
    const at = stops.findIndex((stop) => stop.parentElement?.contains(document.activeElement));
    stops[stepIn(stops.length, at, step)]?.focus();
  };
  return (
    <section class="history" aria-label="Chats" ref={frame} onKeyDown={onKeyDown}>
      <div class="search">
        <Icon name="search" />
        <input
          ref={search}
          type="search"
          aria-label="Search chats"
          placeholder="Search chats"
          value={query}
          onInput={({ currentTarget }) => setQuery(currentTarget.value)}
        />
      </div>
      <p class="visually-hidden" role="status">
        {state.history !== null && (entries.length === 1 ? '1 chat' : `${entries.length} chats`)}
      </p>
      <div class="entries">
        {state.history !== null && entries.length === 0 && (
          <p class="nothing">
            {state.history.query.trim() === '' ? 'There are no chats yet.' : 'No chat has these words.'}
          </p>
        )}
        {groupEntries(entries, now).map(({ title, entries: grouped }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <ul>
              {grouped.map((entry) => (
                <Entry key={entry.id} entry={entry} now={now} current={entry.id === state.id} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  );
}

function Entry({
  entry,
  now,
  current,
}: {
  readonly entry: HistoryEntry;
  readonly now: number;
  readonly current: boolean;
}) {
  const { send, dispatch } = usePage();
  const row = useRef<HTMLLIElement>(null);
  const [deleting, setDeleting] = useState(false);
  useFocusBack(deleting, row, '.entry-open');
  if (deleting)
    return (
      <li class="entry" ref={row}>
        <Confirm
          question={`Delete “${entry.title}”?`}
          onYes={() => {
            send({ type: 'deleteConversation', id: entry.id });
            document.querySelector<HTMLElement>('.search input')?.focus();
          }}
          onNo={() => setDeleting(false)}
        />
      </li>
    );
  return (
    <li class={current ? 'entry current' : 'entry'} ref={row}>
      <button
        type="button"
        class="entry-open"
        aria-current={current ? 'true' : undefined}
        onClick={() => {
          send({ type: 'openConversation', id: entry.id });
          dispatch({ type: 'show', what: 'conversation' });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Delete') setDeleting(true);
        }}
      >
        <span class="entry-title">{entry.title}</span>
        <span class="entry-time">{shortTime(entry.at, now)}</span>
        {!entry.here && <span class="entry-elsewhere">Another workspace</span>}
        {entry.excerpt !== null && <span class="entry-excerpt">{entry.excerpt}</span>}
      </button>
      <IconButton icon="trash" label={`Delete ${entry.title}`} onClick={() => setDeleting(true)} />
    </li>
  );
}
