import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { complete } from '../../../../src/core/completion/completer.ts';
import { applyInsertion } from '../../../../src/core/completion/insertion.ts';
import { refused } from '../../../../src/core/completion/outcome.ts';
import type {
  CompletionOutcome,
  CompletionPorts,
  CompletionQuery,
  ModelAnswer,
  ModelQuery,
} from '../../../../src/core/completion/ports.ts';
import { cutWindow } from '../../../../src/core/text/window.ts';
import { parseCursor } from '../../../support/cursor.ts';

const tokens = { prompt: 9, reused: 5, evaluated: 4, generated: 3 };

interface Scene extends Partial<CompletionQuery> {
  /** What the model writes, or does. */
  readonly answer?: string | ((signal: AbortSignal) => Promise<ModelAnswer>);
  readonly window?: CompletionPorts['window'];
  readonly signal?: AbortSignal;
  readonly stopReason?: ModelAnswer['stopReason'];
}

function answered(text: string, more: Partial<ModelAnswer> = {}): ModelAnswer {
  return {
    text,
    stopReason: 'stop-rule',
    parts: [],
    tokens,
    milliseconds: { prompt: 20, firstToken: 30, total: 40 },
    ...more,
  };
}

/** Runs one request in a picture; every look at the clock is 10 ms later than the one before. */
async function run(picture: string, { answer = '', window, signal, ...query }: Scene = {}) {
  const { prefix, suffix } = parseCursor(picture);
  const text = prefix + suffix;
  const asked: { query: ModelQuery; priority: string; deadlineMs: number }[] = [];
  let clock = 1000;
  const ports: CompletionPorts = {
    window: window ?? ((of) => Promise.resolve(cutWindow(text, of.offset, { before: 999, after: 999 }))),
    complete: (model, { priority, deadlineMs, signal: own }) => {
      asked.push({ query: model, priority, deadlineMs });
      return typeof answer === 'string' ? Promise.resolve(answered(answer)) : answer(own);
    },
    syntax: null,
    sleep: () => Promise.resolve(),
    now: () => (clock += 10),
    date: () => 77,
  };
  const whole: CompletionQuery = {
    document: 'file:///a.ts',
    version: 1,
    offset: prefix.length,
    languageId: 'typescript',
    path: 'src/a.ts',
    repository: 'shop',
    manual: false,
    multiline: 'auto',
    maxTokens: 64,
    deadlineMs: 500,
    ...query,
  };
  const outcome = await complete(whole, ports, signal ?? new AbortController().signal);
  const { insertion } = outcome;
  return { outcome, asked, text: insertion && applyInsertion(text, prefix.length, insertion) };
}

const ended = ({ record }: CompletionOutcome): string => `${record.stage}: ${record.reason}`;

