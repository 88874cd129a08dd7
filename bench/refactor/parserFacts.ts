import type { FileOutline, SyntaxPort } from '../../src/core/refactor/ports.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { parseText } from '../../src/workspace/refactor/parseText.ts';

/** Texts whose facts are kept: every refactor of a file asks for the text before. */
const mostKept = 64;

/** The worker's parsers in this process. */
export class ParserFacts implements SyntaxPort {
  readonly #parsers: Parsers;
  readonly #known = new Map<string, Promise<FileOutline | null>>();

  constructor(parsers: Parsers) {
    this.#parsers = parsers;
  }

  facts(language: string, path: string, text: string): Promise<FileOutline | null> {
    const key = `${language}\n${path}\n${text}`;
    let facts = this.#known.get(key);
    if (facts === undefined) {
      facts = parseText(this.#parsers, { kind: 'parse', language, path, text });
      this.#known.set(key, facts);
      const [oldest] = this.#known.keys();
      if (this.#known.size > mostKept && oldest !== undefined) this.#known.delete(oldest);
    }
    return facts;
  }
}
