/** The page that shows what would be sent: nothing of it is left out or changed, and all facts stand above it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { mergedPlaces, outgoingPage, outgoingTitle } from '../../../../src/core/endpoints/outgoingPage.ts';
import { cloudEndpoint, outgoing } from '../../../support/outgoing.ts';

const linesOf = (text: string) => text.split(/\r\n|\r|\n/);

/** Texts with all that could make lines or look like the page's own. */
const someText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\n', '\r\n', '\r', '', '── end ', '── 1 of 2: user', '\0', '<X 1>', 'To'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const someMessages = fc.array(
  fc.record({ role: fc.constantFrom('system' as const, 'user', 'assistant', 'tool'), text: someText }),
  { maxLength: 6 },
);

describe('the page of what would be sent', () => {
  it('has each message as it leaves, in order, on the lines that it says', () => {
    fc.assert(
      fc.property(someMessages, (messages) => {
        const redactions = [{ label: 'X', count: 1, placeholders: ['<X 1>'] }];
        const page = outgoingPage(outgoing({ messages, redactions }));
        assert.deepEqual(
          page.sections.map(({ start, end }) => page.text.slice(start, end)),
          messages.map(({ text }) => text),
        );
        const lines = linesOf(page.text);
        let before = 0;
        for (const [at, { heading, first, last, start }] of page.sections.entries()) {
          assert.ok(start >= before);
          before = start + (messages[at]?.text.length ?? 0);
          assert.match(lines[heading] ?? '', new RegExp(`^── ${at + 1} of ${messages.length}: `));
          assert.equal(first, heading + 1);
          assert.deepEqual(lines.slice(first, last + 1), linesOf(messages[at]?.text ?? ''));
        }
        assert.match(lines[page.end] ?? '', /^── end ─+$/);
        for (const { line, start, end } of page.marks)
          assert.equal((lines[line] ?? '').slice(start, end), '<X 1>');
        const found = messages.flatMap(({ text }) => text.split('<X 1>').slice(1)).length;
        assert.equal(page.marks.length, found);
      }),
    );
  });

  it('says where it goes, how much it is, what it costs, what was taken out, and where it comes from', () => {
    const page = outgoingPage(outgoing());
    const head = linesOf(page.text).slice(0, page.sections[0]?.heading);
    assert.deepEqual(head, [
      'What Would Be Sent to Company',
      'Nothing has been sent yet. All that leaves of your work stands below, as it leaves.',
      '',
      'To            Company, outside of your network',
      '              https://models.example.com/v1',
      'Model         large-1',
      'For           a question of the chat',
      'Size          about 1,200 tokens: 73 characters in 2 messages',
      'Answer        at most 2,048 tokens',
      'Cost          $0.0036 for the prompt, $0.034 at most with the answer (estimated)',
      'Redacted      GitHub token: 1, in line 25 of this page',
      'Files         src/a.ts:3-9 (7 lines)',
      '              src/b.ts',
      'Always        "Always for This Workspace" sends these without this page:',
      '              questions of the chat, and the tools that are called for them',
      '              refactors',
      '',
    ]);
    assert.match(linesOf(page.text)[24] ?? '', /<GitHub token 1>/);
    const named = (spans: readonly { line: number; start: number; end: number }[]) =>
      spans.map(({ line, start, end }) => (head[line] ?? '').slice(start, end));
    assert.deepEqual(named(page.labels), [
      ...['To', 'Model', 'For', 'Size', 'Answer', 'Cost', 'Redacted', 'Files', 'Always'],
    ]);
    assert.deepEqual(named(page.links), ['src/a.ts:3-9 (7 lines)', 'src/b.ts']);
    assert.deepEqual(page.links[0]?.place, { path: 'src/a.ts', startLine: 3, endLine: 9 });
  });

  it('says of one that completes that what is typed is sent too', () => {
    const endpoint: Endpoint = { ...cloudEndpoint, roles: ['completion'] };
    const { text } = outgoingPage(outgoing({ endpoint }));
    assert.match(text, /without this page:\n {14}what you type, with the code around it\n\n/);
  });

  it('says what is not known or not there', () => {
    const { text } = outgoingPage(
      outgoing({ model: '', cost: null, redactions: [], places: [], messages: [], tokens: 1 }),
    );
    assert.match(text, /Model {9}the one that the server has\n/);
    assert.match(text, /Size {10}about 1 token: 0 characters in 0 messages\n/);
    assert.match(text, /Cost {10}not known: the endpoint has no price in hearth\.endpoints\n/);
    assert.match(text, /Redacted {6}nothing: no secret was found\n/);
    assert.match(text, /Files {9}none of this workspace\n/);
  });

  it('lists at most some of the lines on which a secret was replaced', () => {
    const text = 'a <X 1>\n'.repeat(40);
    const redactions = [{ label: 'X', count: 40, placeholders: ['<X 1>'] }];
    const page = outgoingPage(outgoing({ messages: [{ role: 'user', text }], redactions }));
    assert.match(page.text, /Redacted {6}X: 40, in lines (\d+, ){11}\d+ and others of this page\n/);
    assert.equal(page.marks.length, 40);
  });

  it('has a title that a path can end with', () => {
    assert.equal(
      outgoingTitle({ endpoint: { ...cloudEndpoint, name: 'a/b\\c?d#e' } }),
      'What Would Be Sent to a-b-c-d-e',
    );
  });

  it('names lines that touch once', () => {
    const place = (path: string, startLine: number, endLine: number) => ({ path, startLine, endLine });
    assert.deepEqual(
      mergedPlaces([
        ...[place('b', 5, 9), place('a', 1, 2), place('b', 1, 3), place('b', 4, 4)],
        ...[place('b', 20, 21), place('b', 6, 7), place('c', 3, 4), place('c', 0, 0)],
      ]),
      [place('b', 1, 9), place('b', 20, 21), place('a', 1, 2), place('c', 0, 0)],
    );
  });
});
