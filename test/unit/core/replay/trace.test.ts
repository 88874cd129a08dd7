import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPlace, parseTrace, TraceError } from '../../../../src/core/replay/trace.ts';

const open = '{"open":{"path":"src/a.ts","text":"let a"}}';

describe('parseTrace', () => {
  it('reads every kind of event, with its line', () => {
    const lines = [
      open,
      '{"type":{"offset":5,"text":" =","atMs":0}}',
      '',
      '{"delete":{"offset":6,"length":1,"atMs":10}}',
      '{"complete":{"atMs":20}}',
      '{"accept":{"atMs":20}}',
      '{"open":{"path":"src/a.ts","text":"let a = 1;"}}',
      '{"move":{"offset":10,"atMs":30}}',
    ];
    assert.deepEqual(parseTrace(lines.join('\n')), [
      { kind: 'open', line: 1, path: 'src/a.ts', text: 'let a' },
      { kind: 'type', line: 2, offset: 5, text: ' =', atMs: 0 },
      { kind: 'delete', line: 4, offset: 6, length: 1, atMs: 10 },
      { kind: 'complete', line: 5, atMs: 20 },
      { kind: 'accept', line: 6, atMs: 20 },
      { kind: 'open', line: 7, path: 'src/a.ts', text: 'let a = 1;' },
      { kind: 'move', line: 8, offset: 10, atMs: 30 },
    ]);
  });

  it('counts what the editor put behind what was typed, and what was typed over', () => {
    const opened = '{"type":{"offset":5,"text":"(","closer":")","atMs":1}}';
    const over = (offset: number): string =>
      `{"type":{"offset":${offset},"text":")","over":1,"atMs":2}}\n{"move":{"offset":7,"atMs":3}}`;
    assert.equal(parseTrace([open, opened, over(6)].join('\n')).length, 4);
    assert.throws(
      () => parseTrace([open, opened, over(7)].join('\n')),
      /7\+1 lies outside the text, which has 7/,
    );
    const odd = '{"type":{"offset":5,"text":"(","closer":1,"atMs":1}}';
    assert.throws(() => parseTrace([open, odd].join('\n')), /"closer" of "type" has to be a string/);
  });

  it('follows the text: an offset is right or wrong by the events before it', () => {
    const typed = '{"type":{"offset":5,"text":"bc","atMs":1}}';
    const deleted = '{"delete":{"offset":0,"length":7,"atMs":2}}';
    assert.equal(parseTrace([open, typed, '{"move":{"offset":7,"atMs":2}}'].join('\n')).length, 3);
    assert.throws(
      () => parseTrace([open, typed, deleted, '{"move":{"offset":1,"atMs":2}}'].join('\n')),
      /Line 4 of the trace: the offset 1 lies outside the text, which has 0 UTF-16 units\./,
    );
  });

  const rows: [name: string, lines: string[], says: RegExp][] = [
    ['nothing', [''], /Line 1 .*no event/],
    ['what is not JSON', [open, '{"type"'], /Line 2 .*not JSON/],
    ['a list', [open, '[]'], /Line 2 .*one of the keys open, type/],
    ['an unknown event', [open, '{"fly":{"atMs":1}}'], /Line 2 .*one of the keys/],
    ['two events in one line', ['{"open":{"path":"a","text":""},"move":{}}'], /one of the keys/],
    ['an event without a body', [open, '{"accept":3}'], /"accept" takes an object/],
    ['a missing field', [open, '{"type":{"offset":0,"atMs":1}}'], /"text" of "type" has to be a string/],
    ['a field of another type', [open, '{"move":{"offset":"0","atMs":1}}'], /"offset" of "move"/],
    ['a negative offset', [open, '{"move":{"offset":-1,"atMs":1}}'], /whole number from 0/],
    ['an unknown field', [open, '{"move":{"offset":0,"atMs":1,"by":2}}'], /no field "by"/],
    ['an event before any document', ['{"move":{"offset":0,"atMs":1}}'], /first event has to be "open"/],
    [
      'a time that goes back',
      [open, '{"complete":{"atMs":5}}', '{"complete":{"atMs":4}}'],
      /Line 3 .*4 lies before/,
    ],
    ['an offset outside', [open, '{"type":{"offset":6,"text":"a","atMs":1}}'], /offset 6 lies outside/],
    ['a deletion outside', [open, '{"delete":{"offset":3,"length":3,"atMs":1}}'], /3\+3 lies outside/],
    ['typing nothing', [open, '{"type":{"offset":0,"text":"","atMs":1}}'], /types nothing/],
    ['deleting nothing', [open, '{"delete":{"offset":0,"length":0,"atMs":1}}'], /deletes nothing/],
    ['an accept of nothing', [open, '{"accept":{"atMs":1}}'], /no suggestion to accept/],
    ['a path that leaves', ['{"open":{"path":"../a.ts","text":""}}'], /not a path inside the workspace/],
    ['an absolute path', ['{"open":{"path":"/a.ts","text":""}}'], /not a path inside the workspace/],
  ];
  for (const [name, lines, says] of rows) {
    it(`refuses ${name} in one sentence`, () => {
      assert.throws(
        () => parseTrace(lines.join('\n')),
        (error) => error instanceof TraceError && says.test(error.message) && !error.message.includes('\n'),
      );
    });
  }

  it('can’t know the text after an accept before it is opened again', () => {
    const lines = [
      open,
      '{"complete":{"atMs":1}}',
      '{"accept":{"atMs":2}}',
      '{"move":{"offset":9999,"atMs":3}}',
    ];
    const events = parseTrace(lines.join('\n'));
    const last = events.at(-1);
    assert.ok(last !== undefined);
    assert.throws(() => checkPlace(last, 20), /Line 4 .*offset 9999 lies outside the text, which has 20/);
  });
});
