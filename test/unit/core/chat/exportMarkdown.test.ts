import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Attachment } from '../../../../src/core/chat/context.ts';
import type { ConversationEvent } from '../../../../src/core/chat/conversation.ts';
import { replay } from '../../../../src/core/chat/events.ts';
import { exportMarkdown } from '../../../../src/core/chat/exportMarkdown.ts';
import { anyEvents, made, turn } from '../../../support/chatEvents.ts';

function exported(...events: ConversationEvent[]): string {
  const conversation = replay([made.created(), ...events]);
  assert.ok(conversation !== null);
  return exportMarkdown(conversation, (at) => `time ${at}`);
}

describe('exportMarkdown', () => {
  it('has everything that is shown', () => {
    const attachment: Attachment = {
      ...{ kind: 'file', label: 'counter.ts:3-9', place: null },
      ...{ language: 'ts', text: 'let a', cut: false },
    };
    const source = { path: 'src/a.ts', startLine: 3, endLine: 9, score: 1 };
    const events = [
      made.asked('q1', null, 'What *is* it?', [attachment]),
      made.answering('a1', 'q1'),
      made.sent('a1', 'P', [
        source,
        { ...source, path: 'b`.ts', endLine: 3 },
        { ...source, path: 'changed.ts', startLine: 0, endLine: 0 },
      ]),
      made.wrote('a1', 'Hm, I wonder.', 'reasoning'),
      made.called('a1', { arguments: '{"text":"<b>"}' }),
      made.returned('a1', 'call-1', 'a.ts:1: ```'),
      made.wrote('a1', 'It is:\n\n```ts\nlet a;\n```\n'),
      made.answered('a1'),
    ];
    assert.equal(
      exported(...events),
      `# What \\*is\\* it?

time 1000 · Tiny

## Question

What *is* it?

With:

- \`counter.ts:3-9\`

## Answer

<details>
<summary>Reasoning</summary>

Hm, I wonder.

</details>

<details>
<summary>search {"text":"&lt;b>"}</summary>

\`\`\`\`
a.ts:1: \`\`\`
\`\`\`\`

</details>

It is:

\`\`\`ts
let a;
\`\`\`

Sources:

- \`src/a.ts:3-9\`
- \`\`b\`.ts:3\`\`
- \`changed.ts\`
`,
    );
  });

  it('says what became of an answer that has no end', () => {
    const begun = [made.asked('q1', null), made.answering('a1', 'q1')];
    const stopped = made.answered('a1', { state: 'stopped', reason: 'stopped' });
    assert.match(exported(...begun, stopped), /\n\*This answer was stopped\.\*\n$/);
    const failed = made.answered('a1', { state: 'failed', reason: 'engine', message: 'It <died>.' });
    assert.match(exported(...begun, failed), /\n\*It \\<died\\>\.\*\n$/);
  });

  it('leaves out what is not shown', () => {
    const text = exported(...turn(1, null, 'Old'), made.asked('edited', null, 'New?'));
    assert.doesNotMatch(text, /Old/);
    assert.match(text, /New\?/);
  });

  it('closes fences that have no end, and lets no answer leave its folded part', () => {
    const thought = '</details>\n~~~~ts\nlet a = "</details>"\n~~~\n```';
    const events = [made.wrote('a1', thought, 'reasoning'), made.wrote('a1', '```\nopen\n\n')];
    const text = exported(made.asked('q1', null), made.answering('a1', 'q1'), ...events);
    assert.match(text, /\n&lt;\/details>\n~~~~ts\nlet a = "<\/details>"\n~~~\n```\n~~~~\n\n<\/details>\n/);
    assert.match(text, /\n```\nopen\n```\n$/);
  });

  it('keeps the texts of questions and answers as they are, whatever they hold', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const text = exported(...events);
        assert.ok(text.startsWith('# ') && text.endsWith('\n'));
        const opened = text.match(/^<details>$/gm)?.length ?? 0;
        assert.equal(text.match(/^<\/details>$/gm)?.length ?? 0, opened);
      }),
    );
  });
});
