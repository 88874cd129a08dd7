import type { RefactorSettings } from '../../core/refactor/ports.ts';
import { readSettings } from '../settings.ts';

/** An answer that has to repeat long code needs more than one that talks about it. */
const leastMaxTokens = 4096;

/** How refactors are made, by the settings of the chat. */
export function refactorSettings(): RefactorSettings {
  const { settings } = readSettings();
  return {
    contextTokens: settings['chat.contextTokens'],
    maxTokens: Math.max(leastMaxTokens, settings['chat.maxTokens']),
    // The likeliest code is what is asked for; who wants another answer asks again, which raises it.
    temperature: 0,
  };
}
