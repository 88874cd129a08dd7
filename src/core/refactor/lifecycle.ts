/** The states of a refactor's life. Each refactor is in one of them at any time; the last six are ends. */
export const refactorStates = [
  /** What it acts on is highlighted, and the user writes or picks an instruction. Nothing was computed yet. */
  'asking',
  /** Context is gathered from the index and the editor. */
  'gathering',
  /** The model has been asked and has not written anything: it is loaded, waits for its turn, or reads the prompt. */
  'waiting',
  /** The model writes. The document is untouched. */
  'writing',
  /** The answer is being matched, applied to a shadow document and checked. */
  'checking',
  /** A check failed for the first time: the model has been asked once more, with the reason. */
  'repairing',
  /** The checked change is shown; hunks may be refused one by one. The document is untouched. */
  'ready',
  /** No answer, or none that passed the checks: its reason is shown, and it can't be accepted. */
  'failed',
  /** The document changed so that the shown change fits no more; it can be asked for anew. */
  'outdated',
  /** The accepted change is being written into the documents, as one undo step. */
  'applying',
  /** The change is in; the language server's problems are watched for some seconds. */
  'watching',
  /** New problems appeared after the change: undoing it is offered. */
  'warned',
  /** End: the change is in and stays. */
  'accepted',
  /** End: the user did not want the change; the documents are as they were. */
  'refused',
  /** End: the change was in and was taken back. */
  'undone',
  /** End: the user stopped it before there was something to accept. */
  'cancelled',
  /** End: its document was closed or deleted before the change was accepted; nothing was written. */
  'abandoned',
  /** End: the window was closed; what was accepted stays, all else is gone. */
  'closed',
] as const;
export type RefactorState = (typeof refactorStates)[number];

/** What can happen to a refactor. */
export const refactorEvents = [
  /** The user gave the instruction. */
  'instructed',
  /** The context is there. */
  'gathered',
  /** The model's first token came. */
  'began',
  /** The model's answer is whole. */
  'answered',
  /** The model gave no answer: it can't be loaded, died, or went over a limit. */
  'unanswered',
  'passed',
  /** A check failed, and the model may try once more. */
  'repairable',
  /** A check failed, and there is no further try. */
  'rejected',
  'accept',
  'refuse',
  /** The same again, or with more words ("shorter"). */
  'retry',
  /** The document changed, and the change could not be rebased. */
  'conflicted',
  /** The change is in the documents. */
  'applied',
  /** It could not be written: a file is read-only, or changed in the last moment. */
  'unapplied',
  /** The time of watching is over without new problems. */
  'quiet',
  'problems',
  /** The user leaves the change in, whatever the problems. */
  'keep',
  'undo',
  'cancel',
  'document-closed',
  'window-closed',
] as const;
export type RefactorEvent = (typeof refactorEvents)[number];

type Transitions = Partial<Record<RefactorEvent, RefactorState>>;

/** What ends every state that has not written anything. */
const untouched: Transitions = {
  'document-closed': 'abandoned',
  'window-closed': 'closed',
};
const atWork: Transitions = { ...untouched, cancel: 'cancelled', conflicted: 'outdated' };
/** The change is in already: closing the file leaves it in. */
const written: Transitions = { 'document-closed': 'accepted', 'window-closed': 'closed' };

/** Where each event leads from each state; what is not here changes nothing. */
export const refactorTransitions: Readonly<Record<RefactorState, Transitions>> = {
  asking: { ...untouched, cancel: 'cancelled', instructed: 'gathering' },
  gathering: { ...atWork, gathered: 'waiting', unanswered: 'failed' },
  waiting: { ...atWork, began: 'writing', answered: 'checking', unanswered: 'failed' },
  writing: { ...atWork, answered: 'checking', unanswered: 'failed' },
  checking: { ...atWork, passed: 'ready', repairable: 'repairing', rejected: 'failed' },
  repairing: { ...atWork, answered: 'checking', unanswered: 'failed' },
  ready: {
    ...untouched,
    accept: 'applying',
    refuse: 'refused',
    cancel: 'refused',
    retry: 'gathering',
    conflicted: 'outdated',
  },
  failed: { ...untouched, retry: 'gathering', refuse: 'refused', cancel: 'refused' },
  outdated: { ...untouched, retry: 'gathering', refuse: 'refused', cancel: 'refused' },
  // What is being written is written to its end, whatever is closed meanwhile.
  applying: { applied: 'watching', unapplied: 'failed', conflicted: 'outdated', 'window-closed': 'closed' },
  watching: { ...written, quiet: 'accepted', problems: 'warned', undo: 'undone', keep: 'accepted' },
  warned: { ...written, undo: 'undone', keep: 'accepted', quiet: 'accepted' },
  accepted: {},
  refused: {},
  undone: {},
  cancelled: {},
  abandoned: {},
  closed: {},
};

const atWorkStates: ReadonlySet<RefactorState> = new Set([
  'gathering',
  'waiting',
  'writing',
  'checking',
  'repairing',
]);

/** The state after an event; the same where the event means nothing there. */
export function nextState(state: RefactorState, event: RefactorEvent): RefactorState {
  return refactorTransitions[state][event] ?? state;
}

/** Whether the model or we work on it. */
export function isWorking(state: RefactorState): boolean {
  return atWorkStates.has(state);
}

/** Whether the change is in the documents and can still be taken back. */
export function isWritten(state: RefactorState): boolean {
  return state === 'watching' || state === 'warned';
}

/** Whether nothing can happen to it any more. */
export function isEnd(state: RefactorState): boolean {
  return Object.keys(refactorTransitions[state]).length === 0;
}
