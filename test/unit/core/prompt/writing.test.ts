import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toBytes, type ByteString } from '../../../../src/core/prompt/bytes.ts';
import { takeBack } from '../../../../src/core/prompt/healing.ts';
import { Writing, type Choice } from '../../../../src/core/prompt/writing.ts';
import { ByteVocabulary, textUnits } from '../../../support/byteVocabulary.ts';

const face = toBytes('😀');

/** Writes with the same candidates at every step; gives the tokens and the text. */
function write(writing: Writing, steps: readonly (readonly (ByteString | null)[])[]) {
  const bytes: ByteString[] = [];
  let text = '';
  for (const candidates of steps) {
    const choice: Choice = writing.choose(candidates);
    if (choice.kind === 'end') break;
    const token = choice.kind === 'write' ? choice.bytes : (candidates[choice.index] ?? '');
    bytes.push(token);
    text += writing.accept(token).text;
  }
  return { bytes, text };
}

describe('writing an answer', () => {
  it('takes the likeliest, and ends where the text does', () => {
    assert.deepEqual(write(new Writing([]), [['a', 'b'], ['c'], [null, 'd'], ['e']]), {
      bytes: ['a', 'c'],
      text: 'ac',
    });
  });

  it('writes by force what was typed where no candidate agrees', () => {
    assert.deepEqual(new Writing(['con']).choose(['Con', null, 'x']), { kind: 'write', bytes: 'con' });
  });

  it('holds a part of a character back, and takes nothing that breaks it', () => {
    const writing = new Writing([]);
    assert.deepEqual(writing.accept(face.slice(0, 2)), { text: '', healed: false });
    assert.deepEqual(writing.choose([null, 'a', face, face.slice(2)]), { kind: 'candidate', index: 3 });
    assert.deepEqual(writing.accept(face.slice(2)), { text: '😀', healed: false });
  });

  it('goes on with a character whose first bytes were typed', () => {
    // Not a cut that an editor makes; tokens may still be cut so.
    const writing = new Writing([toBytes('"é').slice(0, 1)]);
    assert.deepEqual(writing.choose(['"\xa9', toBytes('"é')]), { kind: 'candidate', index: 1 });
  });

  const avoided: [name: string, avoid: string[], candidates: (string | null)[], index: number | null][] = [
    ['takes the likeliest that leads away', ['foo(bar)'], ['foo', 'fo', 'bar', 'baz'], 2],
    ['leads away from all', ['foo', 'bar'], ['foo', 'bar', 'baz'], 2],
    ['takes nothing that begins with an avoided answer', ['foo'], ['foobar', 'x'], 1],
    ['does not take the end for an answer', ['foo'], [null, 'foo', 'x'], 2],
    ['tells no answers apart by their first blanks', ['foo'], [' foo', ' ', ' x'], 2],
    ['ends where nothing leads away', ['foo', 'x'], ['foo', 'x', ' ', null], null],
    ['avoids nothing for an empty answer', ['', '  '], ['foo'], 0],
  ];
  for (const [name, avoid, candidates, index] of avoided) {
    it(name, () =>
      assert.deepEqual(
        new Writing([], avoid).choose(candidates),
        index === null ? { kind: 'end' } : { kind: 'candidate', index },
      ),
    );
  }

  it('leads away while it heals, or right after', () => {
    assert.deepEqual(new Writing(['con'], ['st x']).choose(['const', 'continue']), {
      kind: 'candidate',
      index: 1,
    });
    const writing = new Writing(['con'], ['st x']);
    assert.deepEqual(writing.choose(['const', 'x']), { kind: 'write', bytes: 'con' });
    writing.accept('con');
    assert.deepEqual(writing.choose(['st', 'crete']), { kind: 'candidate', index: 1 });
    writing.accept('crete');
    assert.equal(writing.free, true);
    assert.deepEqual(writing.choose(['st x']), { kind: 'candidate', index: 0 });
  });
});

describe('any text, any vocabulary, any cut, any candidates', () => {
  const text = fc.array(fc.constantFrom(...textUnits), { maxLength: 12 }).map((units) => units.join(''));
  /** Parts of the texts' own bytes, so that tokens cross characters and agree by halves. */
  const pieces = fc.array(
    fc
      .tuple(text, fc.nat(20), fc.integer({ min: 1, max: 5 }))
      .map(([from, at, length]) => toBytes(from).slice(at, at + length)),
    { maxLength: 12 },
  );
  const scenario = fc.record({
    whole: text,
    pieces,
    avoid: fc.array(text, { maxLength: 3 }),
    cutAt: fc.nat(30),
  });
  const picks = fc.array(fc.array(fc.nat(40), { maxLength: 6 }), { minLength: 1, maxLength: 30 });

  it('go on with the exact bytes that were typed, in whole characters, away from what is avoided', () => {
    fc.assert(
      fc.property(scenario, picks, ({ whole, pieces: own, avoid, cutAt }, steps) => {
        const characters = Array.from(whole);
        const typed = characters.slice(0, cutAt).join('');
        const vocabulary = new ByteVocabulary(own);
        const tokens = vocabulary.tokenize(typed);
        const back = takeBack(tokens);
        const taken = tokens.slice(tokens.length - back);
        const kept = tokens.slice(0, tokens.length - back).join('');
        assert.ok(
          Buffer.from(kept, 'latin1').toString('utf8') ===
            typed.slice(0, typed.length - textOf(taken).length),
        );
        const all = [...own, ...toBytes(whole), null, '', '\xff', face.slice(0, 3), 'x', ' '];
        const candidates = steps.map((indexes) => indexes.map((index) => all[index % all.length] ?? null));
        const { bytes, text: written } = write(new Writing(taken, avoid), candidates);
        const everything = kept + bytes.join('');
        const typedBytes = toBytes(typed);
        assert.ok(everything.startsWith(typedBytes) || typedBytes.startsWith(everything));
        assert.doesNotMatch(written, /\ufffd/);
        assert.doesNotMatch(written, /\p{Surrogate}/u);
        // All that was certain is what stands behind the typed text, but for an unfinished character.
        const beyond = everything.slice(typedBytes.length);
        assert.ok(beyond.startsWith(toBytes(written)));
        assert.ok(beyond.length - toBytes(written).length < 4);
        for (const answer of avoid) {
          if (visible(answer) !== '' && visible(written) !== '')
            assert.notEqual(visible(written), visible(answer));
        }
      }),
      { numRuns: 3000 },
    );
  });

  function visible(answer: string): string {
    return answer.replace(/^[ \t\n]+/, '');
  }

  function textOf(tokens: readonly ByteString[]): string {
    return Buffer.from(tokens.join(''), 'latin1').toString('utf8');
  }
});
