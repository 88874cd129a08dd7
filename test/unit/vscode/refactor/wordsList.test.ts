import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QuickPick } from 'vscode';
import { askInList, type WordsItem } from '../../../../src/vscode/refactor/wordsList.ts';

/** A list as VS Code has it, driven by the test: what it shows follows only where the test says so. */
class List {
  items: readonly WordsItem[] = [];
  value = '';
  activeItems: readonly WordsItem[] = [];
  isOpen = false;
  isDisposed = false;
  #heard: Record<string, ((said: never) => void)[]> = {};
  readonly onDidChangeValue = this.#event('value');
  readonly onDidChangeActive = this.#event('active');
  readonly onDidAccept = this.#event('accept');
  readonly onDidHide = this.#event('hide');

  show(): void {
    this.isOpen = true;
  }

  dispose(): void {
    this.isDisposed = true;
  }

  /** A key is told; the list still shows what it did. */
  type(value: string): void {
    this.value = value;
    this.#fire('value', value);
  }

  /** The list has followed, and one of its entries is active. */
  activate(index = 0): void {
    this.activeItems = this.items.slice(index, index + 1);
    this.#fire('active', this.activeItems);
  }

  accept(): void {
    this.#fire('accept', undefined);
  }

  hide(): void {
    this.#fire('hide', undefined);
  }

  #event(name: string): (listener: (said: never) => void) => void {
    return (listener) => (this.#heard[name] ??= []).push(listener);
  }

  #fire(name: string, said: unknown): void {
    for (const listener of this.#heard[name] ?? []) listener(said as never);
  }
}

const past = ['Use a map', 'Add a limit'];
const items = (typed: string): WordsItem[] => [
  ...(typed === '' ? [] : [{ label: typed, words: typed, isTyped: true }]),
  ...past.map((words) => ({ label: words, words, isTyped: false })),
];

function asked({ signal = null as AbortSignal | null } = {}): { list: List; answer: Promise<string | null> } {
  const list = new List();
  const pick = list as unknown as QuickPick<WordsItem>;
  const answer = askInList(pick, { items, isAnswer: (words) => words !== '', signal });
  list.activate();
  return { list, answer };
}

describe('a list in which something is picked or typed', () => {
  it('gives what is picked before anything is typed', async () => {
    const { list, answer } = asked();
    list.activate(1);
    list.accept();
    assert.equal(await answer, 'Add a limit');
    assert.ok(list.isDisposed);
  });

  it('gives what is typed, and what is picked below it', async () => {
    const typed = asked();
    typed.list.type('a m');
    typed.list.activate();
    typed.list.accept();
    assert.equal(await typed.answer, 'a m');
    const picked = asked();
    picked.list.type('a m');
    picked.list.activate();
    picked.list.activate(1);
    picked.list.accept();
    assert.equal(await picked.answer, 'Use a map');
  });

  it('gives what is typed where Enter overtakes the list', async () => {
    const first = asked();
    first.list.type('a');
    first.list.accept();
    assert.equal(await first.answer, 'a');
    // Of the list from before, only what was said in the past fits the last key.
    const last = asked();
    last.list.type('a ');
    last.list.activate();
    last.list.type('a m');
    last.list.activate(1);
    last.list.accept();
    assert.equal(await last.answer, 'a m');
    const behind = asked();
    behind.list.type('ma');
    behind.list.activate();
    behind.list.type('map');
    behind.list.accept();
    assert.equal(await behind.answer, 'map');
  });

  it('leaves the list alone where only blanks are typed', async () => {
    const { list, answer } = asked();
    list.type('a');
    list.activate();
    list.activate(2);
    const shown = list.items;
    list.type('a ');
    assert.equal(list.items, shown);
    list.accept();
    assert.equal(await answer, 'Add a limit');
  });

  it('goes on where nothing is said, until the user gives up', async () => {
    const { list, answer } = asked();
    list.type('x');
    list.type('');
    list.activeItems = [];
    list.accept();
    assert.ok(!list.isDisposed);
    list.hide();
    assert.equal(await answer, null);
  });

  it('is taken away by its signal, and does not come up after that', async () => {
    const over = new AbortController();
    const { list, answer } = asked({ signal: over.signal });
    assert.ok(list.isOpen);
    over.abort();
    assert.deepEqual([await answer, list.isDisposed], [null, true]);
    const late = asked({ signal: over.signal });
    assert.deepEqual([await late.answer, late.list.isOpen], [null, false]);
  });
});
