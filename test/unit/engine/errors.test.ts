import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asEngineError, EngineError } from '../../../src/engine/errors.ts';

describe('asEngineError', () => {
  it('leaves an EngineError as it is', () => {
    const error = new EngineError('deadline', 'Late.');
    assert.equal(asEngineError(error), error);
    assert.equal(String(error), 'EngineError: Late.');
  });

  const table: [title: string, thrown: unknown, message: string][] = [
    ['an error', new TypeError('odd'), 'The engine failed: odd'],
    ['a text', 'odd', 'The engine failed: odd'],
    ['null', null, 'The engine failed: null'],
    ['nothing', undefined, 'The engine failed: undefined'],
    [
      'an error with a code of the system',
      Object.assign(new Error('x'), { code: 'ENOENT' }),
      'The engine failed: x',
    ],
  ];
  for (const [title, thrown, message] of table) {
    it(`makes ${title} an internal error`, () => {
      const error = asEngineError(thrown);
      assert.deepEqual(
        [error.code, error.message, error instanceof EngineError],
        ['internal', message, true],
      );
    });
  }
});
