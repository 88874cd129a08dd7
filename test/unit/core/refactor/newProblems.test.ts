import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newProblems, type ReportedProblem } from '../../../../src/core/refactor/newProblems.ts';

const problem: ReportedProblem = {
  ...{ severity: 'error', source: 'ts', code: '2304' },
  ...{ message: "Cannot find name 'x'.", lineText: '  return x;', file: 'a.ts', line: 7 },
};

const anyProblem: fc.Arbitrary<ReportedProblem> = fc.record({
  severity: fc.constantFrom('error', 'warning', 'information', 'hint'),
  source: fc.constantFrom('ts', null),
  code: fc.constantFrom('1', null),
  message: fc.constantFrom('a', 'b'),
  lineText: fc.constantFrom('x', ' x', 'y'),
  file: fc.constantFrom('a.ts', 'b.ts'),
  line: fc.integer({ min: 1, max: 4 }),
});
const problems = fc.array(anyProblem, { maxLength: 8 });

function isGrave({ severity }: ReportedProblem): boolean {
  return severity === 'error' || severity === 'warning';
}

describe('newProblems', () => {
  const told: [why: string, other: Partial<ReportedProblem>, isNew: boolean][] = [
    ['the same one', {}, false],
    ['one whose line has moved', { line: 9 }, false],
    ['one whose line has moved into another file', { file: 'b.ts', line: 1 }, false],
    ['one whose line is indented otherwise', { lineText: '\treturn  x;', line: 9 }, false],
    ['one that is not looked at again, in whose line other code stands by now', { lineText: '}' }, false],
    ['one of another severity', { severity: 'warning' }, true],
    ['one from another source', { source: 'eslint' }, true],
    ['one of another kind', { code: '2305' }, true],
    ['one with another message', { message: "Cannot find name 'y'." }, true],
    ['one in another line', { lineText: 'return x + 1;', line: 9 }, true],
    ['one in the same line of another file', { lineText: 'return x + 1;', file: 'b.ts' }, true],
    ['a hint', { severity: 'hint', message: 'new' }, false],
    ['an information', { severity: 'information', message: 'new' }, false],
  ];
  for (const [why, other, isNew] of told)
    it(`${isNew ? 'finds' : 'does not count'} ${why}`, () => {
      const after = { ...problem, ...other };
      assert.deepEqual(newProblems([problem], [after]), isNew ? [after] : []);
    });

  it('counts those that are alike, and gives what the caller knows of them', () => {
    const at = (line: number) => ({ ...problem, line });
    assert.deepEqual(newProblems([problem], [at(1), at(5), at(9)]), [at(5), at(9)]);
    assert.deepEqual(newProblems([at(5)], [at(1), at(5), at(9)]), [at(1), at(9)]);
  });

  it('knows an old one once: by its text before its place', () => {
    const old = { ...problem, line: 8 };
    const other = { ...problem, lineText: 'x();' };
    assert.deepEqual(newProblems([problem], [other, old]), [other]);
  });

  it('finds nothing new in reports of before, whatever their lines have for a text by now', () => {
    fc.assert(
      fc.property(problems, fc.func(fc.constantFrom('x', 'y', 'z')), (some, textOf) => {
        const stale = some.map((one) => ({ ...one, lineText: textOf(one) }));
        assert.deepEqual(newProblems(some, stale), []);
      }),
    );
  });

  it('finds nothing new where none came, wherever they stand', () => {
    fc.assert(
      fc.property(problems, problems, (some, gone) => {
        assert.deepEqual(newProblems([...some, ...gone].reverse(), some), []);
      }),
    );
  });

  it('finds exactly what came, whatever the order', () => {
    fc.assert(
      fc.property(problems, problems, (some, others) => {
        const come = others.map((one) => ({ ...one, file: 'new.ts' }));
        const found = newProblems(some, [...come, ...some]);
        const counted = (all: readonly ReportedProblem[]): string[] =>
          all
            .map(({ severity, source, code, message, lineText }) =>
              JSON.stringify([severity, source, code, message, lineText.trim()]),
            )
            .sort();
        assert.deepEqual(counted(found), counted(come.filter(isGrave)));
        assert.deepEqual(counted(newProblems(some, [...some, ...come])), counted(found));
      }),
    );
  });
});
