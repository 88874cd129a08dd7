import { escaped } from '../../src/core/text/pattern.ts';
import { string, uint32, writeGguf } from './ggufWriter.ts';
import {
  byteText,
  defaultLogit,
  headWidth,
  markovMetadata,
  markovTensors,
  tokenType,
  type Follower,
} from './markovModel.ts';

/** What the model says in a turn; of several texts the first is a little likelier than the others. */
export type ScriptedAnswer = string | readonly string[];

/** What a chat model of a test's making is made of. */
export interface ChatModelOptions {
  /**
   * Its answers: by the number of messages of the roles `user` and `tool` (a list begins with the first of them). After
   * the last one, that is given again; where there is none, the answer is empty.
   */
  readonly answers: readonly ScriptedAnswer[] | Readonly<Record<number, ScriptedAnswer>>;
  /** Answers to a last message with a text in it, whatever the turn. */
  readonly says?: Readonly<Record<string, ScriptedAnswer>>;
  /**
   * The template: our own by default, which names the turn in a token; another's (its prompts must end in a line feed, and get the
   * first answer); or none, where the first answer follows a line feed too.
   */
  readonly template?: string | null;
  /** Whether its own template takes tools and shows calls as `<tool_call>` with JSON in it. */
  readonly tools?: boolean;
  /** Whether its own template has a switch for thinking; without it, an answer begins behind its `</think>`. */
  readonly thinking?: boolean;
  /** Whether the vocabulary has ChatML's tokens (default). Without them only another's template, or none, can be used. */
  readonly chatml?: boolean;
  /** More control tokens. In an answer each can be written once in all. */
  readonly controlTokens?: readonly string[];
  /** What it says after a character of one byte, as a completion model (`{ '=': ' 0.19;' }`). */
  readonly completions?: Readonly<Record<string, string>>;
  /**
   * What it says behind a text that the prompt ends with, such as the beginning of an answer that is written for it. Each
   * such text is one token, which llama.cpp finds wherever it stands.
   */
  readonly after?: Readonly<Record<string, ScriptedAnswer>>;
  /** Its answers never end, they begin anew. */
  readonly endless?: boolean;
  /** Tokens that it was trained for (default 8192). */
  readonly contextTokens?: number;
  readonly name?: string;
  /** Some 1.2 ms for each token on one core, for tests that stop it in the middle. */
  readonly slow?: boolean;
  /** Least bytes of the tokens that answers are made of (default 2): long answers need larger ones. */
  readonly pieceBytes?: number;
}

export interface WrittenChatModel {
  readonly path: string;
  readonly bytes: number;
  /** Number of tokens. */
  readonly vocabulary: number;
  readonly template: string | null;
}

const endOfText = '<|endoftext|>';
const [imStart, imEnd] = ['<|im_start|>', '<|im_end|>'];
const lineFeed = 10;
/** How much less likely the second of two answers is. */
const lessLikely = 0.1;
/** Where thinking ends, with the blank lines behind it. */
const thought = /^[^]*?<\/think>\s*/;

/**
 * Writes a model that llama.cpp loads and that gives known answers, one in each turn. Its next token depends on the
 * present one alone; the answers are made of tokens that stand in no other place, cut from their bytes as LZ78 does, so
 * that characters are split over tokens. No text is tokenised into them: all text, an earlier answer too, is tokenised
 * byte by byte.
 */
export async function writeChatModel(path: string, options: ChatModelOptions): Promise<WrittenChatModel> {
  const turns = turnsOf(options.answers);
  const said = Object.entries(options.says ?? {});
  const { texts, types, next } = vocabularyOf(options, turns, said);
  const size = texts.length;
  const embd = Math.ceil(size / headWidth) * headWidth;
  const shape = options.slow === true ? slowShape(embd) : { layers: 1, feedForward: 64 };
  const end = texts.indexOf(options.chatml === false ? endOfText : imEnd);
  const metadata = markovMetadata({
    architecture: 'llama',
    name: options.name ?? 'scripted chat',
    contextLength: options.contextTokens ?? 8192,
    shape: { ...shape, embd },
    texts,
    types,
    end,
  });
  metadata.set('tokenizer.ggml.padding_token_id', uint32(texts.indexOf(endOfText)));
  const { template = chatTemplate(options, turns, said) } = options;
  if (template !== null) metadata.set('tokenizer.chat_template', string(template));
  const last = [{ id: end, logit: defaultLogit }];
  const tensors = markovTensors(size, (id) => next.get(id) ?? last, { ...shape, embd });
  return { path, bytes: await writeGguf(path, { metadata, tensors }), vocabulary: size, template };
}

/** Layers that take some 1.2 ms a token, whatever their width: that of 14 layers of width 512. */
function slowShape(embd: number): { layers: number; feedForward: number } {
  const feedForward = 1536;
  const cost = (width: number): number => 2 * width ** 2 + 3 * width * feedForward;
  return { layers: Math.max(1, Math.round((14 * cost(512)) / cost(embd))), feedForward };
}

