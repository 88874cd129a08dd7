import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cutWindow, documentEol, type TextWindow } from '../../../../src/core/text/window.ts';
import { parseCursor } from '../../../support/cursor.ts';

const wide = { before: 10_000, after: 10_000 };

function cut(picture: string, limits = wide): TextWindow {
  const { prefix, suffix } = parseCursor(picture);
  return cutWindow(prefix + suffix, prefix.length, limits);
}

/** The window as a picture, with `…` where the document goes on. */
function shown(picture: string, limits = wide): string {
  const { prefix, suffix } = cut(picture, limits);
  return `${prefix}█${suffix}`;
}

const lineEnds = (text: string): number => text.split('\n').length - 1;

describe('cutWindow', () => {
  const table: [title: string, picture: string, before: number, after: number, window: string][] = [
    ['all of a short text', 'a\nb█c\nd', 10, 10, 'a\nb█c\nd'],
    ['nothing before, nothing after', '█', 10, 10, '█'],
    ['whole lines before the cursor', 'one\ntwo\nthree\nfo█', 12, 9, 'three\nfo█'],
    ['whole lines after the cursor', '█a\nbb\nccc\ndddd', 9, 8, '█a\nbb\n'],
    ['a line end right at the limit', '█a\nbb\nccc', 9, 5, '█a\nbb\n'],
    ['the end of one huge line', '0123456789█', 5, 5, '56789█'],
    ['the beginning of one huge line', '█0123456789', 5, 5, '█01234'],
    ['the line end right of the cursor and what fits of the next line', 'a█\n0123456789', 5, 5, 'a█\n0123'],
    ['no text at all where none is asked for', 'ab█cd', 0, 0, '█'],
    ['CRLF as LF', 'a\r\nb█c\r\nd', 10, 10, 'a\nb█c\nd'],
    ['CRLF cut at a line start and at a line end', 'aaaa\r\nbbbb\r\nc█\r\ndd\r\neeee', 6, 8, 'c█\ndd\n'],
    ['no half of a CRLF at the end', '█0123456\r\n89', 10, 9, '█0123456\n'],
    ['no half of a CRLF at the limit', '█01234567\r\n', 10, 9, '█01234567'],
    ['a lone CR as it stands', 'a\rb█c\rd', 10, 10, 'a\rb█c\rd'],
    ['no half of a pair at the start', 'ab😀cd█', 3, 3, 'cd█'],
    ['no half of a pair at the end', '█ab😀cd', 3, 3, '█ab'],
  ];
  for (const [title, picture, before, after, window] of table) {
    it(title, () => assert.equal(shown(picture, { before, after }), window));
  }

  it('counts the lines of the document, from 1', () => {
    const numbered = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
    for (const eol of ['\n', '\r\n']) {
      const text = numbered.join(eol);
      const offset = text.indexOf('line 60') + 4;
      const window = cutWindow(text, offset, { before: 200, after: 100 });
      assert.equal(window.cursorLine, 60);
      assert.ok(window.prefix.startsWith(`line ${window.startLine}\n`));
      assert.ok(window.suffix.endsWith(`line ${window.endLine - 1}\n`));
      assert.deepEqual([window.startLine > 1, window.endLine < 100], [true, true]);
    }
  });

  it('counts no line for a lone CR, as offsets and the command line do', () => {
    const { startLine, cursorLine, endLine, prefix } = cut('a\rb\nc\r█d\re');
    assert.deepEqual([startLine, cursorLine, endLine], [1, 2, 2]);
    assert.equal(cursorLine - startLine, lineEnds(prefix));
  });

  it('takes an overlay as typed', () => {
    const { prefix, suffix } = parseCursor('x.fo█ + 1;\ny');
    const overlay = { start: 2, end: 4, text: 'format(' };
    assert.deepEqual(cutWindow(prefix + suffix, prefix.length, wide, overlay), {
      prefix: 'x.format(',
      suffix: ' + 1;\ny',
      eol: '\n',
      startLine: 1,
      cursorLine: 1,
      endLine: 2,
      anchors: [],
      segments: [],
    });
  });

  it('leaves out what an overlay replaces right of the cursor, and nothing else', () => {
    const { prefix, suffix } = parseCursor('x.fo█rmat + 1;');
    const inside = cutWindow(prefix + suffix, 4, wide, { start: 2, end: 8, text: 'forEach' });
    assert.equal(`${inside.prefix}█${inside.suffix}`, 'x.forEach█ + 1;');
    const left = cutWindow(prefix + suffix, 4, wide, { start: 2, end: 3, text: 'g' });
    assert.equal(left.suffix, suffix);
  });

  const piece = fc.constantFrom('a', 'word ', '\n', '\r\n', '\r', '😀', '\t', 'é', '(');
  const text = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(''));
  const limit = fc.integer({ min: 0, max: 60 });

  it('is always a piece of the text around the cursor, within the limits, with whole characters', () => {
    fc.assert(
      fc.property(text, fc.nat(), limit, limit, (whole, at, before, after) => {
        let offset = at % (whole.length + 1);
        // A cursor stands between characters.
        if (/^[\udc00-\udfff]/.test(whole.slice(offset))) offset += 1;
        const window = cutWindow(whole, offset, { before, after });
        const left = whole.slice(0, offset).replaceAll('\r\n', '\n');
        const right = whole.slice(offset).replaceAll('\r\n', '\n');
        assert.ok(left.endsWith(window.prefix));
        assert.ok(right.startsWith(window.suffix));
        assert.ok(window.prefix.length <= before && window.suffix.length <= after);
        assert.equal(/\p{Cs}/u.test(`${window.prefix} ${window.suffix}`), false);
        assert.equal(window.cursorLine, lineEnds(left) + 1);
        assert.equal(window.startLine, window.cursorLine - lineEnds(window.prefix));
        assert.equal(window.endLine, window.cursorLine + lineEnds(window.suffix));
      }),
      { numRuns: 2000 },
    );
  });

  it('starts where it started for almost every key of 1,000 typed lines', () => {
    const limits = { before: 8_000, after: 1_000 };
    const below = '\nend();\n';
    let text = 'start();\n'.repeat(500);
    let start = -1;
    let moves = 0;
    for (let line = 0; line < 1000; line += 1) {
      for (const typed of [`  const value${line} = `, `compute(${line});\n`]) {
        text += typed;
        const { prefix } = cutWindow(text + below, text.length, limits);
        const from = text.length - prefix.length;
        assert.ok(prefix.length > limits.before / 2);
        if (from !== start) moves += 1;
        start = from;
      }
    }
    // In steps of a quarter of what a window holds: 37,000 characters make about 19 of them.
    const typed = text.length - 4_500;
    assert.ok(moves <= Math.ceil(typed / (limits.before / 4)) + 1, `${moves} moves`);
    assert.ok(moves >= typed / limits.before, `${moves} moves`);
  });
});

describe('documentEol', () => {
  const table: [text: string, eol: string][] = [
    ['', '\n'],
    ['a', '\n'],
    ['a\nb\r\n', '\n'],
    ['a\r\nb\n', '\r\n'],
    ['\r\n', '\r\n'],
    ['\n\r\n', '\n'],
    ['a\rb', '\n'],
  ];
  for (const [text, eol] of table) {
    it(`${JSON.stringify(text)} has ${JSON.stringify(eol)}`, () => assert.equal(documentEol(text), eol));
  }
});
