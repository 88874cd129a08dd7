import { LlamaVocabularyType, type LlamaModel, type Token } from 'node-llama-cpp';
import { byteLevelBytes, sentencePieceBytes, toBytes, type ByteString } from '../../core/prompt/bytes.ts';
import { markerTexts } from '../../core/prompt/families.ts';
import type { Tokenizer } from '../../core/prompt/format.ts';
import { escaped } from '../../core/text/pattern.ts';

/** Texts whose tokens are kept: the head of a file stays the same for all keystrokes within a line. */
const keptTexts = 16;
/** Shorter texts are tokenised sooner than they are looked up. */
const shortest = 64;

/** A tokenizer that also knows what a token is made of. */
export interface ModelTokenizer extends Tokenizer {
  /** A token's own bytes, which may begin or end inside a character; '' for a control token. */
  bytes(token: number): ByteString;
}

/** A model's tokenizer for prompts: plain text never gives a marker, and what was tokenised is remembered for a while. */
export function createTokenizer(model: LlamaModel): ModelTokenizer {
  const special = new Map<string, number | null>();
  const specialToken = (text: string): number | null => {
    const known = special.get(text);
    if (known !== undefined) return known;
    const [token, ...more] = model.tokenize(text, true);
    const one = token !== undefined && more.length === 0 && isMarker(model, token);
    special.set(text, one ? token : null);
    return one ? token : null;
  };
  const markers = markerTexts.filter((text) => specialToken(text) !== null);
  const markerPattern = new RegExp(markers.map(escaped).join('|') || '(?!)', 'g');
  // SentencePiece puts a blank before each text that it tokenises, but the pieces of a prompt follow one another.
  const trim = model.vocabularyType === LlamaVocabularyType.spm ? 'trimLeadingSpace' : undefined;
  const tokenizePlain = (text: string): number[] => {
    // Some vocabularies match a marker even in plain text, so a marker's text is cut behind its first character.
    const cuts = [...text.matchAll(markerPattern)].map(({ index }) => index + 1);
    return [0, ...cuts].flatMap((from, piece) => {
      const part = text.slice(from, cuts[piece]);
      return part === '' ? [] : model.tokenize(part, false, trim);
    });
  };
  const kept = new Map<string, number[]>();
  return {
    tokenize: (text) => {
      if (text.length < shortest) return tokenizePlain(text);
      const tokens = kept.get(text) ?? tokenizePlain(text);
      kept.delete(text);
      kept.set(text, tokens);
      for (const oldest of kept.keys()) if (kept.size > keptTexts) kept.delete(oldest);
      return tokens;
    },
    detokenize: (tokens) => model.detokenize(tokens as Token[]),
    specialToken,
    bytes: tokenBytes(model),
    bos: model.tokens.shouldPrependBosToken ? model.tokens.bos : null,
  };
}

/**
 * Reads a token's bytes from the vocabulary, as llama.cpp does (`llama_vocab::token_to_piece`): its own detokenizer gives
 * text, in which the parts of a character are lost. What is asked for is remembered.
 */
function tokenBytes(model: LlamaModel): (token: number) => ByteString {
  const texts = model.fileInfo.metadata.tokenizer.ggml.tokens;
  const read = (token: Token): ByteString => {
    const text = texts[token];
    const { control, unknown, userDefined } = model.getTokenAttributes(token);
    if (control || unknown) return '';
    if (text === undefined) return toBytes(model.detokenize([token]));
    if (userDefined) return toBytes(text);
    if (model.vocabularyType === LlamaVocabularyType.bpe) return byteLevelBytes(text);
    const sentencePieces = [LlamaVocabularyType.spm, LlamaVocabularyType.ugm];
    return sentencePieces.includes(model.vocabularyType)
      ? sentencePieceBytes(text)
      : toBytes(model.detokenize([token]));
  };
  const known = new Map<number, ByteString>();
  return (token) => {
    let bytes = known.get(token);
    if (bytes === undefined) known.set(token, (bytes = read(token as Token)));
    return bytes;
  };
}

function isMarker(model: LlamaModel, token: Token): boolean {
  return model.isSpecialToken(token) || model.getTokenAttributes(token).userDefined;
}
