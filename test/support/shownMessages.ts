import type { AnswerReason } from '../../src/core/chat/conversation.ts';
import type { ShownMessage } from '../../src/core/chat/view.ts';

const nothing = {
  siblings: [],
  text: '',
  chips: [],
  steps: [],
  state: null,
  reason: null,
  message: null,
  sources: [],
  citations: [],
  model: null,
  route: '',
  routeReasons: [],
  tokens: null,
  times: null,
  sent: null,
  rating: null,
  offer: [],
  windowStart: false,
} as const;

/** A question as the page is given it. */
export function shownQuestion(id: string, text: string, more: Partial<ShownMessage> = {}): ShownMessage {
  return { ...nothing, id, role: 'user', at: 0, siblings: [id], text, ...more };
}

/** An answer as the page is given it: finished, unless `more` says otherwise. */
export function shownAnswer(id: string, text: string, more: Partial<ShownMessage> = {}): ShownMessage {
  return {
    ...nothing,
    id,
    role: 'assistant',
    at: 0,
    siblings: [id],
    steps: text === '' ? [] : [{ kind: 'text', text }],
    state: 'done',
    reason: 'end',
    model: 'Qwen2.5 Coder 7B',
    route: 'local',
    tokens: { prompt: 3_412, reused: 2_900, evaluated: 512, generated: 214 },
    times: { queue: 0, prompt: 800, firstToken: 840, total: 9_700 },
    ...more,
  };
}

/** The reasons of which the page says something below the answer. */
export const answerReasonsWithNote: readonly AnswerReason[] = [
  'max-tokens',
  'window-full',
  'repetition',
  'no-chat-model',
  'question-too-long',
  'engine',
  'not-sent',
  'stopped',
  'tool-limit',
  'interrupted',
];
