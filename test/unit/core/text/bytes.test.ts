import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatBytes } from '../../../../src/core/text/bytes.ts';

describe('formatBytes', () => {
  const table: [bytes: number, text: string][] = [
    [0, '0 bytes'],
    [1, '1 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1500, '1.5 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [999_999, '1.0 MB'],
    [4_770_848, '4.8 MB'],
    [999_999_999, '1.0 GB'],
    [17_179_869_184, '17.2 GB'],
    [2 ** 60, '1.2 EB'],
    [2 ** 80, '1208925.8 EB'],
  ];
  for (const [bytes, text] of table) {
    it(`${bytes} is ${text}`, () => assert.equal(formatBytes(bytes), text));
  }
});
