import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { loadPhases } from '../../../src/engine/loadOptions.ts';
import {
  engineErrorCodes,
  methods,
  parseClientMessage,
  parseEngineMessage,
  parseParams,
  priorities,
  ProtocolError,
  protocolVersion,
  type EngineMessage,
  type Method,
} from '../../../src/engine/protocol.ts';

const request = {
  type: 'request',
  version: protocolVersion,
  id: 3,
  method: 'ping',
  priority: 'keystroke',
  deadlineMs: 100,
  params: {},
};
const cancel = { type: 'cancel', version: protocolVersion, id: 3 };
const scores = { 'prefix-suffix-middle': 1, 'suffix-prefix-middle': 2.5, 'prefix-only': 3 };
const load = {
  modelPath: '/m.gguf',
  device: 'auto',
  contextTokens: 4096,
  chatContextTokens: 8192,
  threads: 0,
  remembered: { ab12: { format: 'prefix-only', scores } },
  verified: ['ab12'],
  stateFolder: '/state',
  draftModelPath: '/draft.gguf',
  gpuLayers: 'auto',
  cacheType: 'q8_0',
  flashAttention: 'on',
  batchTokens: 512,
  backendFolder: '/backends',
};
const complete = {
  repository: 'shop',
  path: 'a.ts',
  segments: [{ kind: 'signatures', path: 'b.ts', startLine: 1, endLine: 2, text: 'f()' }],
  prefix: 'a',
  suffix: '',
  anchors: [0, 1],
  maxTokens: 64,
  budgetTokens: 0,
  avoid: ['b'],
  workspace: 'w1',
  stop: { multiline: false, mayOpen: true, maxLines: 12, linePrefix: 'a', nextLine: '' },
  stream: false,
};

/** The refusal of `parse` as code, id and message. */
function refusal(parse: () => unknown): { code: string; id: number | null; message: string } {
  try {
    parse();
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    return { code: error.code, id: error.id, message: error.message };
  }
  return assert.fail('It was accepted.');
}

/** Values that arrive through structured cloning. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  key: fc.oneof(
    fc.string(),
    fc.constantFrom('type', 'version', 'id', 'method', 'params', '__proto__', 'constructor'),
  ),
});

/** `valid` with one of its keys, at any depth, replaced by anything or left out. */
function damaged(valid: object): fc.Arbitrary<unknown> {
  return fc
    .record({ path: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), by: fc.option(anything) })
    .map(({ path, by }) => {
      const copy = structuredClone(valid) as Record<string, unknown>;
      let at = copy;
      for (const [depth, step] of path.entries()) {
        const keys = Object.keys(at);
        const key = keys[step % Math.max(1, keys.length)];
        if (key === undefined) break;
        const inner = at[key];
        if (depth < path.length - 1 && typeof inner === 'object' && inner !== null) {
          at = inner as Record<string, unknown>;
          continue;
        }
        if (by === null) delete at[key];
        else at[key] = by;
        break;
      }
      return copy;
    });
}

