import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDate } from '../../../../../src/core/chat/template/dates.ts';
import { StopTexts } from '../../../../../src/core/chat/template/stopTexts.ts';

describe('formatDate', () => {
  it('writes dates as C does in English', () => {
    const date = new Date(2025, 0, 2, 13, 4, 5);
    const cases: [string, string][] = [
      ['%d %b %Y', '02 Jan 2025'],
      ['%B %d, %Y', 'January 02, 2025'],
      ['%Y-%m-%d', '2025-01-02'],
      ['%F %H:%M:%S', '2025-01-02 13:04:05'],
      ['%A, %-d %B, %I %p', 'Thursday, 2 January, 01 PM'],
      ['%a %e %y 100%% %q', 'Thu  2 25 100% %q'],
    ];
    for (const [format, expected] of cases) assert.equal(formatDate(format, date), expected);
  });
});

describe('StopTexts', () => {
  const stops = ['\n### Question:', '\n### Answer:', 'END'];

  it('ends before the first stop, however the text is cut', () => {
    const parts = fc.array(
      fc.constantFrom('a', '\n', '#', '### ', 'Question', ':', 'EN', 'D', '\n### Answer:', ' '),
    );
    fc.assert(
      fc.property(parts, (pieces) => {
        const whole = pieces.join('');
        const at = stops.map((stop) => whole.indexOf(stop)).filter((index) => index >= 0);
        const expected = at.length === 0 ? whole : whole.slice(0, Math.min(...at));
        const reader = new StopTexts(stops);
        const given = pieces.map((piece) => reader.push(piece)).join('') + reader.end();
        assert.deepEqual([given, reader.stopped], [expected, at.length > 0]);
      }),
    );
  });

  it('finds a stop whose beginning stands before the answer', () => {
    const texts = fc.array(fc.constantFrom('\n', '```', 'a', '`'), { maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (before, pieces) => {
        const head = before.join('');
        const whole = pieces.join('');
        const reader = new StopTexts(['\n```', '`a'], head);
        const given = pieces.map((piece) => reader.push(piece)).join('') + reader.end();
        // One that is whole before the answer is over.
        const first = ['\n```', '`a']
          .map((stop) => (head + whole).indexOf(stop, head.length - heldBack(head, ['\n```', '`a'])))
          .filter((at) => at >= 0);
        const end = first.length === 0 ? whole.length : Math.min(...first) - head.length;
        assert.equal(given, whole.slice(0, Math.max(0, end)));
        assert.equal(reader.stopped, first.length > 0);
      }),
    );
  });

  it('holds back nothing but the beginning of a stop', () => {
    const reader = new StopTexts(stops);
    assert.equal(reader.push('Yes.\n##'), 'Yes.');
    assert.equal(reader.push('# Query'), '\n### Query');
    assert.deepEqual([reader.push('END'), reader.found], ['', 'END']);
    assert.equal(new StopTexts([]).push('anything\n### Question:'), 'anything\n### Question:');
  });
});

/** How many units at the end of a text are the beginning of a stop. */
function heldBack(text: string, stops: readonly string[]): number {
  const lengths = Array.from({ length: text.length }, (_, at) => text.length - at);
  return (
    lengths.find((length) =>
      stops.some((stop) => length < stop.length && stop.startsWith(text.slice(-length))),
    ) ?? 0
  );
}
