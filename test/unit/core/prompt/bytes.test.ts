import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  byteLevelBytes,
  sentencePieceBytes,
  startsCharacter,
  toBytes,
  Utf8Reader,
} from '../../../../src/core/prompt/bytes.ts';

describe('bytes as strings', () => {
  it('are the UTF-8 of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(toBytes(text), Buffer.from(text, 'utf8').toString('latin1'));
      }),
    );
  });

  it('start a character or go on with one', () => {
    assert.deepEqual(
      ['', 'a', toBytes('é'), toBytes('é').slice(1), toBytes('😀').slice(2)].map(startsCharacter),
      [true, true, true, false, false],
    );
  });
});

describe('a reader of UTF-8', () => {
  it('gives back any text that comes in any pieces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
        (text, sizes) => {
          const reader = new Utf8Reader();
          let bytes = toBytes(text);
          let read = '';
          for (const size of sizes) {
            if (bytes === '') break;
            assert.ok(reader.accepts(bytes.slice(0, size)));
            read += reader.read(bytes.slice(0, size));
            assert.ok(text.startsWith(read));
            bytes = bytes.slice(size);
          }
          assert.equal(read, text);
          assert.equal(reader.incomplete, false);
        },
      ),
    );
  });

  it('refuses what the platform’s own decoder refuses, and nothing else', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0x80, 0xbf, 0xa0, 0x90),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (values) => {
        const reader = new Utf8Reader();
        const accepted = reader.accepts(String.fromCharCode(...values));
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        let text: string | null;
        try {
          text = decoder.decode(Uint8Array.from(values), { stream: true });
        } catch {
          text = null;
        }
        assert.equal(accepted, text !== null);
        if (accepted) assert.equal(reader.read(String.fromCharCode(...values)), text);
        else assert.throws(() => reader.read(String.fromCharCode(...values)), /no UTF-8/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the bytes of a token', () => {
  it('are read from GPT-2’s table', () => {
    assert.equal(byteLevelBytes('Ġconst'), ' const');
    assert.equal(byteLevelBytes('ðŁĺĢ'), toBytes('😀'));
    assert.equal(byteLevelBytes('ĉĊ'), '\t\n');
    assert.equal(byteLevelBytes('漢'), toBytes('漢'));
  });

  it('are read from SentencePiece’s texts', () => {
    assert.equal(sentencePieceBytes('▁const'), ' const');
    assert.equal(sentencePieceBytes('<0xF0>'), '\xf0');
    assert.equal(sentencePieceBytes('é'), toBytes('é'));
  });
});
