import { numberOf, textOf, type ModelContents } from './metadata.ts';
import type { ModelKind } from './types.ts';

/** Architectures that turn text into vectors only (llama.cpp's llama-arch.cpp). */
const embeddingArchitectures =
  /^(bert|modern-bert|nomic-bert(-moe)?|neo-bert|jina-bert-v[23]|eurobert|gemma-embedding|llama-embed|t5encoder)$/;
/** Small helpers of one larger model, which can't write alone. */
const draftArchitectures = /^(eagle3|dflash|gemma4-assistant)$/;
/** Text models that Hearth can't drive: they read and write apart, or do not write from left to right. */
const otherArchitectures = /^(t5|dream|llada(-moe)?|rnd1|wavtokenizer-dec|qwen3tts|pockettts)$/;

/** What a GGUF file is, or the parts of a split model together. */
export function modelKind(model: ModelContents): ModelKind {
  const type = textOf(model, 'general.type');
  const architecture = textOf(model, 'general.architecture') ?? '';
  if (type === 'adapter' || model.metadata.has('adapter.type') || architecture === 'controlvector')
    return 'adapter';
  if (type === 'imatrix') return 'importance-matrix';
  if (type === 'mmproj' || architecture === 'clip') return 'projector';
  if (model.tensors.length === 0) return 'vocabulary';
  // 0 is "none"; models that write leave it out or at that.
  const pooling = numberOf(model, `${architecture}.pooling_type`) ?? 0;
  if (embeddingArchitectures.test(architecture) || pooling > 0) return 'embedding';
  if (draftArchitectures.test(architecture)) return 'draft';
  const tokenizer = textOf(model, 'tokenizer.ggml.model') ?? 'none';
  const silent = ['none', 'no_vocab'].includes(tokenizer) || otherArchitectures.test(architecture);
  return silent ? 'other' : 'text';
}

/** Why a file of this kind can't be used as a model, one sentence about "it"; null for one that can. */
export function unusable(kind: ModelKind): string | null {
  switch (kind) {
    case 'text':
      return null;
    case 'embedding':
      return 'It is an embedding model, which writes no text: choose a model for code or chat.';
    case 'projector':
      return 'It is the part of a model that reads pictures, and no model by itself: choose the model it belongs to.';
    case 'adapter':
      return 'It is an adapter (LoRA) for another model, and no model by itself: choose a whole model.';
    case 'vocabulary':
      return 'It holds a vocabulary only, and no model: choose the whole model.';
    case 'importance-matrix':
      return 'It is an importance matrix, which models are made with, and no model: choose the model itself.';
    case 'draft':
      return 'It is a helper that speeds up one other model, and no model by itself: choose the model it belongs to.';
    case 'other':
      return 'It is no model that writes text from left to right: choose a model for code or chat.';
  }
}
