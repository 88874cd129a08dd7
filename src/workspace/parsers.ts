import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Language, Parser, Query, type Tree } from 'web-tree-sitter';
import { grammarFor, type GrammarName } from '../core/syntax/languages.ts';

/** A loaded grammar. Its parser is used for one parse at a time and keeps no state between them. */
export interface Grammar {
  readonly name: GrammarName;
  readonly parser: Parser;
  /** Captures `@definition.<kind>` and `@name`; see `outline`. */
  readonly definitions: Query;
  /** Captures `@import`, `@source` and `@name`; see `importedModules`. */
  readonly imports: Query;
}

/** The library is one WebAssembly module for the whole thread, whatever folder its first user named. */
let library: Promise<void> | null = null;

/**
 * The grammars of a folder: `tree-sitter.wasm`, and for each language a folder with `grammar.wasm`,
 * `definitions.scm` and `imports.scm`. Each is loaded when first asked for, once. What cannot be loaded is logged
 * once and counts as no grammar.
 */
export class Parsers {
  readonly #folder: string;
  readonly #log: (message: string) => void;
  readonly #grammars = new Map<GrammarName, Promise<Grammar | null>>();
  #parses = 0;

  constructor(grammarsFolder: string, log: (message: string) => void = () => undefined) {
    this.#folder = grammarsFolder;
    this.#log = log;
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
        const why = error instanceof Error ? error.message : String(error);
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

  /** As `parse`, with a grammar that is loaded. */
  parseWith(grammar: Grammar, text: string, previous?: Tree): Tree | null {
    this.#parses += 1;
    return grammar.parser.parse(text, previous);
  }

  /** Frees every loaded grammar's parser and queries. */
  async dispose(): Promise<void> {
    const grammars = await Promise.all(this.#grammars.values());
    this.#grammars.clear();
    for (const grammar of grammars) {
      grammar?.parser.delete();
      grammar?.definitions.delete();
      grammar?.imports.delete();
    }
  }

  async #load(name: GrammarName): Promise<Grammar> {
    library ??= loadLibrary(path.join(this.#folder, 'tree-sitter.wasm')).catch((error: unknown) => {
      library = null;
      throw error;
    });
    await library;
    const folder = path.join(this.#folder, name);
    const [wasm, definitions, imports] = await Promise.all([
      readFile(path.join(folder, 'grammar.wasm')),
      readFile(path.join(folder, 'definitions.scm'), 'utf8'),
      readFile(path.join(folder, 'imports.scm'), 'utf8'),
    ]);
    const language = await Language.load(wasm);
    const parser = new Parser().setLanguage(language);
    return {
      name,
      parser,
      definitions: new Query(language, definitions),
      imports: new Query(language, imports),
    };
  }
}

async function loadLibrary(file: string): Promise<void> {
  await Parser.init({ wasmBinary: await readFile(file) });
}
