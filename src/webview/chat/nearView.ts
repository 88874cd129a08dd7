/** How far outside of the view something is made ready, in pixels: about a page. */
const margin = 900;

/** One observer for each scrolling frame. */
const observers = new WeakMap<Element, IntersectionObserver>();
const waiting = new WeakMap<Element, () => void>();

/** Runs something once, when an element of a conversation comes near to what is in view; returns how to take it back. */
export function whenNear(element: Element, run: () => void): () => void {
  const frame = element.closest('.messages');
  if (frame === null) {
    run();
    return () => undefined;
  }
  let observer = observers.get(frame);
  if (observer === undefined) {
    observer = new IntersectionObserver(come, { root: frame, rootMargin: `${margin}px 0px` });
    observers.set(frame, observer);
  }
  waiting.set(element, run);
  observer.observe(element);
  return () => {
    waiting.delete(element);
    observer.unobserve(element);
  };
}

function come(entries: readonly IntersectionObserverEntry[], observer: IntersectionObserver): void {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    waiting.get(target)?.();
    waiting.delete(target);
  }
}
