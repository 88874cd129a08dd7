import type { LlamaModel, Token } from 'node-llama-cpp';
import type { ControlToken } from '../../core/chat/template/promptTokens.ts';

/** Types of `tokenizer.ggml.token_type` that are matched in text when special tokens are (llama.h). */
const special: ReadonlySet<number> = new Set([2, 3, 4]);
/** How control tokens read; llama.cpp takes some for such though the file does not say so. */
const marker = /^(?:<[^\s<>]{1,60}>|\[[A-Z_/]{1,40}\]|◁[^\s▷]{1,40}▷)$/u;

/** The control tokens of a vocabulary, by text; those that a file calls user-defined where they read like markers. */
export class ControlTokens {
  readonly #byText = new Map<string, ControlToken>();
  readonly #byId = new Map<number, string>();

  constructor(model: LlamaModel) {
    const { tokens, token_type: types = [] } = model.fileInfo.metadata.tokenizer.ggml;
    tokens.forEach((text, id) => {
      if (text === '' || !(special.has(types[id] ?? 0) || marker.test(text))) return;
      const attributes = model.getTokenAttributes(id as Token);
      const { control, unknown, userDefined } = attributes;
      // Blanks and tags of HTML that a vocabulary has whole are text.
      if (!control && !unknown && !(userDefined && marker.test(text))) return;
      const { lstrip: stripsBefore, rstrip: stripsBehind } = attributes;
      this.#byText.set(text, { id, stripsBefore, stripsBehind });
      this.#byId.set(id, text);
    });
  }

  get texts(): readonly string[] {
    return [...this.#byText.keys()];
  }

  has(text: string): boolean {
    return this.#byText.has(text);
  }

  /** The token with this text; throws RangeError for none. */
  token(text: string): ControlToken {
    const found = this.#byText.get(text);
    if (found === undefined) throw new RangeError(`${text} is no control token.`);
    return found;
  }

  /** The text of a control token; null for any other. */
  textOf(id: number): string | null {
    return this.#byId.get(id) ?? null;
  }
}
