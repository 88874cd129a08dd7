import * as v from 'valibot';
import { parseDocument } from 'yaml';
import type { EndpointRole } from '../../core/endpoints/types.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { continueProviders, otherProviders } from './continueProviders.ts';
import { lookAtLine, readJsonc } from '../jsoncText.ts';
import { keyHintFor, serverProposal, untaken } from './proposals.ts';
import type { ImportProposal } from './types.ts';

/** The parts of a model that are read; what is of another kind is taken for missing. */
const modelSchema = v.object({
  name: v.fallback(v.optional(v.string()), undefined),
  title: v.fallback(v.optional(v.string()), undefined),
  provider: v.fallback(v.optional(v.string()), undefined),
  model: v.fallback(v.optional(v.string()), undefined),
  apiBase: v.fallback(v.optional(v.string()), undefined),
  apiKey: v.fallback(v.optional(v.string()), undefined),
  uses: v.fallback(v.optional(v.string()), undefined),
  roles: v.fallback(v.optional(v.array(v.string())), undefined),
  contextLength: v.fallback(v.optional(v.number()), undefined),
  defaultCompletionOptions: v.fallback(
    v.optional(v.object({ contextLength: v.optional(v.number()) })),
    undefined,
  ),
  requestOptions: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
});
type Model = v.InferOutput<typeof modelSchema>;

/** What a model does when its file does not say. */
const usualRoles = ['chat', 'edit', 'apply'];
const ourRoles: Readonly<Record<string, EndpointRole>> = {
  chat: 'chat',
  edit: 'refactor',
  apply: 'refactor',
  autocomplete: 'completion',
};

/** Reads `config.yaml` of Continue. Never throws: what is no YAML gives one proposal with a sentence. */
export function readContinueYaml(text: string, from: string): ImportProposal[] {
  let config: unknown;
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) {
      return [broken(from, `is no whole YAML${lookAtLine(error.linePos?.[0].line ?? null)}`)];
    }
    config = document.toJS();
  } catch (error) {
    return [broken(from, `could not be read (${sentenceOf(error).split('\n')[0] ?? ''})`)];
  }
  if (config === null || config === undefined) return [];
  if (!isGroup(config)) return [broken(from, 'has no fields')];
  const models = listOf(config['models']).map((model) => modelProposal(model, from, usualRoles));
  return [...models, ...others(config, from)];
}

/** Reads `config.json` of earlier versions. Never throws. */
export function readContinueJson(text: string, from: string): ImportProposal[] {
  const read = readJsonc(text);
  if ('line' in read) return [broken(from, `is no whole JSON${lookAtLine(read.line)}`)];
  const config = read.value;
  if (!isGroup(config)) return [broken(from, 'has no fields')];
  return [
    ...listOf(config['models']).map((model) => modelProposal(model, from, usualRoles)),
    ...listOf(config['tabAutocompleteModel']).map((model) => modelProposal(model, from, ['autocomplete'])),
    ...listOf(config['embeddingsProvider']).map((model) => modelProposal(model, from, ['embed'])),
    ...listOf(config['reranker']).map((model) => modelProposal(model, from, ['rerank'])),
    ...others(config, from),
  ];
}

function modelProposal(value: unknown, from: string, usual: readonly string[]): ImportProposal {
  const read = v.safeParse(modelSchema, value);
  if (!read.success) return untaken('continue', from, 'a model', 'It has no fields.');
  const model = read.output;
  const label = model.name ?? model.title ?? model.model ?? model.uses ?? model.provider ?? 'a model';
  if (model.uses !== undefined) {
    return untaken(
      'continue',
      from,
      label,
      "It comes from Continue's hub, which is not asked: add it by its address.",
    );
  }
  const roles = rolesOf(model.roles ?? usual);
  if (roles.length === 0) {
    return untaken(
      'continue',
      from,
      label,
      'It makes embeddings or ranks, which Hearth does without a model.',
    );
  }
  const provider = model.provider?.toLowerCase() ?? '';
  const known = continueProviders[provider];
  const address = model.apiBase?.trim() ?? known?.address ?? '';
  const problem = providerProblem(provider, known !== undefined, address);
  if (problem !== null) return untaken('continue', from, label, problem);
  return serverProposal({
    source: 'continue',
    from,
    name: label,
    address,
    // Behind an address of its own, `openai` says only that it speaks like it.
    api: known?.api ?? 'auto',
    model: /^autodetect$/i.test(model.model ?? '') ? '' : (model.model ?? ''),
    roles,
    contextTokens: model.defaultCompletionOptions?.contextLength ?? model.contextLength ?? null,
    note: noteOf(model),
    keyHint: keyHintFor(model.apiKey, from),
  });
}

function rolesOf(roles: readonly string[]): EndpointRole[] {
  return [...new Set(roles.flatMap((role) => ourRoles[role] ?? []))];
}

function providerProblem(provider: string, isKnown: boolean, address: string): string | null {
  if (provider === '') return 'It names no provider.';
  if (otherProviders.has(provider)) {
    return `Hearth does not speak the interface of ${JSON.stringify(provider)}: a gateway such as LiteLLM in front of it would do.`;
  }
  if (!isKnown && address === '')
    return `Its provider ${JSON.stringify(provider)} is not known here, and it has no apiBase.`;
  if (address.includes('${{'))
    return 'Its address is a secret of Continue, which is not read: add it by its address.';
  return null;
}

function noteOf({ requestOptions = {} }: Model): string {
  const notes: string[] = [];
  if (isGroup(requestOptions['headers'])) notes.push('Its own headers are not taken.');
  if (['proxy', 'caBundlePath', 'verifySsl', 'clientCertificate'].some((name) => name in requestOptions)) {
    notes.push("Proxy and certificates are those of VS Code's settings.");
  }
  return notes.join(' ');
}

/** What else a configuration has, and why it is left where it is. */
function others(config: Readonly<Record<string, unknown>>, from: string): ImportProposal[] {
  const left = [
    ['rules', 'rules', 'Put rules that are to hold into AGENTS.md of the project, which Hearth reads.'],
    [
      'systemMessage',
      'the system message',
      'Put what is to hold into AGENTS.md of the project, which Hearth reads.',
    ],
    ['prompts', 'prompts', 'Write those that change code as files in .hearth/refactors.'],
    ['customCommands', 'custom commands', 'Write those that change code as files in .hearth/refactors.'],
    ['mcpServers', 'MCP servers', 'Hearth runs no other programs.'],
    ['docs', 'sites of documentation', 'Hearth fetches no pages.'],
    ['data', 'destinations for data', 'Hearth sends no data about its use anywhere.'],
  ] as const;
  return left.flatMap(([field, what, why]) => {
    const value = config[field];
    const count = Array.isArray(value)
      ? value.length
      : Number(value !== undefined && value !== null && value !== '');
    if (count === 0) return [];
    return [untaken('continue', from, Array.isArray(value) ? `${count} ${what}` : what, why)];
  });
}

function broken(from: string, why: string): ImportProposal {
  return untaken('continue', from, from, `The file ${why}. Nothing of it can be taken.`);
}

/** A list, or one thing as a list; nothing for nothing. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
