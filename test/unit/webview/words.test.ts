/** What is said of answers, conversations and calls in a few words. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerReasonsWithNote } from '../../support/shownMessages.ts';
import { placeLabel } from '../../../src/core/chat/placeText.ts';
import { answerFigures, characters, duration, grouped } from '../../../src/webview/chat/figures.ts';
import { groupEntries, shortTime } from '../../../src/webview/chat/historyGroups.ts';
import { noteOf } from '../../../src/webview/chat/notes.ts';
import { placeWords, questionPieces, readableArguments } from '../../../src/webview/chat/words.ts';
import { shownAnswer } from '../../support/shownMessages.ts';

describe('figures', () => {
  it('are short', () => {
    assert.deepEqual([grouped(3_400), grouped(12), grouped(1e6)], ['3,400', '12', '1,000,000']);
    assert.deepEqual(
      [duration(7), duration(949), duration(1_240), duration(12_400), duration(125_000)],
      ['7 ms', '949 ms', '1.2 s', '12 s', '2 min 5 s'],
    );
    assert.deepEqual(
      [characters(900), characters(120_400), characters(1_250_000)],
      ['900 characters', '120,000 characters', '1.3 million characters'],
    );
  });

  it('of an answer are its model, its first token and its speed, and nothing that is not known', () => {
    const answer = shownAnswer('a', 'x', {
      model: 'Model',
      tokens: { prompt: 100, reused: 60, evaluated: 40, generated: 101 },
      times: { queue: 0, prompt: 500, firstToken: 600, total: 2_600 },
    });
    assert.equal(answerFigures(answer).short, 'Model · 600 ms to first token · 50 tokens/s');
    assert.match(answerFigures(answer).long, /Prompt: 100 tokens, 60 of them known/);
    assert.equal(answerFigures({ ...answer, route: 'Company' }).short, 'Model · Company · 100 + 101 tokens');
    const sent = { redactions: 1, dollars: 0.5 };
    const away = answerFigures({ ...answer, route: 'Company', routeReasons: ['a rule says so'], sent });
    assert.equal(away.short, 'Model · Company · 100 + 101 tokens · $0.500 · 1 secret replaced');
    assert.match(away.long, /^Sent to Company\. Prompt: .* Cost: \$0\.500\. 1 secret replaced/);
    const free = { ...answer, route: 'Company', sent: { redactions: 0, dollars: null } };
    assert.match(answerFigures(free).long, /The price is not known\./);
    assert.equal(answerFigures({ ...answer, times: null }).short, 'Model');
    assert.equal(answerFigures({ ...answer, model: null, tokens: null, times: null }).short, '');
    const one = { prompt: 1, reused: 0, evaluated: 1, generated: 1 };
    assert.equal(answerFigures({ ...answer, tokens: one }).short, 'Model · 600 ms to first token');
  });
});

describe('the note of an answer', () => {
  it('is nothing while it is written and where it is whole', () => {
    assert.equal(noteOf(shownAnswer('a', 'x')), null);
    assert.equal(noteOf(shownAnswer('a', 'x', { state: 'writing', reason: null })), null);
  });

  it('has a sentence for each reason, and what helps', () => {
    for (const reason of answerReasonsWithNote) {
      const note = noteOf(shownAnswer('a', '', { state: 'failed', reason }));
      assert.match(note?.text ?? '', /\.$/, reason);
    }
    assert.equal(
      noteOf(shownAnswer('a', '', { reason: 'question-too-long', state: 'failed' }))?.help,
      'edit',
    );
    assert.equal(noteOf(shownAnswer('a', '', { reason: 'no-chat-model' }))?.help, 'model');
  });

  it('says what the extension said where that said something', () => {
    const note = noteOf(
      shownAnswer('a', '', { state: 'failed', reason: 'engine', message: 'It died: retry.' }),
    );
    assert.deepEqual(note, { tone: 'error', text: 'It died: retry.', help: 'retry' });
    assert.equal(noteOf(shownAnswer('a', '', { state: 'failed', reason: null }))?.tone, 'error');
  });
});

describe('the list of conversations', () => {
  const now = new Date(2026, 4, 20, 12).getTime();
  const at = (...date: [number, number, number, number?]) => new Date(...date).getTime();
  const entry = (id: string, when: number) => ({ id, title: id, at: when, excerpt: null, here: true });

  it('is grouped by days', () => {
    const groups = groupEntries(
      [
        entry('now', at(2026, 4, 20, 11)),
        entry('night', at(2026, 4, 20, 0)),
        entry('evening', at(2026, 4, 19, 23)),
        entry('week', at(2026, 4, 14, 9)),
        entry('month', at(2026, 4, 1, 9)),
        entry('old', at(2025, 0, 1, 9)),
      ],
      now,
    );
    assert.deepEqual(
      groups.map(({ title, entries }) => `${title}: ${entries.map(({ id }) => id).join(' ')}`),
      ['Today: now night', 'Yesterday: evening', 'Last 7 days: week', 'Last 30 days: month', 'Older: old'],
    );
  });

  it('has the time of today and the day of before', () => {
    assert.match(shortTime(at(2026, 4, 20, 9), now), /^9:00\sAM$/);
    assert.equal(shortTime(at(2026, 4, 2, 9), now), 'May 2');
    assert.equal(shortTime(at(2024, 4, 2, 9), now), 'May 2, 2024');
  });
});

describe('words', () => {
  it('name places', () => {
    const places = [
      [3, 9],
      [3, 3],
      [0, 0],
    ].map(([startLine = 0, endLine = 0]) => ({ path: 'a.ts', startLine, endLine }));
    assert.deepEqual(places.map(placeLabel), ['a.ts:3-9', 'a.ts:3', 'a.ts']);
    assert.deepEqual(places.map(placeWords), ['a.ts, lines 3 to 9', 'a.ts, line 3', 'a.ts']);
  });

  it('of a call are its values on a line, and as they are where they are no JSON', () => {
    assert.deepEqual(readableArguments('{"name":"total","limit":3}'), {
      line: 'total, 3',
      block: '{\n  "name": "total",\n  "limit": 3\n}',
    });
    assert.deepEqual(readableArguments('{"name":'), { line: '{"name":', block: '{"name":' });
    assert.equal(readableArguments(`{"a":"${'x'.repeat(500)}"}`).line.length, 200);
  });

  it('of a question that mean something stand out, and joined they are the question', () => {
    const text = '/fix the total in @file:src/a.ts, not me@example.com';
    const pieces = questionPieces(text);
    assert.equal(pieces.map((piece) => piece.text).join(''), text);
    assert.deepEqual(
      pieces.filter(({ marked }) => marked).map((piece) => piece.text),
      ['/fix', '@file:src/a.ts'],
    );
  });
});
