/** An edge with what hangs below it; `label` is never empty but at the root. */
interface Node<V> {
  label: string;
  value: V | undefined;
  /** By the first UTF-16 unit of the child's label. */
  readonly children: Map<string, Node<V>>;
}

/**
 * A radix trie (compressed prefix tree; Morrison 1968, "PATRICIA") over UTF-16 strings: finds every stored key that a
 * text begins with in one walk along the text.
 */
export class RadixTrie<V> {
  readonly #root: Node<V> = { label: '', value: undefined, children: new Map() };
  #size = 0;

  /** How many keys are stored. */
  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    for (const { length, value } of this.prefixesOf(key)) if (length === key.length) return value;
    return undefined;
  }

  set(key: string, value: V): void {
    let node = this.#root;
    let at = 0;
    while (at < key.length) {
      const child = node.children.get(key.charAt(at));
      if (child === undefined) {
        node.children.set(key.charAt(at), { label: key.slice(at), value, children: new Map() });
        this.#size += 1;
        return;
      }
      const shared = sharedLength(child.label, key, at);
      if (shared < child.label.length) split(child, shared);
      node = child;
      at += shared;
    }
    if (node.value === undefined) this.#size += 1;
    node.value = value;
  }

  /** Removes a key; true if it was there. Edges that it alone needed go with it. */
  delete(key: string): boolean {
    const path: Node<V>[] = [this.#root];
    let at = 0;
    while (at < key.length) {
      const child = path.at(-1)?.children.get(key.charAt(at));
      if (child === undefined || !key.startsWith(child.label, at)) return false;
      path.push(child);
      at += child.label.length;
    }
    const node = path.pop();
    if (node?.value === undefined) return false;
    node.value = undefined;
    this.#size -= 1;
    const parent = path.pop();
    if (parent === undefined) return true;
    if (node.children.size === 0) parent.children.delete(node.label.charAt(0));
    else joinOnlyChild(node);
    if (parent !== this.#root) joinOnlyChild(parent);
    return true;
  }

  /** The stored keys that `text` begins with, shortest first: each key's length and its value. */
  *prefixesOf(text: string): Generator<{ readonly length: number; readonly value: V }> {
    let node: Node<V> | undefined = this.#root;
    let at = 0;
    while (node !== undefined) {
      if (node.value !== undefined) yield { length: at, value: node.value };
      const child: Node<V> | undefined = at < text.length ? node.children.get(text.charAt(at)) : undefined;
      if (child === undefined || !text.startsWith(child.label, at)) return;
      at += child.label.length;
      node = child;
    }
  }

  clear(): void {
    this.#root.children.clear();
    this.#root.value = undefined;
    this.#size = 0;
  }
}

/** How many units of `label` stand in `key` from `at` on. */
function sharedLength(label: string, key: string, at: number): number {
  const most = Math.min(label.length, key.length - at);
  if (key.startsWith(label, at)) return label.length;
  let length = 0;
  while (length < most && label.charCodeAt(length) === key.charCodeAt(at + length)) length += 1;
  return length;
}

/** Puts a node of its own where `node`'s label has its unit `at`. */
function split<V>(node: Node<V>, at: number): void {
  const rest: Node<V> = {
    label: node.label.slice(at),
    value: node.value,
    children: new Map(node.children),
  };
  node.label = node.label.slice(0, at);
  node.value = undefined;
  node.children.clear();
  node.children.set(rest.label.charAt(0), rest);
}

/** A node without value and with one child is only a longer edge. */
function joinOnlyChild<V>(node: Node<V>): void {
  if (node.value !== undefined || node.children.size !== 1) return;
  const [child] = node.children.values();
  if (child === undefined) return;
  node.label += child.label;
  node.value = child.value;
  node.children.clear();
  for (const [unit, grandchild] of child.children) node.children.set(unit, grandchild);
}
