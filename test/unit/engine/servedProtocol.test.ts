import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelDefaults, parseParams, type Method } from '../../../src/engine/protocol.ts';

const place = { repository: null, path: null, segments: [], prefix: 'a', suffix: '' };
const complete = { ...place, ...modelDefaults, maxTokens: 64, stop: null, stream: false };
const wishes = { plain: true, temperature: 0.7, seed: 3, stops: ['\n'] };

describe('what other programs ask of the engine', () => {
  const good: [method: Method, params: object][] = [
    ['complete', { ...complete, wishes }],
    ['complete', { ...complete, wishes: { ...wishes, plain: false, temperature: 0, stops: [] } }],
    ['embed', { texts: ['a', ''] }],
  ];
  for (const [method, params] of good) {
    it(`may be ${method} ${JSON.stringify(params).slice(-60)}`, () => {
      assert.deepEqual(parseParams(method, params, 1), params);
    });
  }

  const bad: [method: Method, params: object, where: string][] = [
    ['complete', { ...complete, wishes: { ...wishes, temperature: -1 } }, 'wishes.temperature'],
    ['complete', { ...complete, wishes: { ...wishes, seed: 0.5 } }, 'wishes.seed'],
    ['complete', { ...complete, wishes: { ...wishes, stops: ['x'.repeat(1001)] } }, 'wishes.stops.0'],
    ['complete', { ...complete, wishes: {} }, 'wishes.plain'],
    ['embed', {}, 'texts'],
    ['embed', { texts: [1] }, 'texts.0'],
    ['embed', { texts: Array<string>(513).fill('') }, 'texts'],
    ['embed', { texts: ['x'.repeat(1_048_577)] }, 'texts'],
  ];
  bad.forEach(([method, params, where], index) => {
    it(`is refused for ${where} (${method} ${index})`, () => {
      assert.throws(() => parseParams(method, params, 7), {
        ...{ code: 'bad-request', id: 7 },
        message: new RegExp(`^${method}: ${where.replaceAll('.', '\\.')}: `),
      });
    });
  });
});
