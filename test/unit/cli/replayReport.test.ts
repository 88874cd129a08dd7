import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quietLine, summarise, type Replayed, type ReplayLine } from '../../../src/cli/replayReport.ts';

const none = { evaluated: 0, generated: 0 };
const background = { speculated: none, wasted: none, cancelled: none, modelCalls: 3 };

function key(evaluated: number, reused: number, more: Partial<ReplayLine> = {}): Replayed {
  const line = quietLine({ kind: 'type', line: 1, atMs: 0, offset: 0, text: 'a' }, 0);
  const tokens = { evaluated, reused, generated: 0 };
  return { line: { ...line, source: 'model', tokens, ...more }, keystroke: true, follows: 'no' };
}

describe('summarise', () => {
  it('leaves the cold request out of what is evaluated and reused', () => {
    const keys = [key(500, 0, { cold: true }), key(1, 99), key(3, 97), key(2, 98)];
    const { keystrokes, evaluated, reused } = summarise(keys, background);
    assert.deepEqual(
      { keystrokes, evaluated, reused },
      { keystrokes: 4, evaluated: { p50: 2, p95: 3 }, reused: 0.98 },
    );
  });

  it('counts among the keys that follow only those that leave some of the suggestion', () => {
    const cached = key(0, 0, { source: 'cache' });
    const keys: Replayed[] = [
      { ...cached, follows: 'into' },
      { ...key(1, 9), follows: 'into' },
      { ...key(1, 9), follows: 'to-the-end' },
      cached,
    ];
    const { following, noModel, noModelOfAll } = summarise(keys, background);
    assert.deepEqual({ following, noModel, noModelOfAll }, { following: 2, noModel: 0.5, noModelOfAll: 0.5 });
  });

  it('has numbers for a trace without a key', () => {
    const { keystrokes, evaluated, reused, noModel } = summarise([], background);
    assert.deepEqual(
      { keystrokes, evaluated, reused, noModel },
      { keystrokes: 0, evaluated: { p50: 0, p95: 0 }, reused: 0, noModel: null },
    );
  });
});
