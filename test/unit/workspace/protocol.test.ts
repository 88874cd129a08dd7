import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  parseWorkspaceRequest,
  workspaceProtocolVersion as version,
} from '../../../src/workspace/protocol.ts';

const document = 'file:///a.ts';
const open = {
  version,
  type: 'open',
  document,
  documentVersion: 1,
  text: 'a',
  languageId: 'go',
  path: 'a.go',
  folder: null,
};
const change = {
  version,
  type: 'change',
  document,
  documentVersion: 2,
  changes: [{ offset: 1, length: 0, text: 'b' }],
};
const close = { version, type: 'close', document };
const limits = { before: 10, after: 0 };
const window = { version, type: 'window', id: 4, document, documentVersion: 2, offset: 2, limits };
const end = { version, type: 'end', id: 5, document, documentVersion: 2, offset: 2, text: '', ended: false };
const candidates = [{ text: ')', replaceRight: 1 }];
const check = { version, type: 'check', id: 6, document, documentVersion: 2, offset: 2, candidates };
const cancelAsk = { version, type: 'cancelAsk', id: 7 };
const overlay = { start: 0, end: 2, text: 'abc' };

describe('parseWorkspaceRequest', () => {
  const good = [
    open,
    { ...open, path: null },
    change,
    { ...change, changes: [] },
    close,
    window,
    { ...window, overlay },
    end,
    { ...end, overlay },
    check,
    { ...check, candidates: [], overlay },
    cancelAsk,
  ];
  for (const message of good) {
    it(`reads ${JSON.stringify(message)}`, () => assert.deepEqual(parseWorkspaceRequest(message), message));
  }

  const bad: [title: string, message: unknown][] = [
    ['nothing', undefined],
    ['a text', 'open'],
    ['an empty object', {}],
    ['another version', { ...open, version: version + 1 }],
    ['an unknown type', { ...open, type: 'delete' }],
    ['a type of every object', { ...open, type: 'toString' }],
    ['no text', { ...open, text: undefined }],
    ['a broken version', { ...open, documentVersion: 1.5 }],
    ['changes that are none', { ...change, changes: {} }],
    ['a negative offset', { ...change, changes: [{ offset: -1, length: 0, text: '' }] }],
    ['a broken length', { ...change, changes: [{ offset: 0, length: NaN, text: '' }] }],
    ['no id', { ...window, id: undefined }],
    ['a question that is not named', { ...cancelAsk, id: undefined }],
    ['no limits', { ...window, limits: { before: 1 } }],
    ['an offset before the beginning', { ...window, offset: -1 }],
    ['no language', { ...open, languageId: undefined }],
    ['a folder that is none', { ...open, folder: 1 }],
    ['an end of no text', { ...end, text: undefined }],
    ['an end that may be', { ...end, ended: 'perhaps' }],
    ['candidates that are none', { ...check, candidates: [')'] }],
    ['a candidate that reaches back', { ...check, candidates: [{ text: ')', replaceRight: -1 }] }],
    ['half an overlay', { ...window, overlay: { start: 1, text: '' } }],
  ];
  for (const [title, message] of bad) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => parseWorkspaceRequest(message),
        /^Error: Not a message of the workspace protocol: .*\S/,
      );
    });
  }

  it('throws nothing else', () => {
    const key = fc.constantFrom(
      'version',
      'type',
      'id',
      'document',
      'documentVersion',
      'offset',
      'limits',
      'changes',
    );
    const some = fc.oneof(
      fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }),
      fc
        .record({ message: fc.constantFrom<object>(...good), key, value: fc.anything() })
        .map(({ message, key: at, value }) => ({ ...message, [at]: value })),
    );
    fc.assert(
      fc.property(some, (value) => {
        try {
          const message = parseWorkspaceRequest(value);
          assert.deepEqual(parseWorkspaceRequest(message), message);
        } catch (error) {
          assert.match(String(error), /^Error: Not a message of the workspace protocol: /);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
