import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { headings } from '../../../../src/core/syntax/headings.ts';

/** `first-last level title (container)` of each heading. */
function picture(...lines: string[]): string[] {
  return headings(lines.join('\n')).map(({ name, signature, container, startLine, endLine }) => {
    const level = signature.indexOf(' ');
    return `${startLine}-${endLine} ${level} ${name}${container === null ? '' : ` (${container})`}`;
  });
}

describe('headings', () => {
  it('finds those with marks and those that are underlined, and what they hold', () => {
    assert.deepEqual(
      picture(
        'Before.',
        '# The shop #',
        '',
        'Prices',
        '======',
        'All of',
        'them',
        '---',
        '### Ink `x` ##',
        'text',
        '## Pens',
        '#No',
        '#',
        '   # Last',
      ),
      [
        '2-3 1 The shop',
        '4-13 1 Prices',
        '6-10 2 All of them (Prices)',
        '9-10 3 Ink `x` (All of them)',
      ].concat('11-13 2 Pens (Prices)', '14-14 1 Last'),
    );
  });

  it('passes over code, front matter, lists and quotes', () => {
    assert.deepEqual(
      picture(
        '---',
        'title: # x',
        '---',
        '```sh',
        '# comment',
        '~~~',
        '```',
        '',
        '    # indented',
        '- item',
        '---',
        '> quote',
        '===',
        '~~~~',
        '# comment',
        '~~~',
        '~~~~~',
        'Text',
        '    # text',
        '# Only this',
      ),
      ['20-20 1 Only this'],
    );
  });

  it('gives offsets that hold the heading and what is below it, with CRLF too', () => {
    const text = '# A 😀\r\n\r\ntext\r\n## B\r\n# C\r\n';
    const parts = headings(text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(parts, ['# A 😀\r\n\r\ntext\r\n## B', '## B', '# C\r\n']);
  });

  it('nest, and cover every line from the first one on, in order', () => {
    const line = fc.constantFrom(
      '# a',
      '## b',
      '### c ###',
      'text',
      '',
      '===',
      '---',
      '```',
      '    x',
      '- y',
      '#',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), (lines, eol) => {
        const text = lines.join(eol);
        const found = headings(text);
        const covered = new Set<number>();
        found.forEach((one, index) => {
          assert.ok(one.startLine <= one.endLine && one.start <= one.end && one.end <= text.length);
          assert.equal(one.startLine, text.slice(0, one.start).split('\n').length);
          for (let at = one.startLine; at <= one.endLine; at += 1) covered.add(at);
          for (const later of found.slice(index + 1)) {
            assert.ok(later.startLine > one.startLine);
            // Either after it or within it.
            assert.ok(later.startLine > one.endLine || later.endLine <= one.endLine);
          }
          const around = found.slice(0, index).findLast(({ endLine }) => endLine >= one.endLine);
          assert.equal(one.container, around?.name ?? null);
        });
        const count = text.split('\n').length;
        const first = found[0]?.startLine ?? count + 1;
        assert.equal(covered.size, count - first + 1);
      }),
    );
  });
});
