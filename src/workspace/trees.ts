import type { Tree } from 'web-tree-sitter';
import type { TextChange } from '../core/text/textDocument.ts';
import { editTree } from './edits.ts';
import type { Grammar, Parsers } from './parsers.ts';

/** Trees kept; one of a document of 100 kB takes a few megabytes. */
const mostTrees = 16;
/** UTF-16 units; longer documents are not parsed. */
const longestParsed = 1_000_000;
/** A document that took seconds to parse in vain is not tried again for so long: nothing else works meanwhile. */
const restMs = 60_000;

/** A document's grammar and the tree of its present text. It belongs to `Trees`; copy it to edit it. */
export interface ParsedDocument {
  readonly grammar: Grammar;
  readonly tree: Tree;
}

interface Live extends ParsedDocument {
  /** Whether the tree was told of changes that it was not parsed with. */
  edited: boolean;
}

/**
 * The trees of open documents. One is made when it is first asked for; changes are told to it, and it is parsed
 * anew, incrementally, when next asked for. At most 16 are kept, those asked for last.
 */
export class Trees {
  readonly #parsers: Parsers;
  readonly #now: () => number;
  readonly #live = new Map<string, Live>();
  /** Until when documents rest. */
  readonly #resting = new Map<string, number>();

  /** `now`: milliseconds of a steady clock. */
  constructor(parsers: Parsers, now = () => performance.now()) {
    this.#parsers = parsers;
    this.#now = now;
  }

  /** How many trees are held. */
  get count(): number {
    return this.#live.size;
  }

  /** Tells a document's tree of an edit of `text`, its text before. */
  change(document: string, text: string, changes: readonly TextChange[]): void {
    const live = this.#live.get(document);
    if (live === undefined) return;
    editTree(live.tree, text, changes);
    live.edited = true;
  }

  /** Forgets a document's tree: it was closed, or got another text than by changes. */
  drop(document: string): void {
    this.#live.get(document)?.tree.delete();
    this.#live.delete(document);
    this.#resting.delete(document);
  }

  /** The tree of a document's present text; null without a grammar, or where the text is too long or too slow to parse. */
  async parsed(document: string, languageId: string, text: string): Promise<ParsedDocument | null> {
    const grammar = await this.#parsers.grammar(languageId);
    if (grammar === null || text.length > longestParsed) {
      this.drop(document);
      return null;
    }
    let live = this.#live.get(document);
    if (live === undefined || live.edited || live.grammar !== grammar) {
      const previous = live?.grammar === grammar ? live.tree : undefined;
      if ((this.#resting.get(document) ?? 0) > this.#now()) return null;
      const tree = this.#parsers.parseWith(grammar, text, previous);
      this.drop(document);
      if (tree === null) {
        this.#resting.set(document, this.#now() + restMs);
        return null;
      }
      live = { grammar, tree, edited: false };
    }
    this.#live.delete(document);
    this.#live.set(document, live);
    for (const oldest of this.#live.keys()) {
      if (this.#live.size <= mostTrees) break;
      this.drop(oldest);
    }
    return live;
  }

  dispose(): void {
    for (const document of [...this.#live.keys()]) this.drop(document);
  }
}
