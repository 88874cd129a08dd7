import { createElement, type Component, type FunctionComponent } from 'preact';

/** A component that is drawn again only when one of its properties is another one. */
export function memo<P extends object>(component: FunctionComponent<P>): FunctionComponent<P> {
  function Memo(this: Component<P>, properties: P) {
    this.shouldComponentUpdate = differs;
    return createElement(component, properties);
  }
  return Memo as FunctionComponent<P>;
}

function differs(this: Component, next: object): boolean {
  const before = this.props as Record<string, unknown>;
  const after = next as Record<string, unknown>;
  const names = Object.keys(after);
  return (
    names.length !== Object.keys(before).length || names.some((name) => !Object.is(before[name], after[name]))
  );
}
