import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pieces, RangeSet, type Range } from '../../../../src/remote/download/ranges.ts';

const size = 60;
const range = fc.tuple(fc.nat(size), fc.nat(size)).map(([a, b]): Range => [Math.min(a, b), Math.max(a, b)]);

/** The same by a list of all bytes. */
function bytesOf(ranges: Iterable<Range>): boolean[] {
  const bytes = Array.from({ length: size }, () => false);
  for (const [start, end] of ranges) bytes.fill(true, start, end);
  return bytes;
}

describe('RangeSet', () => {
  it('holds the bytes that were added, in ranges in order that do not touch', () => {
    fc.assert(
      fc.property(fc.array(range), (added) => {
        const set = new RangeSet(added);
        assert.deepEqual(bytesOf(set.ranges), bytesOf(added));
        assert.equal(set.bytes, bytesOf(added).filter(Boolean).length);
        set.ranges.forEach(([start, end], at) => {
          assert.ok(start < end);
          assert.ok(at === 0 || start > (set.ranges[at - 1]?.[1] ?? 0));
        });
      }),
    );
  });

  it('knows what is missing, and how far what is there reaches', () => {
    fc.assert(
      fc.property(fc.array(range), fc.nat(size), (added, position) => {
        const set = new RangeSet(added);
        const there = bytesOf(added);
        assert.deepEqual(
          bytesOf(set.missing(size)),
          there.map((byte) => !byte),
        );
        const before = there.slice(0, position).reverse();
        assert.equal(set.before(position), before.includes(false) ? before.indexOf(false) : position);
        const behind = there.slice(position);
        const gap = behind.includes(false) ? behind.indexOf(false) : size - position;
        assert.equal(set.reach(position), position + gap);
      }),
    );
  });
});

describe('pieces', () => {
  it('are the same bytes in the same order, none larger than allowed', () => {
    fc.assert(
      fc.property(fc.array(range), fc.integer({ min: 1, max: size }), (added, most) => {
        const { ranges } = new RangeSet(added);
        const cut = pieces(ranges, most);
        assert.deepEqual(bytesOf(cut), bytesOf(ranges));
        assert.ok(cut.every(([start, end]) => end > start && end - start <= most));
        assert.deepEqual(
          cut,
          [...cut].sort((a, b) => a[0] - b[0]),
        );
      }),
    );
  });
});
