import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerText } from '../../../src/core/chat/answerText.ts';
import type { ShownMessage } from '../../../src/core/chat/view.ts';
import {
  emptyState,
  lastQuestion,
  reduce,
  type PageEvent,
  type PageState,
} from '../../../src/webview/chat/state.ts';
import { Store } from '../../../src/webview/chat/store.ts';
import { shownAnswer, shownQuestion } from '../../support/shownMessages.ts';

const after = (...events: PageEvent[]): PageState => events.reduce(reduce, emptyState);
const conversation = (...messages: ShownMessage[]): PageEvent => ({
  type: 'conversation',
  id: 'c',
  title: 'Title',
  messages,
});
const writing = shownAnswer('a', '', { state: 'writing', reason: null });

describe('the state of the page', () => {
  it('is not loaded before the first conversation', () => {
    assert.equal(after({ type: 'busy', busy: true }).loaded, false);
    assert.equal(after(conversation()).loaded, true);
  });

  it('puts text that streams in onto the last step, or begins one of its kind', () => {
    const state = after(
      conversation(shownQuestion('q', 'Why?'), writing),
      { type: 'wrote', id: 'a', kind: 'reasoning', text: 'Let me ' },
      { type: 'wrote', id: 'a', kind: 'reasoning', text: 'think.' },
      { type: 'wrote', id: 'a', kind: 'text', text: 'Because' },
      { type: 'wrote', id: 'a', kind: 'text', text: ' so.' },
      { type: 'wrote', id: 'unknown', kind: 'text', text: 'lost' },
    );
    assert.deepEqual(state.messages[1]?.steps, [
      { kind: 'reasoning', text: 'Let me think.' },
      { kind: 'text', text: 'Because so.' },
    ]);
  });

  it('keeps the other messages the same objects while one is written', () => {
    const before = after(conversation(shownQuestion('q', 'Why?'), writing));
    const next = reduce(before, { type: 'wrote', id: 'a', kind: 'text', text: 'x' });
    assert.equal(next.messages[0], before.messages[0]);
  });

  it('replaces a message with its id, and adds one with a new id at the end', () => {
    const state = after(
      conversation(shownQuestion('q', 'Why?')),
      { type: 'message', message: writing },
      { type: 'message', message: shownAnswer('a', 'Because.') },
    );
    assert.deepEqual(
      state.messages.map(({ id, state: became }) => [id, became]),
      [
        ['q', null],
        ['a', 'done'],
      ],
    );
  });

  it('shows a message beside another in its place, without what followed that', () => {
    const state = after(
      conversation(
        shownQuestion('q1', 'One?'),
        shownAnswer('a1', 'One.'),
        shownQuestion('q2', 'Two?'),
        shownAnswer('a2', 'Two.'),
      ),
      { type: 'message', message: shownQuestion('q1b', 'Other?', { siblings: ['q1', 'q1b'] }) },
    );
    assert.deepEqual(
      state.messages.map(({ id }) => id),
      ['q1b'],
    );
  });

  it('forgets how far a prompt is read once something is written, or nothing is any more', () => {
    const reading: PageEvent = { type: 'prefill', id: 'a', done: 10, total: 40 };
    assert.deepEqual(after(conversation(writing), reading).prefill, { id: 'a', done: 10, total: 40 });
    const text: PageEvent = { type: 'wrote', id: 'a', kind: 'text', text: 'x' };
    assert.equal(after(conversation(writing), reading, text).prefill, null);
    assert.equal(after(conversation(writing), reading, { type: 'busy', busy: false }).prefill, null);
    const done: PageEvent = { type: 'message', message: shownAnswer('a', 'x') };
    assert.equal(after(conversation(writing), reading, done).prefill, null);
    assert.equal(after(conversation(writing), reading, conversation()).prefill, null);
  });

  it('keeps what is to be put into the box until that is done, and shows the box for it', () => {
    const asked = after({ type: 'show', what: 'history' }, { type: 'compose', text: '/fix ' });
    assert.deepEqual([asked.view, asked.compose], ['conversation', { text: '/fix ', where: 'empty' }]);
    assert.equal(reduce(asked, { type: 'composed' }).compose, null);
    assert.equal(after({ type: 'type', text: '@' }).compose?.where, 'cursor');
  });

  it('takes over the rest of what it is told', () => {
    const state = after(
      { type: 'notice', message: 'No.' },
      { type: 'abilities', commitMessage: true },
      { type: 'history', query: 'a', entries: [] },
      { type: 'suggestions', request: 3, suggestions: [] },
      { type: 'edit', id: 'q' },
    );
    assert.equal(state.notice, 'No.');
    assert.equal(state.commitMessage, true);
    assert.equal(state.history?.query, 'a');
    assert.equal(state.suggestions.request, 3);
    assert.equal(state.editing, 'q');
    assert.equal(reduce(state, { type: 'dismissNotice' }).notice, null);
  });

  it('finds the last question, and the text of an answer without the rest', () => {
    assert.equal(lastQuestion([]), null);
    assert.equal(
      lastQuestion([shownQuestion('1', 'a'), shownAnswer('2', 'b'), shownQuestion('3', 'c')]),
      'c',
    );
    const call = { id: 't', name: 'search', arguments: '{}' };
    assert.equal(
      answerText([
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'One.' },
        { kind: 'tool', call, result: 'x' },
        { kind: 'text', text: 'Two.\n' },
      ]),
      'One.\n\nTwo.',
    );
  });
});

describe('the store', () => {
  const clock = () => {
    const frames: (() => void)[] = [];
    const soon: (() => void)[] = [];
    return {
      frames,
      soon,
      frame: (run: () => void) => frames.push(run),
      later: (run: () => void) => soon.push(run),
    };
  };

  it('tells once a frame of all the text that streamed in, and has it at once', () => {
    const { frames, soon, frame, later } = clock();
    const store = new Store({ frame, soon: later });
    store.dispatch(conversation(writing));
    soon.shift()?.();
    let told = 0;
    store.watch(() => (told += 1));
    for (const text of ['a', 'b', 'c']) store.dispatch({ type: 'wrote', id: 'a', kind: 'text', text });
    assert.equal(answerText(store.state.messages[0]?.steps ?? []), 'abc');
    assert.deepEqual([told, frames.length, soon.length], [0, 1, 0]);
    frames.shift()?.();
    assert.equal(told, 1);
    store.dispatch({ type: 'wrote', id: 'a', kind: 'text', text: 'd' });
    assert.equal(frames.length, 1);
  });

  it('tells of everything else soon, not twice of the same, and not to who left', () => {
    const { frames, soon, frame, later } = clock();
    const store = new Store({ frame, soon: later });
    let told = 0;
    const leave = store.watch(() => (told += 1));
    store.dispatch({ type: 'wrote', id: 'a', kind: 'text', text: 'x' });
    store.dispatch({ type: 'busy', busy: true });
    store.dispatch({ type: 'chips', chips: [] });
    assert.deepEqual([soon.length, frames.length], [1, 1]);
    soon.shift()?.();
    frames.shift()?.();
    assert.equal(told, 1);
    leave();
    store.dispatch({ type: 'busy', busy: false });
    soon.shift()?.();
    assert.equal(told, 1);
  });
});
