import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newProblems, type ReportedProblem } from '../../../../src/core/refactor/newProblems.ts';

const problem: ReportedProblem = {
  ...{ severity: 'error', source: 'ts', code: '2304' },
  ...{ message: "Cannot find name 'x'.", lineText: '  return x;' },
};

const anyProblem: fc.Arbitrary<ReportedProblem> = fc.record({
  severity: fc.constantFrom('error', 'warning', 'information', 'hint'),
  source: fc.constantFrom('ts', null),
  code: fc.constantFrom('1', null),
  message: fc.constantFrom('a', 'b'),
  lineText: fc.constantFrom('x', ' x', 'y'),
});
const problems = fc.array(anyProblem, { maxLength: 8 });

function isGrave({ severity }: ReportedProblem): boolean {
  return severity === 'error' || severity === 'warning';
}

describe('newProblems', () => {
  const told: [why: string, other: Partial<ReportedProblem>, isNew: boolean][] = [
    ['the same one', {}, false],
    ['one whose line is indented otherwise', { lineText: '\treturn  x;' }, false],
    ['one of another severity', { severity: 'warning' }, true],
    ['one from another source', { source: 'eslint' }, true],
    ['one of another kind', { code: '2305' }, true],
    ['one with another message', { message: "Cannot find name 'y'." }, true],
    ['one in another line', { lineText: 'return x + 1;' }, true],
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
      fc.property(problems, problems, (some, come) => {
        const found = newProblems(some, [...come, ...some]);
        const counted = (all: readonly ReportedProblem[]): string[] =>
          all.map(({ lineText, ...rest }) => JSON.stringify({ ...rest, lineText: lineText.trim() })).sort();
        assert.deepEqual(counted(found), counted(come.filter(isGrave)));
        assert.deepEqual(counted(newProblems(some, [...some, ...come])), counted(found));
      }),
    );
  });
});
