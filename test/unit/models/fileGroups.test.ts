import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { groupParts } from '../../../src/models/fileGroups.ts';

describe('groupParts', () => {
  it('keeps sets of another length or folder apart', () => {
    const set = (base: string, parts: number): string[] =>
      Array.from({ length: parts }, (_, part) => `${base}-0000${part + 1}-of-0000${parts}.gguf`);
    const files = [...set('/a/m', 2), ...set('/a/m', 3), ...set('/b/m', 2), '/a/m.gguf'];
    assert.deepEqual(
      groupParts(files.reverse()).map(({ base, files: parts }) => [base, parts.length]),
      [
        ['/a/m', 2],
        ['/a/m', 3],
        ['/a/m', 1],
        ['/b/m', 2],
      ],
    );
  });

  it('puts every file into one group, in order, whatever the names and their order', () => {
    const name = fc.oneof(
      fc
        .tuple(fc.constantFrom('/m', '/n'), fc.nat(4), fc.nat(4))
        .map(([base, part, parts]) => `${base}-0000${part}-of-0000${parts}.gguf`),
      fc.string().map((text) => `/${text}.gguf`),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name), (files) => {
        const groups = groupParts(files);
        assert.deepEqual(groups.flatMap((group) => group.files).sort(), [...files].sort());
        for (const group of groups) assert.deepEqual(group.files, [...group.files].sort());
        assert.deepEqual(groupParts([...files].reverse()), groups);
      }),
    );
  });
});
