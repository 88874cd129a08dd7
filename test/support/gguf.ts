import { open, writeFile } from 'node:fs/promises';
import { encodeHeader, string, uint32, writeGguf, type GgufTensorInput } from './ggufWriter.ts';
import {
  byteText,
  defaultLogit,
  headWidth,
  markovMetadata,
  markovTensors,
  tokenType,
  type Follower,
  type MarkovShape,
} from './markovModel.ts';

export * from './ggufWriter.ts';

/** A scripted answer: what the model says after one token, whatever stood before it. */
export interface Chain {
  /**
   * The token that sets it off: a marker such as `<|fim_middle|>`, or a character of one byte such as `=`.
   */
  readonly after: string;
  /**
   * The answer's tokens in order, as text or (for parts of a character) bytes. Each is used once in a model.
   */
  readonly pieces: readonly (string | Uint8Array)[];
  /** What follows the last piece: the end of text (the default), the first piece again, or a marker. */
  readonly end?: 'end-of-text' | 'loop' | { readonly token: string };
  /**
   * Score of each of its tokens against 0 for all others (default 20: as good as certain). The probability of
   * a piece is `1 / (1 + (vocabulary - 1) * exp(-logit))`.
   */
  readonly logit?: number;
}

/** Texts of the fill-in-the-middle tokens; null leaves one out of the vocabulary. */
export interface MarkerTexts {
  readonly prefix: string;
  readonly suffix: string;
  readonly middle: string | null;
  readonly pad: string | null;
  readonly repository: string | null;
  readonly file: string | null;
}

/** Qwen2.5-Coder's markers. */
export const qwenMarkers: MarkerTexts = {
  prefix: '<|fim_prefix|>',
  suffix: '<|fim_suffix|>',
  middle: '<|fim_middle|>',
  pad: '<|fim_pad|>',
  repository: '<|repo_name|>',
  file: '<|file_sep|>',
};

/** The part of `tokenizer.ggml.fim_…_token_id` that names each marker. */
const markerKeys: Readonly<Record<keyof MarkerTexts, string>> = {
  prefix: 'pre',
  suffix: 'suf',
  middle: 'mid',
  pad: 'pad',
  repository: 'rep',
  file: 'sep',
};

/** What a scripted model is made of. */
export interface ScriptedOptions {
  readonly path: string;
  readonly chains: readonly Chain[];
  /** The trained window, in tokens (default 4,096). */
  readonly contextLength?: number;
  /** Markers named in the metadata (default), in the vocabulary only, or nowhere. */
  readonly fimMarkers?: 'metadata' | 'vocabulary' | 'none';
  /** Texts of the markers (default Qwen2.5-Coder's). */
  readonly markers?: MarkerTexts;
  /**
   * How the vocabulary marks the markers (default `control`). llama.cpp finds a `user-defined` token in plain text too,
   * where nobody asked for special tokens.
   */
  readonly markerType?: 'control' | 'user-defined';
  /** More control tokens, by which families with the same markers are told apart. */
  readonly controlTokens?: readonly string[];
  readonly architecture?: 'llama' | 'qwen2';
  /** How it makes one vector of a text (`enum llama_pooling_type`); left out: it says nothing of that. */
  readonly pooling?: number;
  readonly name?: string;
  /** Layers, width and feed-forward width; they cost time and change no answer. */
  readonly layers?: number;
  /** At least the size of the vocabulary, a multiple of 64 (default: the smallest such). */
  readonly embd?: number;
  readonly feedForward?: number;
}

/** A scripted model on disk. */
export interface ScriptedModel {
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  /** Number of tokens. */
  readonly vocabulary: number;
  /** Id of a marker, of a character of one byte, or of a piece. Throws where there is none. */
  id(text: string): number;
}

const endOfText = '<|endoftext|>';

/**
 * Writes a model whose next token is a function of the current one, so that llama.cpp itself gives known
 * answers: tokens are one-hot embeddings, every layer adds zero, and the output matrix is the table of the
 * next tokens. Its vocabulary has one token per byte, so any text is tokenised byte by byte; pieces are
 * tokens that no text is tokenised into. After a token without a chain the text ends. About 1 MB.
 */
