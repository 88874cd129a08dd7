import type { AnswerReason } from '../../core/chat/conversation.ts';
import type { ShownMessage } from '../../core/chat/view.ts';

/** What is said below an answer that is not simply whole. */
export interface Note {
  readonly tone: 'info' | 'warning' | 'error';
  readonly text: string;
  /** What a button beside it does: asks for the answer again, lets the question be changed, begins anew, finds a model. */
  readonly help: 'retry' | 'edit' | 'new' | 'model' | null;
}

const notes: Readonly<Record<Exclude<AnswerReason, 'end' | 'tool-calls'>, Note>> = {
  'max-tokens': {
    tone: 'info',
    text: 'The answer reached its greatest length. Ask it to go on.',
    help: null,
  },
  'window-full': {
    tone: 'warning',
    text: 'The model’s window is full. Ask it to go on, or begin a new chat.',
    help: 'new',
  },
  repetition: {
    tone: 'warning',
    text: 'The model began to repeat itself, so it was stopped.',
    help: 'retry',
  },
  'no-chat-model': {
    tone: 'warning',
    text: 'No chat model answers: this is what was found in the workspace.',
    help: 'model',
  },
  'question-too-long': {
    tone: 'error',
    text: 'The question does not fit into the model’s window. Shorten it, or take something away from it.',
    help: 'edit',
  },
  engine: { tone: 'error', text: 'The engine failed. What it wrote is kept.', help: 'retry' },
  'not-sent': { tone: 'info', text: 'Nothing was sent.', help: 'retry' },
  stopped: { tone: 'info', text: 'Stopped.', help: 'retry' },
  'tool-limit': {
    tone: 'warning',
    text: 'The model used its tools as often as it may. Ask it to go on, or ask for less at once.',
    help: null,
  },
  interrupted: {
    tone: 'warning',
    text: 'Hearth ended while this was written. What came is kept.',
    help: 'retry',
  },
};

/** What is to be said of an answer; null for nothing. Its own sentence goes before the general one. */
export function noteOf({ state, reason, message }: ShownMessage): Note | null {
  if (state === 'writing' || state === null) return null;
  if (reason === null || reason === 'end' || reason === 'tool-calls') {
    if (message !== null)
      return { tone: state === 'failed' ? 'error' : 'info', text: message, help: helpOf(state) };
    return state === 'failed' ? notes.engine : state === 'stopped' ? notes.stopped : null;
  }
  return message === null ? notes[reason] : { ...notes[reason], text: message };
}

function helpOf(state: ShownMessage['state']): Note['help'] {
  return state === 'failed' || state === 'stopped' ? 'retry' : null;
}

/** What is said while the user has not agreed yet that something is sent. */
export function consentWords(endpoint: string): string {
  return `Nothing has been sent to ${endpoint} yet: look at what would be, and say whether it may.`;
}
