import type { LlamaModel } from 'node-llama-cpp';
import { ChatFormat } from '../../core/chat/template/chatFormat.ts';
import { Masking } from '../../core/chat/template/masking.ts';
import { PromptTokens, type PromptVocabulary } from '../../core/chat/template/promptTokens.ts';
import { metadataString, type GgufHeader } from '../../core/models/ggufHeader.ts';
import { ControlTokens } from './controlTokens.ts';
import { compileTemplate } from './jinja.ts';
import type { ModelTokenizer } from './tokenizer.ts';

/** The name under which files keep a template for prompts with tools. */
const toolTemplateKeys = ['tokenizer.chat_template.tool_use', 'tokenizer.chat_template.tool'];

/** How a model is talked to, and how prompts and answers become tokens. */
export interface Talk {
  readonly format: ChatFormat;
  readonly prompts: PromptTokens;
  /** The same for other programs, whose conversations have nothing in common with the user's. */
  readonly serverPrompts: PromptTokens;
  readonly controls: ControlTokens;
}

/** Finds out how a model is talked to; its own template is tried with a few made-up conversations. */
export function createTalk(model: LlamaModel, header: GgufHeader, tokenizer: ModelTokenizer): Talk {
  const controls = new ControlTokens(model);
  const masking = new Masking(controls.texts);
  const { bosString, eosString } = model.tokens;
  const format = new ChatFormat({
    template: metadataString(header, 'tokenizer.chat_template') ?? null,
    toolTemplate: toolTemplateKeys.map((key) => metadataString(header, key)).find(Boolean) ?? null,
    tokens: { bos: bosString ?? '', eos: eosString ?? '' },
    masking,
    hasControl: (text) => controls.has(text),
    compile: compileTemplate,
    // The same day as long as the process lives: another date at the top would have all evaluated anew.
    now: new Date(),
  });
  const vocabulary: PromptVocabulary = {
    control: (text) => controls.token(text),
    plain: (text) => plainTokens(text, masking, tokenizer),
    bos: tokenizer.bos,
  };
  return {
    format,
    prompts: new PromptTokens(masking, vocabulary),
    serverPrompts: new PromptTokens(masking, vocabulary),
    controls,
  };
}

/** Some vocabularies match a user-defined token in plain text too: such a text is cut behind its first character. */
function plainTokens(text: string, masking: Masking, tokenizer: ModelTokenizer): number[] {
  const cuts = masking.find(text).map(({ start }) => start + 1);
  return [0, ...cuts].flatMap((from, index) => {
    const part = text.slice(from, cuts[index]);
    return part === '' ? [] : tokenizer.tokenize(part);
  });
}
