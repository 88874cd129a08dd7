import { countErrors } from '../../src/core/syntax/errors.ts';
import type { SyntaxNode } from '../../src/core/syntax/node.ts';
import { outline, type Definition } from '../../src/core/syntax/outline.ts';
import type { ParsedFacts, SyntaxFactsPort } from '../../src/core/refactor/types.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';

/** Texts whose facts are kept: every refactor of a file asks for the text before. */
const mostKept = 64;
/** As in the worker. */
const longestParseMs = 1_000;

/** The worker's parsers in this process. */
export class ParserFacts implements SyntaxFactsPort {
  readonly #parsers: Parsers;
  readonly #known = new Map<string, Promise<ParsedFacts | null>>();

  constructor(parsers: Parsers) {
    this.#parsers = parsers;
  }

  facts(language: string, _path: string, text: string): Promise<ParsedFacts | null> {
    const key = `${language}\n${text}`;
    let facts = this.#known.get(key);
    if (facts === undefined) {
      facts = this.#parse(language, text);
      this.#known.set(key, facts);
      const [oldest] = this.#known.keys();
      if (this.#known.size > mostKept && oldest !== undefined) this.#known.delete(oldest);
    }
    return facts;
  }

  /** The definitions of a text, with offsets. */
  async definitions(language: string, text: string): Promise<Definition[]> {
    const grammar = await this.#parsers.grammar(language);
    const tree = grammar === null ? null : this.#parsers.parseWith(grammar, text);
    if (grammar === null || tree === null) return [];
    const definitions = outline(text, grammar.facts.matches(tree.rootNode));
    tree.delete();
    return definitions;
  }

  async #parse(language: string, text: string): Promise<ParsedFacts | null> {
    const grammar = await this.#parsers.grammar(language);
    const tree = grammar === null ? null : this.#parsers.parseWithin(grammar, text, longestParseMs);
    if (grammar === null || tree === null || tree === 'slow') return null;
    const matches = this.#parsers.factsWithin(grammar, tree, longestParseMs);
    const facts =
      matches === 'slow'
        ? null
        : {
            errors: countErrors(tree.rootNode),
            firstErrorLine: firstErrorLine(tree.rootNode),
            definitions: outline(text, matches),
          };
    tree.delete();
    return facts;
  }
}

function firstErrorLine(root: SyntaxNode): number | null {
  let node = root;
  while (node.hasError && !node.isError && !node.isMissing) {
    const inner = node.children.find((child) => child.hasError || child.isMissing);
    if (inner === undefined) break;
    node = inner;
  }
  return root.hasError ? node.startPosition.row + 1 : null;
}
