import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { documentLimits } from '../../../src/core/text/textDocument.ts';
import { Documents } from '../../../src/workspace/documents.ts';
import type { OpenedDocument, WindowRequest } from '../../../src/workspace/protocol.ts';
import { parseCursor } from '../../support/cursor.ts';

const uri = 'file:///a.ts';

function request(more: Partial<WindowRequest> = {}): WindowRequest {
  const limits = { before: 100, after: 100 };
  return { document: uri, documentVersion: 1, offset: 0, limits, ...more };
}

function typescript(text: string): OpenedDocument {
  return { text, languageId: 'typescript', path: 'a.ts', folder: null };
}

/** The answer as a picture, or what it is instead of a window. */
function shown(documents: Documents, more: Partial<WindowRequest> = {}): string {
  const reply = documents.window(request(more));
  if (reply.kind !== 'window') return reply.kind === 'problem' ? reply.problem : reply.kind;
  return `${reply.window.prefix}█${reply.window.suffix}`;
}

function opened(text: string): Documents {
  const documents = new Documents();
  documents.open(uri, 1, typescript(text));
  return documents;
}

describe('Documents', () => {
  it('gives the text around the cursor', () => {
    const { prefix, suffix } = parseCursor('one\ntw█o\nthree');
    assert.equal(shown(opened(prefix + suffix), { offset: prefix.length }), 'one\ntw█o\nthree');
  });

  it('follows the changes', () => {
    const documents = opened('const a = 1;');
    documents.change(uri, 2, [
      { offset: 10, length: 1, text: '42' },
      { offset: 6, length: 1, text: 'answer' },
    ]);
    assert.equal(shown(documents, { documentVersion: 2, offset: 18 }), 'const answer = 42;█');
  });

  it('answers for exactly the asked version', () => {
    const documents = opened('a');
    documents.change(uri, 5, [{ offset: 1, length: 0, text: 'b' }]);
    const versions = [0, 1, 4, 5, 6].map((documentVersion) => shown(documents, { documentVersion }));
    assert.deepEqual(versions, ['unknown', 'unknown', 'unknown', '█ab', 'unknown']);
  });

  it('forgets a document whose change does not fit, until it is opened again', () => {
    const documents = opened('abc');
    documents.change(uri, 2, [{ offset: 3, length: 1, text: 'x' }]);
    documents.change(uri, 3, [{ offset: 0, length: 0, text: 'x' }]);
    assert.equal(shown(documents, { documentVersion: 3 }), 'unknown');
    documents.open(uri, 4, typescript('new'));
    assert.equal(shown(documents, { documentVersion: 4 }), '█new');
  });

  it('does not know closed documents, others, and their changes', () => {
    const documents = opened('a');
    assert.equal(shown(documents, { document: 'file:///b.ts' }), 'unknown');
    documents.change('file:///b.ts', 1, [{ offset: 0, length: 0, text: 'x' }]);
    assert.equal(shown(documents, { document: 'file:///b.ts' }), 'unknown');
    documents.close(uri);
    assert.equal(shown(documents), 'unknown');
    documents.close(uri);
  });

  it('takes the newest text of a document that is opened twice', () => {
    const documents = opened('old');
    documents.open(uri, 1, typescript('new'));
    assert.equal(shown(documents), '█new');
  });

  it('finds the present text of a document by its place in a folder', () => {
    const documents = new Documents();
    documents.open(uri, 1, { ...typescript('one'), path: 'src/a.ts', folder: '/work' });
    documents.open('file:///b.ts', 1, { ...typescript('two'), path: 'src/a.ts', folder: '/other' });
    documents.change(uri, 2, [{ offset: 0, length: 1, text: 'O' }]);
    assert.equal(documents.textAt('/work', 'src/a.ts'), 'One');
    assert.equal(documents.textAt('/other', 'src/a.ts'), 'two');
    assert.equal(documents.textAt('/work', 'src/b.ts'), null);
    documents.close(uri);
    assert.equal(documents.textAt('/work', 'src/a.ts'), null);
  });

  it('takes an offset behind the end for the end', () => {
    assert.equal(shown(opened('abc'), { offset: 99 }), 'abc█');
  });

  it('puts an overlay in the place of what it stands for', () => {
    const overlay = { start: 2, end: 4, text: 'format(' };
    assert.equal(shown(opened('x.fo + 1'), { offset: 4, overlay }), 'x.format(█ + 1');
  });

  const problems: [text: string, offset: number, problem: string][] = [
    ['\0', 0, 'binary'],
    ['x'.repeat(documentLimits.line + 1), 4, 'line-too-long'],
    ['x\n'.repeat(documentLimits.document / 2 + 1), 4, 'too-large'],
  ];
  for (const [text, offset, problem] of problems) {
    it(`says what forbids a window: ${problem}`, () =>
      assert.equal(shown(opened(text), { offset }), problem));
  }
});