describe('parseClientMessage', () => {
  for (const method of methods) {
    it(`reads a request to ${method}`, () => {
      const message = { ...request, method, params: { any: ['thing'] } };
      assert.deepEqual(parseClientMessage(message), message);
    });
  }
  for (const priority of priorities) {
    it(`reads the priority ${priority}`, () => {
      assert.deepEqual(parseClientMessage({ ...request, priority }), { ...request, priority });
    });
  }
  it('reads a cancellation', () => assert.deepEqual(parseClientMessage(cancel), cancel));
  for (const type of ['hold', 'release'] as const) {
    it(`reads a ${type}`, () => {
      const message = { type, version: protocolVersion };
      assert.deepEqual(parseClientMessage(message), message);
    });
  }
  it('drops what it does not know', () => {
    assert.deepEqual(parseClientMessage({ ...cancel, extra: 1 }), cancel);
  });

  const longest = 2 ** 31 - 1;
  const bad: [title: string, message: unknown, id: number | null][] = [
    ['nothing', undefined, null],
    ['null', null, null],
    ['a number', 7, null],
    ['a text', 'request', null],
    ['a list', [request], null],
    ['an empty object', {}, null],
    ['no type', { ...request, type: undefined }, 3],
    ['another type', { ...request, type: 'hello' }, 3],
    ['a type of every object', { ...request, type: 'constructor' }, 3],
    ['no version', { ...request, version: undefined }, 3],
    ['a version in quotes', { ...request, version: '1' }, 3],
    ['no id', { ...request, id: undefined }, null],
    ['a negative id', { ...request, id: -1 }, null],
    ['a broken id', { ...request, id: 1.5 }, null],
    ['an id in quotes', { ...request, id: '3' }, null],
    ['an id beyond all numbers', { ...request, id: Infinity }, null],
    ['an unknown method', { ...request, method: 'toString' }, 3],
    ['an unknown priority', { ...request, priority: 'urgent' }, 3],
    ['no deadline', { ...request, deadlineMs: undefined }, 3],
    ['a deadline in the past', { ...request, deadlineMs: -1 }, 3],
    ['a deadline that no timer can hold', { ...request, deadlineMs: longest + 1 }, 3],
    ['a deadline that is not a number', { ...request, deadlineMs: NaN }, 3],
    ['a cancellation of nothing', { ...cancel, id: undefined }, null],
  ];
  for (const [title, message, id] of bad) {
    it(`refuses ${title}`, () => {
      const refused = refusal(() => parseClientMessage(message));
      assert.deepEqual([refused.code, refused.id], ['bad-request', id]);
      assert.match(refused.message, /^Not a message of the protocol: \S/);
    });
  }
  it('takes the longest deadline that a timer can hold', () => {
    assert.doesNotThrow(() => parseClientMessage({ ...request, deadlineMs: longest }));
  });

  const versions: [message: object, id: number | null][] = [
    [{ ...request, version: protocolVersion + 1 }, 3],
    [{ ...request, version: 0 }, 3],
    [{ ...cancel, version: 99 }, 3],
    [{ type: 'something new', version: 99 }, null],
  ];
  for (const [message, id] of versions) {
    it(`tells a client of another version so: ${JSON.stringify(message)}`, () => {
      const refused = refusal(() => parseClientMessage(message));
      assert.deepEqual([refused.code, refused.id], ['protocol-mismatch', id]);
      assert.match(refused.message, /reload the window/);
    });
  }

  it('throws nothing but ProtocolError', () => {
    fc.assert(
      fc.property(fc.oneof(anything, damaged(request), damaged(cancel)), (value) => {
        try {
          const message = parseClientMessage(value);
          if (message.type === 'hold' || message.type === 'release') return;
          assert.ok(Number.isInteger(message.id) && message.id >= 0);
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseParams', () => {
  const good: [method: Method, params: object][] = [
    ['load', load],
    ['load', { ...load, device: 'cpu', threads: 256, contextTokens: 256, remembered: {}, verified: [] }],
    ['complete', complete],
    ['load', { ...load, stateFolder: null }],
    ['complete', { ...complete, repository: null, path: null, segments: [], stop: null, maxTokens: 1 }],
    ['complete', { ...complete, maxTokens: 0, anchors: [], avoid: [], workspace: null, budgetTokens: 512 }],
    [
      'load',
      {
        ...load,
        gpuLayers: 0,
        cacheType: 'f16',
        flashAttention: 'off',
        batchTokens: 32,
        backendFolder: null,
      },
    ],
    ['measure', { milliseconds: 3000 }],
    ['selfTest', {}],
    ['ping', {}],
    ['shutdown', {}],
  ];
  for (const [method, params] of good) {
    it(`takes ${method} ${JSON.stringify(params).slice(0, 60)}`, () => {
      assert.deepEqual(parseParams(method, params, 1), params);
    });
  }

  const bad: [method: Method, params: unknown, where: string][] = [
    ['load', { ...load, modelPath: '' }, 'modelPath'],
    ['load', { ...load, device: 'gpu' }, 'device'],
    ['load', { ...load, contextTokens: 255 }, 'contextTokens'],
    ['load', { ...load, contextTokens: 4096.5 }, 'contextTokens'],
    ['load', { ...load, contextTokens: 2_000_000 }, 'contextTokens'],
    ['load', { ...load, threads: 257 }, 'threads'],
    ['load', { ...load, gpuLayers: -1 }, 'gpuLayers'],
    ['load', { ...load, gpuLayers: 'all' }, 'gpuLayers'],
    ['load', { ...load, cacheType: 'q2_K' }, 'cacheType'],
    ['load', { ...load, flashAttention: true }, 'flashAttention'],
    ['load', { ...load, batchTokens: 31 }, 'batchTokens'],
    ['load', { ...load, batchTokens: 4097 }, 'batchTokens'],
    ['load', { ...load, backendFolder: '' }, 'backendFolder'],
    ['load', { ...load, chatContextTokens: 255 }, 'chatContextTokens'],
    ['load', { ...load, chatContextTokens: undefined }, 'chatContextTokens'],
    ['measure', {}, 'milliseconds'],
    ['measure', { milliseconds: 1e9 }, 'milliseconds'],
    ['load', { ...load, threads: -1 }, 'threads'],
    ['load', { ...load, remembered: { x: { format: 'other', scores } } }, 'remembered.x.format'],
    ['load', { ...load, remembered: { x: { format: 'prefix-only', scores: {} } } }, 'remembered.x.scores'],
    ['load', { ...load, verified: [1] }, 'verified.0'],
    ['load', {}, 'modelPath'],
    ['complete', { ...complete, prefix: 1 }, 'prefix'],
    ['complete', { ...complete, prefix: 'x'.repeat(4_000_001) }, 'prefix'],
    ['complete', { ...complete, path: undefined }, 'path'],
    ['complete', { ...complete, path: 'x'.repeat(100_001) }, 'path'],
    [
      'complete',
      { ...complete, segments: [{ ...complete.segments[0], startLine: -1 }] },
      'segments.0.startLine',
    ],
    ['complete', { ...complete, segments: 'none' }, 'segments'],
    ['load', { ...load, stateFolder: '' }, 'stateFolder'],
    ['load', { ...load, stateFolder: undefined }, 'stateFolder'],
    ['complete', { ...complete, maxTokens: -1 }, 'maxTokens'],
    ['complete', { ...complete, anchors: undefined }, 'anchors'],
    ['complete', { ...complete, anchors: [3, 3] }, 'anchors'],
    ['complete', { ...complete, anchors: [3, 2] }, 'anchors'],
    ['complete', { ...complete, anchors: [-1] }, 'anchors.0'],
    ['complete', { ...complete, anchors: [1.5] }, 'anchors.0'],
    ['complete', { ...complete, avoid: [1] }, 'avoid.0'],
    ['complete', { ...complete, avoid: new Array<string>(101).fill('x') }, 'avoid'],
    ['complete', { ...complete, budgetTokens: -1 }, 'budgetTokens'],
    ['complete', { ...complete, budgetTokens: 2_000_000 }, 'budgetTokens'],
    ['complete', { ...complete, workspace: 1 }, 'workspace'],
    ['complete', { ...complete, workspace: undefined }, 'workspace'],
    ['complete', { ...complete, maxTokens: 4097 }, 'maxTokens'],
    ['complete', { ...complete, stop: {} }, 'stop'],
    ['complete', { ...complete, stop: { ...complete.stop, maxLines: 0 } }, 'stop.maxLines'],
    ['selfTest', null, 'message'],
    ['ping', 'ping', 'message'],
    ['shutdown', undefined, 'message'],
  ];
  for (const [method, params, where] of bad) {
    it(`refuses ${method} with a wrong ${where}: ${JSON.stringify(params)?.slice(0, 60)}`, () => {
      const refused = refusal(() => parseParams(method, params, 8));
      assert.deepEqual([refused.code, refused.id], ['bad-request', 8]);
      assert.ok(refused.message.startsWith(`${method}: ${where}`), refused.message);
      assert.ok(refused.message.length < 1000);
    });
  }

  it('throws nothing but ProtocolError, and gives nothing that it would not take again', () => {
    const any = fc.constantFrom(...methods);
    fc.assert(
      fc.property(any, fc.oneof(anything, damaged(load), damaged(complete)), (method, value) => {
        try {
          const params = parseParams(method, value, 1);
          assert.deepEqual(parseParams(method, params, 1), params);
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseEngineMessage', () => {
  const good: EngineMessage[] = [
    { type: 'hello', version: protocolVersion, pid: 1, llamaVersion: 'b1' },
    { type: 'hello', version: 99, pid: 1, llamaVersion: '' },
    { type: 'text', id: 1, text: '' },
    ...loadPhases.map((phase) => ({ type: 'progress' as const, id: 1, phase, fraction: 0.5 })),
    { type: 'result', id: 1, result: { any: 'thing' } },
    { type: 'result', id: 1, result: null },
    { type: 'error', id: 1, code: 'deadline', message: 'late' },
    { type: 'error', id: null, code: 'bad-request', message: 'what?' },
    { type: 'log', level: 'warn', message: 'hm' },
  ];
  for (const message of good) {
    it(`reads ${JSON.stringify(message)}`, () => assert.deepEqual(parseEngineMessage(message), message));
  }
  for (const code of engineErrorCodes) {
    it(`reads the error code ${code}`, () => {
      assert.notEqual(parseEngineMessage({ type: 'error', id: 1, code, message: '' }), null);
    });
  }

  const bad: unknown[] = [
    undefined,
    null,
    [],
    'hello',
    {},
    { type: 'hello', version: '1', pid: 1, llamaVersion: '' },
    { type: 'hello', version: 1, pid: 1 },
    { type: 'text', id: null, text: '' },
    { type: 'text', id: 1, text: 1 },
    { type: 'progress', id: 1, phase: 'weights', fraction: 1.1 },
    { type: 'progress', id: 1, phase: 'dreaming', fraction: 0 },
    { type: 'result', id: -1, result: {} },
    { type: 'result', id: 1 },
    { type: 'error', id: 1, code: 'ENOENT', message: '' },
    { type: 'error', code: 'deadline', message: '' },
    { type: 'log', level: 'fatal', message: '' },
    request,
  ];
  for (const message of bad) {
    it(`is null for ${JSON.stringify(message)}`, () => assert.equal(parseEngineMessage(message), null));
  }

  it('never throws', () => {
    const some = fc.oneof(anything, ...good.map((message) => damaged(message)));
    fc.assert(
      fc.property(some, (value) => {
        const message = parseEngineMessage(value);
        if (message !== null) assert.deepEqual(parseEngineMessage(message), message);
      }),
      { numRuns: 2000 },
    );
  });
});
