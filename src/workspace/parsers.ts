import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Language, Parser, Query, type QueryMatch, type Tree } from 'web-tree-sitter';
import { grammarFor, type GrammarName, type QueryName } from '../core/syntax/languages.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/**
 * A loaded grammar. Its parser is used for one parse at a time and keeps no state between them. `grammars/README.md` tells
 * what its queries capture.
 */
export class Grammar {
  readonly name: GrammarName;
  readonly parser: Parser;
  /**
   * What a file defines and imports, in one query, since to walk the tree and to compile take far longer than to match:
   * its matches serve `outline`, `anchorsIn` and `importedModules` alike.
   */
  readonly facts: Query;
  readonly #language: Language;
  readonly #sources: Readonly<Record<QueryName, string>>;
  readonly #queries = new Map<QueryName, Query>();

  constructor(name: GrammarName, language: Language, sources: Readonly<Record<QueryName, string>>) {
    this.name = name;
    this.facts = new Query(language, `${sources.definitions}\n${sources.imports}`);
    this.parser = new Parser().setLanguage(language);
    this.#language = language;
    this.#sources = sources;
  }

  /** `facts`, for `outline` and `anchorsIn`. */
  get definitions(): Query {
    return this.facts;
  }

  /** `facts`, for `importedModules`. */
  get imports(): Query {
    return this.facts;
  }

  /** For `enclosingScopes`; compiled when first used, as the next two. */
  get scopes(): Query {
    return this.#query('scopes');
  }

  /** For `blocksOf`. */
  get blocks(): Query {
    return this.#query('blocks');
  }

  /** For `documentationOf`. */
  get documentation(): Query {
    return this.#query('documentation');
  }

  /** Frees the parser and the compiled queries. */
  dispose(): void {
    this.parser.delete();
    this.facts.delete();
    for (const query of this.#queries.values()) query.delete();
    this.#queries.clear();
  }

  #query(name: QueryName): Query {
    let query = this.#queries.get(name);
    if (query === undefined) {
      query = new Query(this.#language, this.#sources[name]);
      this.#queries.set(name, query);
    }
    return query;
  }
}

export interface ParsersOptions {
  /** Milliseconds from any point in time. */
  readonly now?: () => number;
}

/** The library is one WebAssembly module for the whole thread, whatever folder its first user named. */
let library: Promise<void> | null = null;

/** Time to parse a document that is open: a large one takes a fraction of it. */
const longestLiveMs = 3_000;

/**
 * The grammars of a folder: `tree-sitter.wasm`, and for each language a folder with `grammar.wasm` and a file for
 * each query. Each is loaded when first asked for, once. What cannot be loaded is logged once and counts as no
 * grammar.
 */
export class Parsers {
  readonly #folder: string;
  readonly #log: (message: string) => void;
  readonly #grammars = new Map<GrammarName, Promise<Grammar | null>>();
  readonly #now: () => number;
  #parses = 0;

  constructor(
    grammarsFolder: string,
    log: (message: string) => void = () => undefined,
    { now = () => performance.now() }: ParsersOptions = {},
  ) {
    this.#folder = grammarsFolder;
    this.#log = log;
    this.#now = now;
  }

  /** How many parses were made, whole and incremental. */
  get parses(): number {
    return this.#parses;
  }

  /** The grammar of a language identifier or file extension; null where there is none. */
  grammar(languageId: string): Promise<Grammar | null> {
    const name = grammarFor(languageId);
    if (name === null) return Promise.resolve(null);
    let grammar = this.#grammars.get(name);
    if (grammar === undefined) {
      grammar = this.#load(name).catch((error: unknown) => {
        const why = sentenceOf(error);
        this.#log(`The grammar ${name} can't be used, so its files are treated as plain text: ${why}`);
        return null;
      });
      this.#grammars.set(name, grammar);
    }
    return grammar;
  }

  /**
   * Parses `text`, reusing `previous`: its tree before the edits, told of them with `edit`. The caller deletes
   * both. Null: no grammar for that language.
   */
  async parse(languageId: string, text: string, previous?: Tree): Promise<Tree | null> {
    const grammar = await this.grammar(languageId);
    return grammar === null ? null : this.parseWith(grammar, text, previous);
  }

  /**
   * As `parse`, with a grammar that is loaded. Null where it takes seconds: some broken files keep a parser busy for
   * minutes, until memory is full and no parser works any more.
   */
  parseWith(grammar: Grammar, text: string, previous?: Tree): Tree | null {
    const tree = this.parseWithin(grammar, text, longestLiveMs, previous ?? null);
    return tree === 'slow' ? null : tree;
  }

  /**
   * Parses `text` in at most about so many milliseconds; `'slow'` where that was not enough. Reuses `previous`: a tree of
   * the text before it was told of its edits. The caller deletes both trees.
   */
  parseWithin(
    grammar: Grammar,
    text: string,
    milliseconds: number,
    previous: Tree | null = null,
  ): Tree | 'slow' | null {
    this.#parses += 1;
    const deadline = this.#now() + milliseconds;
    let isSlow = false;
    // Where it is slow, the parser calls only every 40 ms.
    const progressCallback = (): boolean => (isSlow ||= this.#now() > deadline);
    const tree = grammar.parser.parse(withEnd(grammar, text), previous, { progressCallback });
    // Else it would go on with this text when asked for the next one.
    if (tree === null) grammar.parser.reset();
    return tree ?? (isSlow ? 'slow' : null);
  }

  /**
   * The matches of a grammar's `facts` in a tree, in at most about so many milliseconds; `'slow'` where that was not
   * enough: among thousands of brackets that nothing closes, a query takes minutes.
   */
  factsWithin(grammar: Grammar, tree: Tree, milliseconds: number): readonly QueryMatch[] | 'slow' {
    const deadline = this.#now() + milliseconds;
    let isSlow = false;
    const progressCallback = (): boolean => (isSlow ||= this.#now() > deadline);
    const matches = grammar.facts.matches(tree.rootNode, { progressCallback });
    return isSlow ? 'slow' : matches;
  }

  /** Frees every loaded grammar's parser and queries. */
  async dispose(): Promise<void> {
    const grammars = await Promise.all(this.#grammars.values());
    this.#grammars.clear();
    for (const grammar of grammars) grammar?.dispose();
  }

  async #load(name: GrammarName): Promise<Grammar> {
    library ??= loadLibrary(path.join(this.#folder, 'tree-sitter.wasm')).catch((error: unknown) => {
      library = null;
      throw error;
    });
    await library;
    const folder = path.join(this.#folder, name);
    const read = (query: QueryName): Promise<string> => readFile(path.join(folder, `${query}.scm`), 'utf8');
    const [wasm, definitions, imports, scopes, blocks, documentation] = await Promise.all([
      readFile(path.join(folder, 'grammar.wasm')),
      read('definitions'),
      read('imports'),
      read('scopes'),
      read('blocks'),
      read('documentation'),
    ]);
    const language = await Language.load(wasm);
    return new Grammar(name, language, { definitions, imports, scopes, blocks, documentation });
  }
}

async function loadLibrary(file: string): Promise<void> {
  await Parser.init({ wasmBinary: await readFile(file) });
}

/**
 * The text for the parser. Kotlin's scanner never ends, and asks nobody whether to go on, where the text ends in an
 * annotation (`@name`) behind a line end (tree-sitter-kotlin 1.1.0). A line end behind it ends it; it always stands
 * there, so that each tree fits to the one before.
 */
function withEnd({ name }: Grammar, text: string): string {
  return name === 'kotlin' ? `${text}\n` : text;
}
