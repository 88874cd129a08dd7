import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Confidence, confidenceLimits } from '../../../../src/core/completion/confidence.ts';

const sure = -0.1;
/** Unsure as a line and as a run of tokens, but not so much that half of it would be. */
const lost = Math.min(confidenceLimits.running, confidenceLimits.line) - 1;

/** Feeds tokens until the model is unsure; gives the text that was kept, and at which token it ended. */
function feed(tokens: readonly (readonly [text: string, logProbability: number])[]) {
  const confidence = new Confidence();
  let text = '';
  for (const [index, [piece, logProbability]] of tokens.entries()) {
    text += piece;
    if (confidence.push(piece, logProbability))
      return { at: index, kept: text.slice(0, confidence.confident) };
  }
  return { at: null, kept: text, endsUnsure: confidence.endsUnsure };
}

const line = (logProbability: number, tokens = 5) =>
  Array.from(
    { length: tokens },
    (_, index) => [index === tokens - 1 ? 'c\n' : 'ab', logProbability] as const,
  );

describe('confidence', () => {
  it('lets a sure text be', () => {
    assert.deepEqual(feed([...line(sure), ...line(sure, 12)]), {
      at: null,
      kept: 'ababababc\n' + 'ab'.repeat(11) + 'c\n',
      endsUnsure: false,
    });
  });

  it('drops an unsure first line as a whole', () => {
    assert.deepEqual(feed(line(lost)), { at: 4, kept: '' });
  });

  it('cuts back to the last sure line', () => {
    assert.deepEqual(feed([...line(sure), ...line(sure), ...line(lost)]), {
      at: 14,
      kept: 'ababababc\nababababc',
    });
  });

  it('gives up in the midst of a line that went on too long unsurely', () => {
    const long = Array.from({ length: 20 }, () => ['x', lost] as const);
    assert.equal(feed(long).at, confidenceLimits.window - 1);
  });

  it('starts anew on each line', () => {
    assert.equal(feed([...line(lost, 4), ...line(lost, 4), ...line(lost, 4)]).at, null);
  });

  it('does not judge by few tokens', () => {
    assert.equal(feed([...line(lost, 4), ...line(sure)]).at, null);
  });

  it('does not take the line end that opens an answer for a line', () => {
    assert.deepEqual(
      feed([
        ['\n', sure],
        ['  a', sure],
        ['b\n', sure],
      ]),
      { at: null, kept: '\n  ab\n', endsUnsure: false },
    );
  });

  it('judges the last line of a text that ended by itself', () => {
    const confidence = new Confidence();
    for (const text of ['a', 'b', 'c', 'd', 'e']) assert.equal(confidence.push(text, lost), false);
    assert.equal(confidence.endsUnsure, true);
  });

  it('gives the mean of the tokens that begin within a text', () => {
    const confidence = new Confidence();
    for (const [text, logProbability] of [
      ['ab', -1],
      ['', -2],
      ['c', -3],
      ['d', -10],
    ] as const) {
      confidence.push(text, logProbability);
    }
    assert.equal(confidence.meanWithin(3), -2);
    assert.equal(confidence.meanWithin(1), -1);
    assert.equal(confidence.meanWithin(0), 0);
    assert.equal(confidence.meanWithin(4), -4);
    assert.equal(new Confidence().meanWithin(5), 0);
  });
});
