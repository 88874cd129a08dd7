/** What follows an answer while it is written: its colours, and what a screen reader hears. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Announcer, announcementPause, spokenText } from '../../../src/webview/chat/announcing.ts';
import { longestHighlighted, OpenHighlighting } from '../../../src/webview/chat/openHighlighting.ts';

describe('highlighting of a block that grows', () => {
  const counting = () => {
    const seen = { characters: 0 };
    const highlighting = new OpenHighlighting((code) => {
      seen.characters += code.length;
      return `<${code}>`;
    });
    return { seen, highlighting };
  };

  it('always shows all of the code', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 900 }), { maxLength: 30 }), fc.boolean(), (parts, open) => {
        const { highlighting } = counting();
        let code = '';
        for (const part of parts) {
          code += part;
          const { html, rest } = highlighting.update(code, 'ts', open);
          assert.equal((html?.slice(1, -1) ?? '') + rest, code);
          if (!open && code.length <= longestHighlighted) assert.equal(rest, '');
        }
      }),
    );
  });

  it('costs a small multiple of the finished block', () => {
    const { seen, highlighting } = counting();
    for (let length = 1; length <= longestHighlighted; length += 3)
      highlighting.update('x'.repeat(length), 'ts', length < longestHighlighted - 3);
    // Piece by piece it would be 3,333 times.
    assert.ok(seen.characters < 60 * longestHighlighted, `${seen.characters} characters`);
  });

  it('begins anew with other code, and leaves very long code alone', () => {
    const { highlighting } = counting();
    highlighting.update('let a', 'ts', true);
    assert.deepEqual(highlighting.update('let b', 'ts', true), { html: '<let b>', rest: '' });
    const long = 'x'.repeat(longestHighlighted + 1);
    assert.deepEqual(highlighting.update(long, 'ts', false), { html: null, rest: long });
    assert.deepEqual(new OpenHighlighting(() => null).update('a', '', false), { html: null, rest: 'a' });
  });
});

describe('what a screen reader hears', () => {
  it('is whole sentences, and not too often', () => {
    const announcer = new Announcer();
    announcer.begin('');
    announcer.update('It adds. And the');
    assert.equal(announcer.take(0), 'It adds.');
    announcer.update('It adds. And then it rounds. Also');
    assert.equal(announcer.take(announcementPause - 1), null);
    assert.equal(announcer.take(announcementPause), 'And then it rounds.');
    assert.equal(announcer.take(2 * announcementPause), null);
    announcer.update('It adds. And then it rounds. Also it ends');
    assert.equal(announcer.rest(2 * announcementPause), 'Also it ends');
    assert.equal(announcer.rest(3 * announcementPause), '');
  });

  it('is not what was there before', () => {
    const announcer = new Announcer();
    announcer.begin('Old words. ');
    announcer.update('Old words. New words. ');
    assert.equal(announcer.take(0), 'New words.');
  });

  it('is the beginning of what comes at once and is too long to be said', () => {
    const announcer = new Announcer();
    announcer.update('[a](b '.repeat(100_000));
    const said = announcer.rest(0);
    assert.ok(said.length < 4_100);
    assert.ok(said.endsWith(' More is in the conversation.'));
    assert.equal(announcer.rest(10_000), '');
  });

  it('waits for the end of code, and only says that there is some', () => {
    const announcer = new Announcer();
    announcer.begin('');
    announcer.update('Write this. \n```ts\nlet a = 1. \n');
    assert.equal(announcer.take(0), 'Write this.');
    announcer.update('Write this. \n```ts\nlet a = 1. \n```\nThat is all. ');
    assert.equal(announcer.take(announcementPause), 'Code. That is all.');
  });

  it('has no marks of Markdown', () => {
    assert.equal(
      spokenText('## Head\n\n- **One** `two`\n- [three](https://example.com) _four_\n> five snake_case'),
      'Head One two three four five snake_case',
    );
  });

  it('says each word of plain text once', () => {
    const sentence = fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(sentence, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (sentences, size) => {
          const text = sentences.map((words) => `${words.join(' ')}. `).join('');
          const announcer = new Announcer();
          announcer.begin('');
          const heard: string[] = [];
          for (let at = size, now = 0; at < text.length + size; at += size, now += announcementPause) {
            announcer.update(text.slice(0, at));
            heard.push(announcer.take(now) ?? '');
          }
          heard.push(announcer.rest(1e9));
          assert.equal(heard.filter((words) => words !== '').join(' '), text.trim());
        },
      ),
    );
  });
});
