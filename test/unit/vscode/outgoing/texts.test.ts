import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerLinks, consentQuestion } from '../../../../src/vscode/outgoing/outgoingText.ts';
import { wasSeen } from '../../../../src/vscode/outgoing/pending.ts';
import { outgoing } from '../../../support/outgoing.ts';

describe('what is asked before something is sent', () => {
  it('says how much it is, what it costs, and what was taken out', () => {
    assert.equal(
      consentQuestion(
        outgoing({
          redactions: [
            { label: 'A', count: 2 },
            { label: 'B', count: 1 },
          ],
        }),
      ),
      'Nothing has been sent to Company yet. The editor shows what would be (about 1,200 tokens, $0.034 at most, ' +
        '3 secrets replaced)',
    );
    assert.match(consentQuestion(outgoing({ cost: null, redactions: [], tokens: 1 })), / \(about 1 token\)$/);
  });

  it('is answered by links, each of which names the preview that it is about', () => {
    const links = [...answerLinks('12').matchAll(/\[([^\]]+)\]\(command:([\w.]+)\?([^)]+)\)/g)];
    assert.deepEqual(
      links.map(([, words, command]) => [words, command]),
      [
        ['Send Once', 'hearth.outgoing.send'],
        ['Always for This Workspace', 'hearth.outgoing.always'],
        ['Never for This Workspace', 'hearth.outgoing.never'],
      ],
    );
    for (const [, , , argument = ''] of links)
      assert.deepEqual(JSON.parse(decodeURIComponent(argument)), [{ id: '12' }]);
  });

  it('is not answered by a key that was pressed before anybody can have read it', () => {
    const preview = { shownAt: 10_000 };
    assert.deepEqual(
      [10_000, 10_300, 10_599, 10_600, 99_999].map((now) => wasSeen(preview, now)),
      [false, false, false, true, true],
    );
  });
});
