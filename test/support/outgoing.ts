import type { Outgoing } from '../../src/core/endpoints/outgoing.ts';
import type { Endpoint } from '../../src/core/endpoints/types.ts';

/** An endpoint on the internet, with a price. */
export const cloudEndpoint: Endpoint = {
  name: 'Company',
  address: 'https://models.example.com/v1',
  api: 'openai',
  model: 'large-1',
  roles: ['hard'],
  class: 'cloud',
  contextTokens: null,
  price: { input: 3, output: 15 },
  keepAliveMinutes: null,
};

/** What would be sent there, as the gate tells it. */
export function outgoing(more: Partial<Outgoing> = {}): Outgoing {
  return {
    endpoint: cloudEndpoint,
    model: 'large-1',
    purpose: 'chat',
    messages: [
      { role: 'system', text: 'Answer briefly.' },
      { role: 'user', text: 'Why?\n\nsrc/a.ts:\n```ts\nconst key = "<GitHub token 1>";\n```\n' },
    ],
    places: [
      { path: 'src/a.ts', startLine: 3, endLine: 9 },
      { path: 'src/b.ts', startLine: 0, endLine: 0 },
    ],
    redactions: [{ label: 'GitHub token', count: 1, placeholders: ['<GitHub token 1>'] }],
    tokens: 1_200,
    answerTokens: 2_048,
    cost: { least: 0.0036, most: 0.034 },
    ...more,
  };
}
