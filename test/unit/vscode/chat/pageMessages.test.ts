import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FromPage } from '../../../../src/core/chat/view.ts';
import { parseFromPage } from '../../../../src/vscode/chat/pageMessages.ts';

/** One of each kind; the type makes sure that none is missing. */
const messages: { readonly [Type in FromPage['type']]: Extract<FromPage, { type: Type }> } = {
  ready: { type: 'ready' },
  ask: { type: 'ask', text: 'Why?' },
  stop: { type: 'stop' },
  retry: { type: 'retry', id: 'a', route: 'Company' },
  route: { type: 'route', name: null },
  bad: { type: 'bad', id: 'a', bad: true },
  preview: { type: 'preview', preview: '1' },
  edit: { type: 'edit', id: 'a', text: 'How?' },
  delete: { type: 'delete', id: 'a' },
  choose: { type: 'choose', id: 'a' },
  copy: { type: 'copy', text: 'x' },
  block: { type: 'block', action: 'new-file', text: 'let x', language: 'ts' },
  apply: { type: 'apply', block: { text: 'let x', info: 'ts:src/a.ts', before: 'So:\n' } },
  open: { type: 'open', path: 'src/a.ts', startLine: 1, endLine: 3 },
  link: { type: 'link', href: 'https://example.org/' },
  removeChip: { type: 'removeChip', id: 'c' },
  restoreChips: { type: 'restoreChips' },
  addMention: { type: 'addMention', mention: { kind: 'file', value: 'a.ts', startLine: 1, endLine: 2 } },
  drop: { type: 'drop', uris: ['file:///a.ts'] },
  suggest: { type: 'suggest', request: 4, word: '@fi' },
  new: { type: 'new' },
  history: { type: 'history', query: '' },
  openConversation: { type: 'openConversation', id: 'a' },
  deleteConversation: { type: 'deleteConversation', id: 'a' },
  export: { type: 'export' },
  command: { type: 'command', command: 'hearth.models.choose' },
};

describe('messages of the page', () => {
  for (const message of Object.values(messages)) {
    it(`${message.type} is read as it was sent`, () => assert.deepEqual(parseFromPage(message), message));
  }

  it('take an answer that is to be written again by whoever answers now', () => {
    assert.deepEqual(parseFromPage({ type: 'retry', id: 'a' }), { type: 'retry', id: 'a' });
  });

  it('take a mention without lines', () => {
    const message = { type: 'addMention', mention: { kind: 'diff', value: '' } };
    assert.deepEqual(parseFromPage(message), message);
  });

  const foreign: readonly [name: string, value: unknown][] = [
    ['another type', { type: 'run', command: 'rm' }],
    ['no object', 'ready'],
    ['nothing', undefined],
    ['a text that is none', { type: 'ask', text: 3 }],
    ['an action that there is not', { type: 'block', action: 'run', text: '', language: '' }],
    ['a line that is none', { type: 'open', path: 'a', startLine: 1.5, endLine: 2 }],
    ['a mention of another kind', { type: 'addMention', mention: { kind: 'secret', value: '' } }],
    ['a route that is none', { type: 'route', name: 1 }],
    ['a mark that is none', { type: 'bad', id: 'a', bad: 'very' }],
    ['an endless word', { type: 'suggest', request: 1, word: 'x'.repeat(100_000) }],
  ];
  for (const [name, value] of foreign) it(`refuse ${name}`, () => assert.equal(parseFromPage(value), null));

  it('never throw, and carry nothing that is not theirs', () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseFromPage(value)));
    assert.deepEqual(parseFromPage({ type: 'stop', more: 1 }), { type: 'stop' });
  });
});
