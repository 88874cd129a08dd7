import type { AnswerStep } from '../../core/chat/conversation.ts';
import type {
  Chip,
  HistoryEntry,
  ModelStatus,
  RouteStatus,
  ShownMessage,
  Suggestion,
  ToPage,
  WaitingConsent,
} from '../../core/chat/view.ts';
import { localRoute } from '../../core/endpoints/routing.ts';

/** Everything that the extension told the page, and which of its two faces is shown. */
export interface PageState {
  /** False until the extension sent the conversation. */
  readonly loaded: boolean;
  readonly id: string | null;
  readonly title: string;
  readonly messages: readonly ShownMessage[];
  /** Tokens of the prompt that are evaluated for an answer that has nothing yet. */
  readonly prefill: { readonly id: string; readonly done: number; readonly total: number } | null;
  readonly busy: boolean;
  readonly chips: readonly Chip[];
  readonly model: ModelStatus | null;
  readonly suggestions: { readonly request: number; readonly offers: readonly Suggestion[] };
  readonly history: { readonly query: string; readonly entries: readonly HistoryEntry[] } | null;
  readonly view: 'conversation' | 'history';
  readonly notice: string | null;
  readonly commitMessage: boolean;
  readonly routes: RouteStatus;
  readonly consent: WaitingConsent | null;
  /** The question that is being changed. */
  readonly editing: string | null;
  /** What to put into the box, until that is done: only where it is empty, or at the cursor. */
  readonly compose: { readonly text: string; readonly where: 'empty' | 'cursor' } | null;
}

export const emptyState: PageState = {
  loaded: false,
  id: null,
  title: '',
  messages: [],
  prefill: null,
  busy: false,
  chips: [],
  model: null,
  suggestions: { request: 0, offers: [] },
  history: null,
  view: 'conversation',
  notice: null,
  commitMessage: false,
  routes: { choices: [], chosen: null, next: { route: localRoute, reasons: [] } },
  consent: null,
  editing: null,
  compose: null,
};

/** What the page tells itself, beside what the extension tells it. */
export type PageEvent =
  | ToPage
  | { readonly type: 'dismissNotice' }
  /** Begins to change a question; null: ends that. */
  | { readonly type: 'edit'; readonly id: string | null }
  /** Types something at the cursor of the box. */
  | { readonly type: 'type'; readonly text: string }
  /** What was to be put into the box is in it. */
  | { readonly type: 'composed' };

/** The state after an event. */
export function reduce(state: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case 'conversation':
      return {
        ...state,
        loaded: true,
        id: event.id,
        title: event.title,
        messages: event.messages,
        prefill: event.messages.some(({ id }) => id === state.prefill?.id) ? state.prefill : null,
      };
    case 'message':
      return withMessage(state, event.message);
    case 'wrote':
      return {
        ...state,
        messages: state.messages.map((message) =>
          message.id === event.id
            ? { ...message, steps: withText(message.steps, event.kind, event.text) }
            : message,
        ),
        prefill: state.prefill?.id === event.id ? null : state.prefill,
      };
    case 'prefill':
      return { ...state, prefill: { id: event.id, done: event.done, total: event.total } };
    case 'busy':
      return { ...state, busy: event.busy, prefill: event.busy ? state.prefill : null };
    case 'chips':
      return { ...state, chips: event.chips };
    case 'model':
      return { ...state, model: event.status };
    case 'suggestions':
      return { ...state, suggestions: { request: event.request, offers: event.suggestions } };
    case 'history':
      return { ...state, history: { query: event.query, entries: event.entries } };
    case 'show':
      return { ...state, view: event.what };
    case 'compose':
      return { ...state, view: 'conversation', compose: { text: event.text, where: 'empty' } };
    case 'edit':
      return { ...state, editing: event.id };
    case 'type':
      return { ...state, compose: { text: event.text, where: 'cursor' } };
    case 'composed':
      return { ...state, compose: null };
    case 'notice':
      return { ...state, notice: event.message };
    case 'dismissNotice':
      return { ...state, notice: null };
    case 'abilities':
      return { ...state, commitMessage: event.commitMessage };
    case 'routes':
      return { ...state, routes: event.status };
    case 'consent':
      return { ...state, consent: event.waiting };
  }
}

/** A message that is there is replaced; one beside it takes its place, and what followed goes; any other is the newest. */
function withMessage(state: PageState, message: ShownMessage): PageState {
  const at = state.messages.findIndex(({ id }) => id === message.id);
  const beside = state.messages.findIndex(({ id }) => message.siblings.includes(id));
  const ended = message.role === 'assistant' && message.state !== 'writing';
  return {
    ...state,
    messages:
      at >= 0
        ? state.messages.with(at, message)
        : [...(beside >= 0 ? state.messages.slice(0, beside) : state.messages), message],
    prefill: ended && state.prefill?.id === message.id ? null : state.prefill,
  };
}

/** Text goes on the last step where that is of its kind; else it begins one. */
function withText(
  steps: readonly AnswerStep[],
  kind: 'text' | 'reasoning',
  text: string,
): readonly AnswerStep[] {
  const last = steps.at(-1);
  if (last !== undefined && last.kind === kind)
    return [...steps.slice(0, -1), { kind, text: last.text + text }];
  return [...steps, { kind, text }];
}

/** Whether the model on this machine answers the next question. */
export function asksLocal({ routes }: Pick<PageState, 'routes'>): boolean {
  return routes.next.route === localRoute;
}

/** The question that was asked last; null for none. */
export function lastQuestion(messages: readonly ShownMessage[]): string | null {
  return messages.findLast(({ role }) => role === 'user')?.text ?? null;
}