function turnsOf(answers: ChatModelOptions['answers']): [number, ScriptedAnswer][] {
  return Array.isArray(answers)
    ? (answers as readonly ScriptedAnswer[]).map((answer, index) => [index + 1, answer])
    : Object.entries(answers).map(([turn, answer]) => [Number(turn), answer]);
}

/** The token that begins the answer of a turn (`r`) or to a text (`t`); `s`: without thinking. */
const beginning = (kind: 'r' | 't', number: number, straight = false): string =>
  `<|${kind}${number}${straight ? 's' : ''}|>`;

/** ChatML in which every answer begins with the token of its turn. */
function chatTemplate(
  { tools = false, thinking = false }: ChatModelOptions,
  turns: readonly (readonly [number, unknown])[],
  said: readonly (readonly [string, unknown])[],
): string {
  const last = Math.max(1, ...turns.map(([turn]) => turn));
  const texts = said.map(
    ([text], index) =>
      `{%- if ${JSON.stringify(text)} in seen.text -%}{%- set seen.mark = 't${index + 1}' -%}{%- endif -%}`,
  );
  const straight =
    "{%- if enable_thinking is defined and not enable_thinking -%}{%- set seen.mark = seen.mark ~ 's' -%}{%- endif -%}";
  const mark = [
    `{%- set seen.mark = 'r' ~ (seen.turn if seen.turn < ${last} else ${last}) -%}`,
    ...texts,
    ...(thinking ? [straight] : []),
    "{{- '<|' ~ seen.mark ~ '|>' -}}",
  ].join('');
  const reasoning =
    "{%- if message.reasoning_content -%}{{- '<think>\\n' ~ message.reasoning_content ~ '\\n</think>\\n\\n' -}}{%- endif -%}";
  const calls = [
    '{%- for call in message.tool_calls or [] -%}',
    '{{- \'\\n<tool_call>\\n{"name": "\' ~ call.function.name ~ \'", "arguments": \' ~ (call.function.arguments | tojson) ~ \'}\\n</tool_call>\' -}}',
    '{%- endfor -%}',
  ].join('');
  const listed = [
    '{%- if tools -%}',
    `{{- '${imStart}system\\nTools:\\n<tools>' -}}`,
    "{%- for tool in tools -%}{{- '\\n' ~ (tool | tojson) -}}{%- endfor -%}",
    `{{- '\\n</tools>\\nCall one as <tool_call>{"name": ..., "arguments": ...}</tool_call>.${imEnd}\\n' -}}`,
    '{%- endif -%}',
  ].join('');
  return [
    "{%- set seen = namespace(turn=0, text='', mark='') -%}",
    ...(tools ? [listed] : []),
    '{%- for message in messages -%}',
    `{{- '${imStart}' ~ message.role ~ '\\n' -}}`,
    "{%- if message.role == 'assistant' -%}",
    mark,
    ...(thinking ? [reasoning] : []),
    '{{- message.content -}}',
    ...(tools ? [calls] : []),
    '{%- else -%}',
    "{%- if message.role != 'system' -%}{%- set seen.turn = seen.turn + 1 -%}{%- set seen.text = message.content -%}{%- endif -%}",
    '{{- message.content -}}',
    '{%- endif -%}',
    `{{- '${imEnd}\\n' -}}`,
    '{%- endfor -%}',
    `{%- if add_generation_prompt -%}{{- '${imStart}assistant\\n' -}}${mark}{%- endif -%}`,
  ].join('\n');
}

interface Vocabulary {
  readonly texts: string[];
  readonly types: number[];
  readonly next: Map<number, Follower[]>;
}

