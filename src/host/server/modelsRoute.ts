import type { LoadedModel } from '../../engine/protocol.ts';
import { now } from './fields.ts';
import type { OfferedModel, OfferedModels } from './offeredModels.ts';
import { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';

const listPath = '/v1/models';

/** Answers `GET /v1/models` and `GET /v1/models/ID`; loads nothing. Throws Refusal (404) for another model. */
export function answerModels(path: string, models: OfferedModels, reply: Reply): void {
  const all = models.list().map((model) => modelEntry(model, models));
  if (path === listPath) return reply.json(200, { object: 'list', data: all });
  const id = decoded(path.slice(listPath.length + 1));
  const entry = all.find((model) => model.id === id);
  if (entry !== undefined) return reply.json(200, entry);
  throw new Refusal(404, 'There is no such model here: GET /v1/models lists those that there are.', {
    param: 'model',
    code: 'model_not_found',
  });
}

/** What is said of a model beside OpenAI's fields is null until it was loaded. */
function modelEntry({ id, roles, facts, loaded }: OfferedModel, models: OfferedModels) {
  return {
    ...{ id, object: 'model', created: now(), owned_by: 'hearth' },
    // As LM Studio and vLLM say it.
    ...{ name: facts?.name ?? null, roles, state: loaded ? 'loaded' : 'not-loaded' },
    max_model_len: facts === null ? null : models.contextTokens(facts),
    capabilities: facts === null ? null : capabilities(facts, roles.includes('chat')),
  };
}

/** By the names that Mistral and others have for them; `completion_chat` is left out where it is not so. */
function capabilities({ chat, format, pooling }: LoadedModel, chats: boolean): object {
  return {
    ...(chats ? { completion_chat: true } : {}),
    tools: chats && chat.tools,
    reasoning: chats && chat.thinking,
    suffix: format.limitation === null,
    embeddings: pooling !== null,
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
