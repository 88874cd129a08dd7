import { markerTexts, nextEditTokens } from '../core/prompt/families.ts';
import { resolveFormat, type PromptFormat } from '../core/prompt/format.ts';
import { elementsOf, numberOf, textOf, type ModelContents } from './metadata.ts';

/** `llama_token_type` (llama.h): tokens that are parsed as one where special tokens are asked for. */
const markerTypes: ReadonlySet<unknown> = new Set([3, 4]);
/** Types that llama.cpp corrects to `control` for the marker texts it knows (llama-vocab.cpp). */
const correctedTypes: ReadonlySet<unknown> = new Set([0, 1]);
const correctedTexts =
  /^(<\|fim_(prefix|suffix|middle)\|>|<fim[-_](prefix|suffix|middle)>|<｜fim▁(begin|hole|end)｜>|▁?<(PRE|SUF|MID)>|<\|code_(prefix|suffix|middle)\|>|<\|(prefix|suffix|middle)\|>|<\|repo_name\|>|<\|file_sep\|>|<reponame>|<\|im_end\|>)$/;

/** The tokens of a model that `readModel` read. */
export interface HeaderVocabulary {
  /** A token's text as the file has it, or null. */
  readonly text: (id: number) => string | null;
  /** The prompt format that the engine will find for the file, before any self-test. */
  readonly format: PromptFormat;
}

/** Finds the markers of a model's vocabulary as the engine does with llama.cpp's. */
export function headerVocabulary(model: ModelContents): HeaderVocabulary {
  const tokens = elementsOf(model, 'tokenizer.ggml.tokens');
  const types = elementsOf(model, 'tokenizer.ggml.token_type');
  const wanted = new Set([...markerTexts, ...nextEditTokens]);
  const markers = new Map<string, number>();
  for (const [id, text] of tokens.entries()) {
    if (typeof text !== 'string' || !wanted.has(text)) continue;
    const type = types[id] ?? 1;
    if (markerTypes.has(type) || (correctedTypes.has(type) && correctedTexts.test(text))) {
      markers.set(text, id);
    }
  }
  const noText = (): never => {
    throw new Error('A header has no tokenizer.');
  };
  const format = resolveFormat(
    {
      architecture: textOf(model, 'general.architecture'),
      names: ['general.basename', 'general.name'].map((key) => textOf(model, key) ?? '').join(' '),
      fimPrefix: tokenId(model, 'fim_pre', 'prefix'),
      fimSuffix: tokenId(model, 'fim_suf', 'suffix'),
      fimMiddle: tokenId(model, 'fim_mid', 'middle'),
    },
    {
      tokenize: noText,
      detokenize: noText,
      specialToken: (text) => markers.get(text) ?? null,
      bos: numberOf(model, 'tokenizer.ggml.bos_token_id'),
    },
  );
  return {
    text: (id) => {
      const text = tokens[id];
      return typeof text === 'string' ? text : null;
    },
    format,
  };
}

/** The id that the metadata names under one of these keys; older files have the second. */
function tokenId(model: ModelContents, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = numberOf(model, `tokenizer.ggml.${key}_token_id`);
    if (value !== null) return value;
  }
  return null;
}
