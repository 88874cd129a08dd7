import type { Tree } from 'web-tree-sitter';
import { anchorsIn } from '../core/syntax/anchors.ts';
import { completionEnd, judgedText, type CompletionEnd } from '../core/syntax/completionEnd.ts';
import { countErrors } from '../core/syntax/errors.ts';
import { importedModules } from '../core/syntax/imports.ts';
import { judgedWhileTyping } from '../core/syntax/languages.ts';
import { outline } from '../core/syntax/outline.ts';
import { closingOf } from '../core/syntax/tokens.ts';
import type { TextChange } from '../core/text/textDocument.ts';
import type { Overlay, TextWindow } from '../core/text/window.ts';
import type { SyntaxFacts } from './fileFacts.ts';
import { parseChanged } from './edits.ts';
import type { Grammar, Parsers } from './parsers.ts';
import { Trees } from './trees.ts';

/** A document as it is now. */
export interface SyntaxDocument {
  readonly document: string;
  readonly version: number;
  readonly languageId: string;
  readonly text: string;
}

/** A place in a document; the offset in its own UTF-16 units. */
export interface DocumentPlace {
  readonly offset: number;
  readonly overlay?: Overlay | undefined;
}

/** A text to insert at a place, in the place of `replaceRight` units right of it. */
export interface Candidate {
  readonly text: string;
  readonly replaceRight: number;
}

interface Prefix {
  readonly key: string;
  readonly grammar: Grammar;
  readonly text: string;
  readonly tree: Tree;
  /** What was last judged there, and how much of it stays whatever follows. */
  judged: string;
  kept: number;
}

/**
 * What the worker answers by syntax, about its open documents. Every answer is null without a grammar; where a
 * completion ends and whether it fits also where the language is not judged while typing.
 */
export class Syntax {
  readonly #parsers: Parsers;
  readonly #trees: Trees;
  /** What was last found out of a document's text: its context and the index ask for the same. */
  #facts: { document: string; text: string; facts: SyntaxFacts } | null = null;
  /** The document up to the cursor of the completion that is being judged. */
  #prefix: Prefix | null = null;

  constructor(parsers: Parsers) {
    this.#parsers = parsers;
    this.#trees = new Trees(parsers);
  }

  /** How many trees are held. */
  get trees(): number {
    return this.#trees.count + (this.#prefix === null ? 0 : 1);
  }

  /** Tells of an edit of `text`, a document's text before. */
  change(document: string, text: string, changes: readonly TextChange[]): void {
    this.#trees.change(document, text, changes);
  }

