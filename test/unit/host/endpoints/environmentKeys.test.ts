import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { environmentKeys, keyProblem, keyVariable } from '../../../../src/host/endpoints/environmentKeys.ts';

const at = (name: string) => ({ name, address: 'https://api.example.org' });

describe('keys of the command line', () => {
  it('stand in a variable with the name in upper case', () => {
    assert.equal(keyVariable('team'), 'HEARTH_KEY_TEAM');
    assert.equal(keyVariable(' My box-2 '), 'HEARTH_KEY_MY_BOX_2');
  });

  it('are read when they are asked for', async () => {
    const environment: Record<string, string | undefined> = {};
    const keys = environmentKeys(environment);
    assert.equal(await keys.get(at('Team')), null);
    environment['HEARTH_KEY_TEAM'] = ' sk-1\n';
    assert.equal(await keys.get(at('Team')), 'sk-1');
    environment['HEARTH_KEY_TEAM'] = '  ';
    assert.equal(await keys.get(at('Team')), null);
    assert.equal(await keys.get(at('Other')), null);
  });
});

describe('a text that is to be a key', () => {
  it('is one where it can stand in a header', () => {
    assert.equal(keyProblem(' sk-or-v1-abc_123.x/y+z= '), null);
  });

  for (const text of ['', '   ', 'sk 1', 'sk-1\r\nx-evil: 1', 'ключ', 'x'.repeat(5000)]) {
    it(`is none where it is ${JSON.stringify(text.slice(0, 20))}, and is not repeated`, () => {
      const problem = keyProblem(text) ?? '';
      assert.match(problem, /^(is|has) /);
      if (text.trim() !== '') assert.ok(!problem.includes(text.trim()));
    });
  }
});