describe('complete', () => {
  it('gives what the model writes, and says what it took', async () => {
    const { outcome, text } = await run('const a = █\nnext();', { answer: 'one();' });
    assert.equal(text, 'const a = one();\nnext();');
    assert.deepEqual(outcome, {
      insertion: { text: 'one();', replaceRight: 0 },
      alternatives: [],
      record: {
        at: 77,
        manual: false,
        languageId: 'typescript',
        stage: 'shown',
        source: 'model',
        reason: 'shown',
        detail: '',
        tokens,
        milliseconds: { context: 10, prompt: 20, firstToken: 30, total: 20 },
        dropped: [],
      },
      dropped: [],
      parts: [],
    });
  });

  it('asks the model for the place, its stop rule and its limits', async () => {
    const { asked } = await run('function f() {█\n}\n', { answer: 'x', manual: true, maxTokens: 7 });
    assert.deepEqual(asked, [
      {
        query: {
          repository: 'shop',
          path: 'src/a.ts',
          segments: [],
          prefix: 'function f() {',
          suffix: '\n}\n',
          cursorLine: 1,
          anchors: [],
          maxTokens: 7,
          budgetTokens: 0,
          avoid: [],
          stop: {
            multiline: true,
            mayOpen: false,
            maxLines: 12,
            linePrefix: 'function f() {',
            nextLine: '}',
          },
        },
        priority: 'manual',
        deadlineMs: 500,
      },
    ]);
  });

  it('tells where a file lies whose path does not say it', async () => {
    const places = ['/home/ann/.aws/credentials'];
    const { asked } = await run('a█', { answer: 'x', path: 'credentials', repository: null, places });
    assert.deepEqual([asked[0]?.query.path, asked[0]?.query.places], ['credentials', places]);
  });

  const lines: [title: string, picture: string, scene: Scene, multiline: boolean][] = [
    ['one line in the midst of a statement', 'const a = █', {}, false],
    ['several lines where a block opens', 'if (a) {█', {}, true],
    ['several lines by hand', 'const a = █', { manual: true }, true],
    ['several lines always', 'const a = █', { multiline: 'always' }, true],
    ['one line never more', 'if (a) {█', { multiline: 'never', manual: true }, false],
  ];
  for (const [title, picture, scene, multiline] of lines) {
    it(`wants ${title}`, async () => {
      const { asked } = await run(picture, { answer: 'x', ...scene });
      assert.equal(asked[0]?.query.stop?.multiline, multiline);
    });
  }

  const pictures: [title: string, picture: string, answer: string, result: string][] = [
    ['writes CRLF into a document that has it', 'if (a) {█\r\n}', '\n  b();', 'if (a) {\r\n  b();\r\n}'],
    [
      'indents like the document',
      'class A {\n\tb() {█\n\t}\n}',
      '\n        c();',
      'class A {\n\tb() {\n\t\tc();\n\t}\n}',
    ],
    ['replaces what the answer repeats', 'foo(█);', 'a, b);', 'foo(a, b);'],
    ['drops what follows anyway', 'a();\n█\nlast();', 'b();\nlast();', 'a();\nb();\nlast();'],
  ];
  for (const [title, picture, answer, result] of pictures) {
    it(title, async () => {
      const { text } = await run(picture, { answer, multiline: 'always' });
      assert.equal(text, result);
    });
  }

  const nothing: [title: string, picture: string, scene: Scene, ended: string, asked: number][] = [
    ['only blanks before the cursor', ' \n\t█x', {}, 'document: nothing-typed', 0],
    [
      'a document that is not known',
      'a█',
      { window: () => Promise.resolve('unknown') },
      'document: document-changed',
      0,
    ],
    [
      'a document that is too large',
      'a█',
      { window: () => Promise.resolve('too-large') },
      'document: too-large',
      0,
    ],
    ['a binary document', 'a█', { window: () => Promise.resolve('binary') }, 'document: binary', 0],
    [
      'an endless line',
      'a█',
      { window: () => Promise.resolve('line-too-long') },
      'document: line-too-long',
      0,
    ],
    ['a superseded request', 'a█', { signal: AbortSignal.abort() }, 'document: superseded', 0],
    ['an empty answer', 'a = █', { answer: '' }, 'filter: empty', 1],
    ['a blank answer', 'a = █', { answer: ' \n ' }, 'filter: empty', 1],
    ['an answer that stands there already', 'a();\n█\nb();', { answer: 'b();' }, 'filter: repeats-suffix', 1],
    ['an answer that adds nothing to the line', 'foo(█)', { answer: ')' }, 'filter: repeats-suffix', 1],
    ['an unreadable answer', 'a = █', { answer: '\ufffd' }, 'filter: unreadable', 1],
  ];
  for (const [title, picture, scene, expected, asks] of nothing) {
    it(`gives nothing for ${title}`, async () => {
      const { outcome, asked } = await run(picture, scene);
      assert.equal(ended(outcome), expected);
      assert.deepEqual([outcome.insertion, asked.length], [null, asks]);
    });
  }

  it('keeps what it dropped, but no code in the record', async () => {
    const { outcome } = await run('a();\n█\nsecret();', { answer: 'secret();' });
    assert.deepEqual(outcome.dropped, [{ filter: 'repeats-suffix', text: 'secret();' }]);
    assert.deepEqual(outcome.record.dropped, ['repeats-suffix']);
    assert.equal(JSON.stringify(outcome.record).includes('secret'), false);
  });

  it('gives the model’s text as it came where that is asked for', async () => {
    const { outcome, asked } = await run('foo(█)', { answer: ')\n)\n ', raw: true });
    assert.deepEqual(outcome.insertion, { text: ')\n)\n ', replaceRight: 0 });
    assert.equal(asked[0]?.query.stop, null);
  });

  it('numbers the lines of the prompt’s parts as the document does', async () => {
    const parts = [
      { kind: 'signatures', path: 'lib.ts', startLine: 8, endLine: 9, tokens: 5 },
      { kind: 'prefix', path: 'a.ts', startLine: -2, endLine: 0, tokens: 6 },
      { kind: 'suffix', path: 'a.ts', startLine: 0, endLine: 1, tokens: 2 },
    ];
    const { outcome } = await run('1\n2\n3\n4█\n5', {
      answer: () => Promise.resolve(answered('x', { parts })),
    });
    assert.deepEqual(
      outcome.parts.map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [8, 9],
        [2, 4],
        [4, 5],
      ],
    );
  });

  const failures: [title: string, error: unknown, reason: string, detail: string][] = [
    ['cancelled', Object.assign(new Error('x'), { code: 'cancelled' }), 'superseded', ''],
    ['deadline', Object.assign(new Error('x'), { code: 'deadline' }), 'deadline', ''],
    ['crashed', Object.assign(new Error('It crashed.'), { code: 'crashed' }), 'engine', 'It crashed.'],
    ['an error without a code', new Error('Odd.'), 'engine', 'Odd.'],
    ['a text', 'broken', 'engine', 'broken'],
    ['null', null, 'engine', 'null'],
    ['undefined', undefined, 'engine', 'undefined'],
  ];
  for (const [title, error, reason, detail] of failures) {
    it(`has a reason where the model fails: ${title}`, async () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever a port may throw
      const { outcome } = await run('a = █', { answer: () => Promise.reject(error) });
      const { record } = outcome;
      assert.deepEqual(
        [ended(outcome), record.detail, outcome.insertion],
        [`model: ${reason}`, detail, null],
      );
      assert.deepEqual(record.milliseconds, { context: 10, prompt: 0, firstToken: 0, total: 20 });
    });
  }

  it('has a reason where the document can’t be read', async () => {
    const { outcome } = await run('a = █', { window: () => Promise.reject(new Error('The worker ended.')) });
    assert.deepEqual([ended(outcome), outcome.record.detail], ['document: engine', 'The worker ended.']);
  });

  it('does not ask the model once the request was superseded while the document was read', async () => {
    const controller = new AbortController();
    const { outcome, asked } = await run('a = █', {
      signal: controller.signal,
      window: () => {
        controller.abort();
        return Promise.resolve(cutWindow('a = ', 4, { before: 9, after: 9 }));
      },
    });
    assert.deepEqual([ended(outcome), asked.length], ['document: superseded', 0]);
  });

  it('shows nothing that came too late', async () => {
    const controller = new AbortController();
    const { outcome } = await run('a = █', {
      signal: controller.signal,
      answer: () => {
        controller.abort();
        return Promise.resolve(answered('b;'));
      },
    });
    assert.deepEqual([ended(outcome), outcome.insertion], ['model: superseded', null]);
  });

  it('ends with an insertion or a reason, and never both', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r\n', '(', ')', '{', '}', ';', '"') });
    await fc.assert(
      fc.asyncProperty(text, text, text, fc.boolean(), async (prefix, suffix, answer, manual) => {
        const { outcome } = await run(`${prefix}█${suffix}`, { answer, manual });
        assert.equal(outcome.insertion !== null, outcome.record.reason === 'shown');
        assert.equal(outcome.record.stage === 'shown', outcome.record.reason === 'shown');
      }),
    );
  });
});

describe('refused', () => {
  it('is a record of a request that asked nobody', () => {
    const record = refused('snoozed', 5, true, 'go');
    assert.deepEqual(
      [record.stage, record.reason, record.at, record.manual, record.languageId],
      ['gate', 'snoozed', 5, true, 'go'],
    );
    assert.deepEqual(Object.values(record.tokens), [0, 0, 0, 0]);
  });
});