  /** Forgets a document that was closed or opened anew. */
  drop(document: string): void {
    this.#trees.drop(document);
    if (this.#facts?.document === document) this.#facts = null;
    if (this.#prefix?.key.startsWith(`${document}\n`)) this.#dropPrefix();
  }

  dispose(): void {
    this.#dropPrefix();
    this.#trees.dispose();
  }

  /** The offsets into the window's prefix at which definitions start, ascending; each is a line's start. */
  async anchors(document: SyntaxDocument, window: TextWindow): Promise<number[]> {
    const parsed = await this.#trees.parsed(document.document, document.languageId, document.text);
    if (parsed === null) return [];
    // By rows: the library's offsets count in bytes here.
    const range = {
      startPosition: { row: window.startLine - 1, column: 0 },
      endPosition: { row: window.cursorLine, column: 0 },
    };
    return anchorsIn(
      window.prefix,
      window.startLine,
      parsed.grammar.definitions.matches(parsed.tree.rootNode, range),
    );
  }

  /** What the document defines and imports. */
  async facts({ document, languageId, text }: SyntaxDocument): Promise<SyntaxFacts | null> {
    const known = this.#facts;
    if (known?.document === document && known.text === text) return known.facts;
    const parsed = await this.#trees.parsed(document, languageId, text);
    if (parsed === null) return null;
    const matches = parsed.grammar.facts.matches(parsed.tree.rootNode);
    const facts = { definitions: outline(text, matches), imports: importedModules(text, matches) };
    this.#facts = { document, text, facts };
    return facts;
  }

  /** Where a completion that is being written at `place` ends; see `completionEnd`. */
  async end(
    document: SyntaxDocument,
    place: DocumentPlace,
    text: string,
    ended: boolean,
  ): Promise<CompletionEnd | null> {
    const prefix = await this.#prefixAt(document, place);
    if (prefix === null) return null;
    const { grammar } = prefix;
    const judged = judgedText(text, ended);
    const at = prefix.text.length;
    const bare = parseChanged(this.#parsers, grammar, prefix.tree, prefix.text, insertion(at, judged));
    if (bare === null) return null;
    const closing = `\n${closingOf(bare.tree.rootNode, bare.text)}`;
    const end = at + judged.length;
    const closed = parseChanged(this.#parsers, grammar, bare.tree, bare.text, insertion(end, closing));
    bare.tree.delete();
    if (closed === null) return null;
    const found = completionEnd({ root: closed.tree.rootNode, text: bare.text, cursor: at }, ended);
    closed.tree.delete();
    // A string that is not closed yet can look like code.
    const keep = text.startsWith(prefix.judged) ? Math.max(found.keep, prefix.kept) : found.keep;
    prefix.judged = text;
    prefix.kept = keep;
    return { keep, stop: found.stop };
  }

  /**
   * The index of the first candidate that adds no syntax error to the document, or -1; in a document with errors, the
   * first one that leaves none, if there is such.
   */
  async check(
    document: SyntaxDocument,
    place: DocumentPlace,
    candidates: readonly Candidate[],
  ): Promise<number | null> {
    const parsed = await this.#trees.parsed(document.document, document.languageId, document.text);
    if (parsed === null || !judgedWhileTyping(parsed.grammar.name)) return null;
    const before = countErrors(parsed.tree.rootNode);
    const { overlay = { start: place.offset, end: place.offset, text: '' } } = place;
    const right = Math.max(place.offset, overlay.end);
    const errors = ({ text, replaceRight }: Candidate): number => {
      const change = {
        offset: overlay.start,
        length: Math.min(right + replaceRight, document.text.length) - overlay.start,
        text: overlay.text + text,
      };
      return this.#errorsAfter(parsed.grammar, parsed.tree, document.text, change);
    };
    if (before === 0) return candidates.findIndex((candidate) => errors(candidate) === 0);
    // Where the cursor's own line is the error, what mends it is better than what leaves it.
    const counts = candidates.map(errors);
    const whole = counts.indexOf(0);
    return whole >= 0 ? whole : counts.findIndex((count) => count <= before);
  }

  /** How many errors the document has after a change; more than any where that can't be parsed in time. */
  #errorsAfter(grammar: Grammar, tree: Tree, text: string, change: TextChange): number {
    const changed = parseChanged(this.#parsers, grammar, tree, text, change);
    if (changed === null) return Infinity;
    const errors = countErrors(changed.tree.rootNode);
    changed.tree.delete();
    return errors;
  }

  async #prefixAt(document: SyntaxDocument, place: DocumentPlace): Promise<Prefix | null> {
    const key = `${document.document}\n${document.version} ${JSON.stringify(place)}`;
    if (this.#prefix?.key === key) return this.#prefix;
    this.#dropPrefix();
    const parsed = await this.#trees.parsed(document.document, document.languageId, document.text);
    if (parsed === null || !judgedWhileTyping(parsed.grammar.name)) return null;
    const { start, text } = place.overlay ?? { start: place.offset, text: '' };
    const change = { offset: start, length: document.text.length - start, text };
    const cut = parseChanged(this.#parsers, parsed.grammar, parsed.tree, document.text, change);
    if (cut === null) return null;
    this.#prefix = { key, grammar: parsed.grammar, ...cut, judged: '', kept: 0 };
    return this.#prefix;
  }

  #dropPrefix(): void {
    this.#prefix?.tree.delete();
    this.#prefix = null;
  }
}

function insertion(offset: number, text: string): TextChange {
  return { offset, length: 0, text };
}
