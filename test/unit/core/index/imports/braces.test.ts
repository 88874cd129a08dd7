import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandBraces } from '../../../../../src/core/index/imports/braces.ts';

describe('expandBraces', () => {
  const table: [written: string, paths: string[]][] = [
    ['a::b', ['a::b']],
    ['a::{b, c as d}', ['a::b', 'a::c as d']],
    ['a::{\n  b::{c, d},\n  e,\n}', ['a::b::c', 'a::b::d', 'a::e']],
    ['{a::b, c}', ['a::b', 'c']],
    ['App\\{A, B\\C}', ['App\\A', 'App\\B\\C']],
    ['a::{}', []],
    ['a::{b', ['a::b']],
    ['a::{b, c::{d', ['a::b', 'a::c::d']],
    ['a}::{b}', ['a}::b']],
    ['}{', []],
  ];
  for (const [written, paths] of table) {
    it(JSON.stringify(written), () => assert.deepEqual(expandBraces(written), paths));
  }
});