export async function scriptedModel(options: ScriptedOptions): Promise<ScriptedModel> {
  return writeScripted(options, buildVocabulary(options));
}

/**
 * A scripted model whose layers are large and zero: the answers are the same, but evaluating a prompt takes
 * about 1.2 ms a token on one core (83 MB, nearly all of it a hole in the file). For tests of cancellation;
 * without chains every answer is empty.
 */
export async function heavyModel(
  options: Omit<ScriptedOptions, 'chains'> & Partial<ScriptedOptions>,
): Promise<ScriptedModel> {
  return scriptedModel({ chains: [], layers: 14, embd: 512, feedForward: 1536, ...options });
}

/**
 * Writes the header of a real llama with at least `bytes` bytes of weights (less than 1 MiB more), and a hole
 * for the weights: the file is as long as its header says but takes next to no disk space. For "larger than
 * memory", which must be found out before llama.cpp maps it: mapped, a hole loads and even answers, very
 * slowly. At least 150 MB. Returns the file's length.
 */
export async function sparseModel({ path, bytes }: { path: string; bytes: number }): Promise<number> {
  const options = { path, chains: [] };
  const shape = (feedForward: number): MarkovShape => ({ layers: 32, embd: 1024, feedForward });
  const size = (feedForward: number): number =>
    encodeHeader({ metadata: new Map(), tensors: tensorsOf(buildVocabulary(options), shape(feedForward)) })
      .dataBytes;
  const [base, perColumn] = [size(0), size(1) - size(0)];
  if (bytes < base) throw new Error(`A sparse model has at least ${base} bytes of weights, not ${bytes}.`);
  return (
    await writeScripted(options, buildVocabulary(options), shape(Math.ceil((bytes - base) / perColumn)))
  ).bytes;
}

