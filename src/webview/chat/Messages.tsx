import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Answer } from './Answer.tsx';
import { Icon } from './icons.tsx';
import { Question } from './Question.tsx';
import type { PageState } from './state.ts';

/** Messages that are drawn at once, from the newest up, and that are added in each pause after. */
const drawnAtOnce = 6;
const drawnAPause = 8;
/** Nearer to the end than this, in pixels, counts as being there. */
const nearEnd = 24;

/** The messages of a conversation. They are followed to the newest as long as the user is there. */
export function Messages({ state }: { readonly state: PageState }) {
  const { messages, busy, prefill, routes, consent } = state;
  const frame = useRef<HTMLDivElement>(null);
  const hidden = useOlderHidden(messages.length, state.id);
  const asked = messages.findLast(({ role }) => role === 'user')?.id ?? null;
  const { away, toEnd, holding } = useFollowing(frame, messages, busy || hidden > 0, `${state.id} ${asked}`);
  return (
    <div class="conversation">
      <div
        ref={frame}
        class="messages"
        role="log"
        aria-live="off"
        aria-label="Conversation"
        tabIndex={0}
        {...holding}
      >
        <div class="messages-inner">
          {messages.slice(hidden).map((message, at) => (
            <div key={message.id} class="message">
              {message.windowStart && hidden + at > 0 && (
                <p class="window-start">Earlier messages are no longer sent to the model</p>
              )}
              {message.role === 'user' ? (
                <Question message={message} busy={busy} editing={state.editing === message.id} />
              ) : (
                <Answer
                  message={message}
                  busy={busy}
                  prefill={prefill?.id === message.id ? prefill : null}
                  question={messages[hidden + at - 1]?.id ?? null}
                  model={message.reason === 'no-chat-model' ? state.model : null}
                  commitMessage={state.commitMessage}
                  routes={routes}
                  consent={consent?.id === message.id ? consent : null}
                  near={hidden + at >= messages.length - drawnAtOnce}
                />
              )}
            </div>
          ))}
        </div>
      </div>
      {away && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" /> Jump to newest
        </button>
      )}
    </div>
  );
}

/** How many of the oldest messages are not drawn yet: fewer with each pause in which there is nothing else to do. */
function useOlderHidden(count: number, id: string | null): number {
  const [shown, setShown] = useState({ id, from: Math.max(0, count - drawnAtOnce) });
  const fresh = shown.id !== id || shown.from > count;
  const from = fresh ? Math.max(0, count - drawnAtOnce) : shown.from;
  if (fresh) setShown({ id, from });
  useEffect(() => {
    if (from === 0) return;
    return inPause(() => setShown({ id, from: Math.max(0, from - drawnAPause) }));
  }, [id, from]);
  return from;
}

/** Runs something in the next pause; the function that it returns takes that back. */
function inPause(run: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const handle = requestIdleCallback(run, { timeout: 300 });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(run, 30);
  return () => clearTimeout(timer);
}

/**
 * Keeps a scrolling frame at its end while what is in it grows, until the user goes up. What is in it depends on
 * `content`; `grows` says that it also does by itself; another `anew` leads to the end again.
 */
function useFollowing(
  frame: { readonly current: HTMLDivElement | null },
  content: unknown,
  grows: boolean,
  anew: string,
) {
  const following = useRef(true);
  const growing = useRef(grows);
  const last = useRef({ top: 0, height: 0 });
  const [away, setAway] = useState(false);
  growing.current = grows;
  const follow = () => {
    if (!following.current || frame.current === null) return;
    frame.current.scrollTop = frame.current.scrollHeight;
  };
  const leave = () => {
    following.current = false;
  };
  const toEnd = () => {
    following.current = true;
    setAway(false);
    follow();
    frame.current?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    following.current = true;
    setAway(false);
    follow();
  }, [anew]);
  useLayoutEffect(follow, [content]);
  useEffect(() => {
    const outer = frame.current;
    const inner = outer?.firstElementChild;
    if (outer === null || inner == null) return;
    // The frame's own size changes with the box below it; what is in it must not move when a fold is opened.
    const sizes = new ResizeObserver((entries) => {
      if (growing.current || entries.some(({ target }) => target === outer)) follow();
    });
    sizes.observe(outer);
    sizes.observe(inner);
    return () => sizes.disconnect();
  }, []);
  const holding = {
    onScroll: ({
      currentTarget: { scrollTop: top, scrollHeight: height, clientHeight },
    }: {
      currentTarget: HTMLDivElement;
    }) => {
      if (height - top - clientHeight < nearEnd) following.current = true;
      else if (top < last.current.top && height === last.current.height) leave();
      last.current = { top, height };
      setAway(!following.current);
    },
    onWheel: ({ deltaY }: WheelEvent) => deltaY < 0 && leave(),
    onTouchMove: leave,
    onClick: ({ target }: MouseEvent) => {
      // What the user unfolds stays where it is.
      if (target instanceof Element && target.closest('summary') !== null) leave();
    },
    onKeyDown: ({ key }: KeyboardEvent) => ['ArrowUp', 'PageUp', 'Home'].includes(key) && leave(),
  };
  return { away, toEnd, holding };
}
