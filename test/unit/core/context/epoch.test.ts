import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definitionAround, SteadyDefinition } from '../../../../src/core/context/epoch.ts';

describe('definitionAround', () => {
  const prefix = 'const a;\nfunction one() {\n}\n  method(\n';
  const rows: [anchors: number[], line: string][] = [
    [[], ''],
    [[0], 'const a;'],
    [[0, 9], 'function one() {'],
    [[0, 9, 28], 'method('],
  ];
  for (const [anchors, line] of rows) {
    it(JSON.stringify(line), () => assert.equal(definitionAround({ prefix, anchors }), line));
  }

  it('is the same whatever comes and goes above it', () => {
    const more = `import x;\n${prefix}`;
    assert.equal(
      definitionAround({ prefix: more, anchors: [10, 19] }),
      definitionAround({ prefix, anchors: [0, 9] }),
    );
  });
});

describe('SteadyDefinition', () => {
  it('changes with a cursor that goes elsewhere, not with definitions that come and go while a line is written', () => {
    const steady = new SteadyDefinition();
    assert.equal(steady.at('f', 10), 'f');
    assert.deepEqual(
      ['g', 'f', 'g('].map((around) => steady.at(around, 11)),
      ['f', 'f', 'f'],
    );
    assert.equal(steady.at('g', 14), 'f');
    assert.equal(steady.at('g', 18), 'g');
    assert.equal(steady.at('f', 10), 'f');
  });

  it('changes after eight requests in another definition that were not interrupted', () => {
    const steady = new SteadyDefinition();
    steady.at('f', 1);
    const shown = Array.from({ length: 8 }, () => steady.at('g', 1));
    assert.deepEqual(shown, [...Array.from({ length: 7 }, () => 'f'), 'g']);
    for (let time = 0; time < 20; time += 1) {
      assert.equal(steady.at(time % 5 === 0 ? 'g' : 'h', 1), 'g');
    }
  });
});