/** Writers of files that must be refused. Each returns the path it was given. */
export const corrupt = {
  /** The first `bytes` bytes of another file. */
  async truncated(from: string, path: string, bytes: number): Promise<string> {
    const file = await open(from, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
      await writeFile(path, buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
    return path;
  },

  /** No bytes at all. */
  async empty(path: string): Promise<string> {
    await writeFile(path, '');
    return path;
  },

  /** An error page under a model's name, as a failed download leaves it. */
  async notGguf(path: string): Promise<string> {
    await writeFile(path, '<!DOCTYPE html>\n<html><body>404: model not found</body></html>\n');
    return path;
  },

  /** A sound GGUF file of an architecture that llama.cpp does not have. */
  async wrongArchitecture(path: string): Promise<string> {
    const metadata = new Map([
      ['general.architecture', string('notamodel')],
      ['general.name', string('not a model')],
    ]);
    await writeGguf(path, { metadata, tensors: [{ name: 'weights', dims: [64, 64], type: 'F16' }] });
    return path;
  },

  /** A header that claims 2^62 tensors and as many metadata entries. */
  async absurdCounts(path: string): Promise<string> {
    const bytes = Buffer.alloc(4096);
    bytes.write('GGUF');
    bytes.writeUInt32LE(3, 4);
    bytes.writeBigUInt64LE(2n ** 62n, 8);
    bytes.writeBigUInt64LE(2n ** 62n, 16);
    await writeFile(path, bytes);
    return path;
  },

  /** A scripted model with one token twice in its vocabulary: llama.cpp aborts the process that loads it. */
  async duplicateVocabulary(path: string): Promise<string> {
    const options: ScriptedOptions = {
      path,
      chains: [{ after: qwenMarkers.prefix, pieces: ['first', 'second'] }],
    };
    const vocabulary = buildVocabulary(options);
    vocabulary.texts[vocabulary.texts.length - 1] = 'first';
    await writeScripted(options, vocabulary);
    return path;
  },
};

interface Vocabulary {
  /** Token texts as the file has them, by id. */
  readonly texts: string[];
  readonly types: number[];
  readonly markers: ReadonlyMap<keyof MarkerTexts, number>;
  /** The next token and its score, by id; none: the text ends. */
  readonly next: ReadonlyMap<number, readonly Follower[]>;
  id(text: string): number;
}

function buildVocabulary(options: ScriptedOptions): Vocabulary {
  const { chains, fimMarkers, markers = qwenMarkers, markerType = 'control', controlTokens = [] } = options;
  const texts: string[] = [];
  const types: number[] = [];
  const ids = new Map<string, number>();
  const add = (text: string, type: number): number => {
    if (ids.has(text))
      throw new Error(`The token ${JSON.stringify(text)} would stand in the vocabulary twice.`);
    ids.set(text, texts.length);
    types.push(type);
    return texts.push(text) - 1;
  };
  const id = (text: string): number => {
    const found = ids.get(text) ?? ids.get(byteText(Buffer.from(text)));
    if (found === undefined) throw new Error(`${JSON.stringify(text)} is no token of this model.`);
    return found;
  };
  for (let byte = 0; byte < 256; byte += 1) add(byteText([byte]), tokenType.normal);
  for (const text of [endOfText, '<|im_start|>', '<|im_end|>', ...controlTokens])
    add(text, tokenType.control);
  const markerIds = new Map<keyof MarkerTexts, number>();
  for (const key of Object.keys(markerKeys) as (keyof MarkerTexts)[]) {
    const text = markers[key];
    if (fimMarkers !== 'none' && text !== null) markerIds.set(key, add(text, tokenType[markerType]));
  }
  const next = new Map<number, Follower[]>();
  for (const { after, pieces, end = 'end-of-text', logit = defaultLogit } of chains) {
    let current = id(after);
    if (next.has(current)) throw new Error(`Two chains start after ${JSON.stringify(after)}.`);
    const own = pieces.map((piece) => add(byteText(Buffer.from(piece)), tokenType.normal));
    const last = end === 'loop' ? own[0] : id(end === 'end-of-text' ? endOfText : end.token);
    if (last === undefined)
      throw new Error(`The chain after ${JSON.stringify(after)} has nothing to repeat.`);
    for (const piece of [...own, last]) {
      next.set(current, [{ id: piece, logit }]);
      current = piece;
    }
  }
  return { texts, types, markers: markerIds, next, id };
}

async function writeScripted(
  options: ScriptedOptions,
  vocabulary: Vocabulary,
  given?: MarkovShape,
): Promise<ScriptedModel> {
  const { path, architecture = 'llama' } = options;
  const size = vocabulary.texts.length;
  const shape = given ?? {
    layers: options.layers ?? 1,
    embd: options.embd ?? Math.ceil(size / headWidth) * headWidth,
    feedForward: options.feedForward ?? 64,
  };
  if (shape.embd < size || shape.embd % headWidth !== 0) {
    throw new Error(
      `A width of ${shape.embd} is no multiple of ${headWidth} that can tell ${size} tokens apart.`,
    );
  }
  const metadata = markovMetadata({
    architecture,
    name: options.name ?? 'scripted',
    contextLength: options.contextLength ?? 4096,
    shape,
    texts: vocabulary.texts,
    types: vocabulary.types,
    end: vocabulary.id(endOfText),
  });
  if ((options.fimMarkers ?? 'metadata') === 'metadata') {
    for (const [key, id] of vocabulary.markers) {
      metadata.set(`tokenizer.ggml.fim_${markerKeys[key]}_token_id`, uint32(id));
    }
  }
  if (options.pooling !== undefined) metadata.set(`${architecture}.pooling_type`, uint32(options.pooling));
  const bytes = await writeGguf(path, { metadata, tensors: tensorsOf(vocabulary, shape) });
  return { path, bytes, vocabulary: size, id: (text) => vocabulary.id(text) };
}

function tensorsOf(vocabulary: Vocabulary, shape: MarkovShape): GgufTensorInput[] {
  const end = [{ id: vocabulary.id(endOfText), logit: defaultLogit }];
  return markovTensors(vocabulary.texts.length, (id) => vocabulary.next.get(id) ?? end, shape);
}