function vocabularyOf(
  options: ChatModelOptions,
  turns: readonly (readonly [number, ScriptedAnswer])[],
  said: readonly (readonly [string, ScriptedAnswer])[],
): Vocabulary {
  const { chatml = true, controlTokens = [], completions = {}, after = {}, endless = false } = options;
  const texts: string[] = [];
  const types: number[] = [];
  const ids = new Map<string, number>();
  const add = (text: string, type: number): number => {
    if (ids.has(text)) throw new Error(`The token ${JSON.stringify(text)} would stand there twice.`);
    ids.set(text, texts.length);
    types.push(type);
    return texts.push(text) - 1;
  };
  for (let byte = 0; byte < 256; byte += 1) add(byteText([byte]), tokenType.normal);
  const more = [endOfText, ...(chatml ? [imStart, imEnd] : []), ...controlTokens];
  for (const text of more) add(text, tokenType.control);
  const starts = [
    ...turns.map(([turn, answer]) => ({ kind: 'r' as const, number: turn, answer })),
    ...said.map(([, answer], index) => ({ kind: 't' as const, number: index + 1, answer })),
  ];
  const chains = new Chains(controlTokens, ids, (text) => add(text, tokenType.normal), {
    least: Math.max(2, options.pieceBytes ?? 2),
    endless,
    end: ids.get(chatml ? imEnd : endOfText) ?? 0,
  });
  const answersOf = (answer: ScriptedAnswer): readonly string[] => [answer].flat();
  const all = [
    ...starts.flatMap(({ answer }) => answersOf(answer)),
    ...Object.values(completions),
    ...Object.values(after).flatMap(answersOf),
  ];
  chains.cut(all.flatMap((text) => [text.replace(thought, ''), thought.exec(text)?.[0] ?? '']));
  const follow = (from: number, firsts: readonly number[]): void => {
    chains.next.set(
      from,
      firsts.map((id, index) => ({ id, logit: defaultLogit - (index === 0 ? 0 : lessLikely) })),
    );
  };
  for (const { kind, number, answer } of starts) {
    const wholes = answersOf(answer).map((text) => chains.begin(text));
    follow(add(beginning(kind, number), tokenType.control), wholes);
    const straight = answersOf(answer).map((text) => chains.begin(text.replace(thought, '')));
    follow(add(beginning(kind, number, true), tokenType.control), straight);
    if (kind === 'r' && number === 1) follow(lineFeed, wholes);
  }
  for (const [after, text] of Object.entries(completions)) {
    const id = ids.get(byteText(Buffer.from(after)));
    if (id === undefined) throw new Error(`${JSON.stringify(after)} is no single byte.`);
    follow(id, [chains.begin(text)]);
  }
  for (const [text, answer] of Object.entries(after)) {
    const wholes = answersOf(answer).map((one) => chains.begin(one));
    follow(add(text, tokenType['user-defined']), wholes);
  }
  return { texts, types, next: chains.next };
}

/** Makes tokens of answers and links them. */
class Chains {
  readonly next = new Map<number, Follower[]>();
  readonly #controls: RegExp;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #add: (text: string) => number;
  readonly #options: { readonly least: number; readonly endless: boolean; readonly end: number };
  /** The tokens of each stretch between two control tokens. */
  readonly #cut = new Map<string, readonly number[]>();
  /** First tokens of texts that are linked already. */
  readonly #begun = new Map<string, number>();

  constructor(
    controls: readonly string[],
    ids: ReadonlyMap<string, number>,
    add: (text: string) => number,
    options: { readonly least: number; readonly endless: boolean; readonly end: number },
  ) {
    this.#controls = new RegExp(`(${controls.map(escaped).join('|') || '(?!)'})`);
    this.#ids = ids;
    this.#add = add;
    this.#options = options;
  }

  /** Makes the tokens of all texts, of short stretches first: so none is a part of a longer one that has it already. */
  cut(texts: readonly string[]): void {
    const stretches = texts.flatMap((text) =>
      text.split(this.#controls).filter((_, index) => index % 2 === 0),
    );
    for (const text of [...new Set(stretches)].sort((a, b) => a.length - b.length)) {
      this.#cut.set(text, this.#pieces(Buffer.from(text)).map(this.#add));
    }
  }

  /** The first token of a text, which ends the turn; links its tokens when it is asked for first. */
  begin(text: string): number {
    const known = this.#begun.get(text);
    if (known !== undefined) return known;
    const head = thought.exec(text)?.[0] ?? '';
    const first =
      head === '' ? this.#link(text, null) : this.#link(head, this.begin(text.slice(head.length)));
    this.#begun.set(text, first);
    return first;
  }

  #link(text: string, then: number | null): number {
    const { end, endless } = this.#options;
    const tokens = text
      .split(this.#controls)
      .flatMap((part, index) =>
        index % 2 === 0 ? (this.#cut.get(part) ?? []) : [this.#ids.get(part) ?? end],
      );
    const [first] = tokens;
    if (first === undefined) return then ?? end;
    tokens.forEach((token, index) => {
      if (this.next.has(token))
        throw new Error(`A token of ${JSON.stringify(text)} has another follower already.`);
      const id = tokens[index + 1] ?? then ?? (endless ? first : end);
      this.next.set(token, [{ id, logit: defaultLogit }]);
    });
    return first;
  }

  /** Cuts bytes into pieces that are no tokens yet, each as short as it can be. */
  #pieces(bytes: Buffer): string[] {
    const fresh = new Set<string>();
    const starts: number[] = [];
    const piece = (from: number, to: number): string => byteText(bytes.subarray(from, to));
    const known = (text: string): boolean => this.#ids.has(text) || fresh.has(text);
    const found: string[] = [];
    for (let from = 0; from < bytes.length;) {
      let to = Math.min(bytes.length, from + this.#options.least);
      while (to < bytes.length && known(piece(from, to))) to += 1;
      // What is left at the end goes on the piece before it.
      while (known(piece(from, to)) && starts.length > 0) {
        from = starts.pop() ?? 0;
        fresh.delete(found.pop() ?? '');
      }
      const text = piece(from, to);
      if (known(text))
        throw new Error(`${JSON.stringify(bytes.toString())} can't be told from another text.`);
      fresh.add(text);
      found.push(text);
      starts.push(from);
      from = to;
    }
    return found;
  }
}
