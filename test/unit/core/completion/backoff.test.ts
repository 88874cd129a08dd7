import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { backoffMs, type UserAction } from '../../../../src/core/completion/backoff.ts';

/** `r` rejected, `a` accepted, `i` ignored, `t` typed, `p` partly accepted; all at 0. */
function actions(letters: string, at = 0): UserAction[] {
  const kinds = {
    r: 'rejected',
    a: 'accepted',
    i: 'ignored',
    t: 'typed',
    p: 'partly-accepted',
  } as const;
  return [...letters].map((letter) => ({ kind: kinds[letter as keyof typeof kinds], at }));
}

describe('backoffMs', () => {
  for (const [title, letters, now, expected] of [
    ['nothing', '', 0, 0],
    ['two rejections', 'rr', 0, 0],
    ['three', 'rrr', 0, 338],
    ['half of that time later', 'rrr', 300_000, 195],
    ['ten minutes later', 'rrr', 600_000, 0],
    ['acceptances between', 'rarar', 0, 216],
    ['acceptances alone', 'aaaa', 0, 0],
    ['many', 'rrrrrrrr', 0, 2_000],
    ['the last ten only', 'rrraaaaaaaaaa', 0, 0],
    ['what is neither', 'riirtppr', 0, 338],
  ] as const) {
    it(title, () => assert.equal(backoffMs(actions(letters), now), expected));
  }

  it('lies between 0 and 2 seconds, and fades', () => {
    const letters = fc.stringMatching(/^[raitp]{0,20}$/);
    fc.assert(
      fc.property(letters, fc.nat(700_000), (made, now) => {
        const wait = backoffMs(actions(made), now);
        assert.ok(wait >= 0 && wait <= 2_000);
        if (now >= 600_000) assert.equal(wait, 0);
        if (!made.includes('a')) assert.ok(wait <= backoffMs(actions(made), 0));
      }),
    );
  });
});
