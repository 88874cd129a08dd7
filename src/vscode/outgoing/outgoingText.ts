import { dollars } from '../../core/endpoints/cost.ts';
import type { ConsentAnswer, Outgoing } from '../../core/endpoints/outgoing.ts';

/** The answers, as the links above a preview name them. */
export const answerWords = {
  once: 'Send Once',
  always: 'Always for This Workspace',
  never: 'Never for This Workspace',
  cancelled: 'Cancel',
} as const satisfies Readonly<Record<ConsentAnswer, string>>;

/** The command of each answer. */
export const answerCommands: Readonly<Record<ConsentAnswer, string>> = {
  once: 'hearth.outgoing.send',
  always: 'hearth.outgoing.always',
  never: 'hearth.outgoing.never',
  cancelled: 'hearth.outgoing.cancel',
};

/** Answers as links to their commands, for a message; what can be refused by its button is left out. */
export function answerLinks(id: string): string {
  const argument = encodeURIComponent(JSON.stringify([{ id }]));
  return (['once', 'always', 'never'] as const)
    .map((answer) => `[${answerWords[answer]}](command:${answerCommands[answer]}?${argument})`)
    .join(' | ');
}

/** What the message beside a preview says, before its links. */
export function consentQuestion({ endpoint, tokens, redactions, cost }: Outgoing): string {
  const secrets = redactions.reduce((sum, { count }) => sum + count, 0);
  const facts = [
    `about ${tokens.toLocaleString('en-US')} ${tokens === 1 ? 'token' : 'tokens'}`,
    ...(cost === null ? [] : [`${dollars(cost.most)} at most`]),
    ...(secrets === 0 ? [] : [`${secrets} ${secrets === 1 ? 'secret' : 'secrets'} replaced`]),
  ];
  return `Nothing has been sent to ${endpoint.name} yet. The editor shows what would be (${facts.join(', ')})`;
}
