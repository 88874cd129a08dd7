import type { ChatModel } from '../../core/chat/ports.ts';
import { EndpointError, isOutOfReach } from '../../core/endpoints/errors.ts';

/**
 * An endpoint as a model, in whose place the local model works where it can't be reached when it is asked what it is;
 * `told` gets a sentence that says so.
 */
export function withFallback(
  endpoint: ChatModel,
  local: ChatModel,
  told: (sentence: string) => void,
): ChatModel {
  let now = endpoint;
  return {
    get route() {
      return now.route;
    },
    describe: async (signal) => {
      now = endpoint;
      try {
        return await endpoint.describe(signal);
      } catch (error) {
        if (!(error instanceof EndpointError) || !isOutOfReach(error.code) || signal.aborted) throw error;
        told(`${error.message} So the local model was asked.`);
        now = local;
        return local.describe(signal);
      }
    },
    countPrompt: (messages, tools) => now.countPrompt(messages, tools),
    countTexts: (texts) => now.countTexts(texts),
    answer: (query, call) => now.answer(query, call),
  };
}
