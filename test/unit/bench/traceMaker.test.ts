import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeTrace, mulberry32, type TraceRecipe } from '../../../bench/traceMaker.ts';
import { readRecipes } from '../../../bench/traces.ts';
import { changeOf, parseTrace } from '../../../src/core/replay/trace.ts';
import { readSourceList } from '../../../scripts/sourceList.ts';

const calm: TraceRecipe = {
  package: 'shop',
  file: 'price.ts',
  seed: 1,
  spans: [{ from: 2, to: 3 }],
  charactersPerMinute: 600,
  jitter: 0,
  pauses: { share: 0, mostMs: 0 },
  typos: 0,
  moves: 0,
  accepts: 0,
};

const source = 'function price() {\n  const tax = 0.19;\n  return tax;\n}\n';

/** The text that a trace leaves; accepts change nothing, since an open with the text follows each. */
function follow(jsonLines: string): string {
  let text = '';
  for (const event of parseTrace(jsonLines)) {
    if (event.kind === 'open') text = event.text;
    else if (event.kind === 'type') {
      const { offset, length, text: typed } = changeOf(event);
      text = text.slice(0, offset) + typed + text.slice(offset + length);
    } else if (event.kind === 'delete')
      text = text.slice(0, event.offset) + text.slice(event.offset + event.length);
  }
  return text;
}

describe('makeTrace', () => {
  it('cuts the lines out and types them at the given speed, each indentation with its line end', () => {
    const lines = makeTrace(calm, 'price.ts', source).trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
    assert.deepEqual(events[0], { open: { path: 'price.ts', text: 'function price() {\n\n}\n' } });
    assert.deepEqual(events[1], { move: { offset: 19, atMs: 100 } });
    assert.deepEqual(events[2], { type: { offset: 19, text: '  ', atMs: 200 } });
    assert.deepEqual(events[3], { type: { offset: 21, text: 'c', atMs: 300 } });
    const typed = events.flatMap(({ type }) => (type === undefined ? [] : [type.text]));
    assert.deepEqual(typed.slice(17, 21), [';', '\n  ', 'r', 'e']);
  });

  it('corrects each slip with a backspace', () => {
    const events = parseTrace(makeTrace({ ...calm, typos: 1 }, 'price.ts', source));
    const slips = events.filter(({ kind }) => kind === 'delete');
    assert.equal(slips.length, 'consttaxreturntax'.length);
  });

  it('goes on behind an accepted line from its true text', () => {
    const trace = makeTrace({ ...calm, accepts: 1, seed: 3 }, 'price.ts', source);
    assert.equal(parseTrace(trace).filter(({ kind }) => kind === 'accept').length, 1);
    assert.equal(follow(trace), source);
  });

  it('types spans in the order given, whatever their place', () => {
    const recipe = {
      ...calm,
      spans: [
        { from: 3, to: 3 },
        { from: 1, to: 1 },
      ],
    };
    const moves = parseTrace(makeTrace(recipe, 'price.ts', source)).flatMap((event) =>
      event.kind === 'move' ? [event.offset] : [],
    );
    assert.deepEqual(moves, ['\n  const tax = 0.19;\n'.length, 0]);
    assert.equal(follow(makeTrace(recipe, 'price.ts', source)), source);
  });

  it('closes what is opened, types over the closers, and goes to the one on a line of its own', () => {
    const recipe = { ...calm, closesBrackets: true, spans: [{ from: 1, to: 3 }] };
    const text = 'f(() => {\n  g("a");\n});\n';
    const trace = makeTrace(recipe, 'a.ts', text);
    const done = parseTrace(trace).flatMap((event) => {
      if (event.kind !== 'type') return [event.kind];
      const { text: typed, closer = '', over = 0 } = event;
      return [typed + (closer === '' ? '' : `█${closer}`) + '<'.repeat(over)];
    });
    const first = ['f', '(█)', '(█)', ')<', ' ', '=', '>', ' ', '{█}', '\n  █\n'];
    const second = ['g', '(█)', '"█"', 'a', '"<', ')<', ';', 'move', '}<', ')<', ';'];
    assert.deepEqual(done, ['open', 'move', ...first, ...second]);
    assert.equal(follow(trace), text);
  });

  it('says that a source has no such lines', () => {
    const recipe = { ...calm, spans: [{ from: 5, to: 9 }] };
    assert.throws(() => makeTrace(recipe, 'price.ts', source), /no lines 5 to 9; it has 5/);
  });

  it('is a valid trace that ends in the source, the same for the same seed (property)', () => {
    const line = fc.string({ unit: fc.constantFrom(...'abc xyz({;=\t😀é)}"'), maxLength: 24 });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 4, maxLength: 12 }),
        fc.nat(),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (lines, seed, backwards, eol, closesBrackets) => {
          const spans = [
            { from: 1, to: 2 },
            { from: 4, to: lines.length },
          ];
          if (backwards) spans.reverse();
          const pauses = { share: 0.1, mostMs: 500 };
          const session = { ...calm, seed, spans, typos: 0.2, moves: 2, accepts: 2, jitter: 0.5, pauses };
          const recipe = { ...session, closesBrackets };
          const text = lines.join(eol);
          const trace = makeTrace(recipe, 'a.ts', text);
          assert.equal(follow(trace), lines.join('\n'));
          assert.equal(makeTrace(recipe, 'a.ts', text), trace);
        },
      ),
    );
  });
});

describe('mulberry32', () => {
  it('gives numbers from 0 up to 1, spread evenly', () => {
    const random = mulberry32(7);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const tenth = Math.floor(10 * random());
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    assert.ok(
      tenths.every((count) => count > 850 && count < 1150),
      tenths.join(' '),
    );
  });
});

describe('the recipes of the benchmark', () => {
  const recipes = [...readRecipes().values()];

  it('are three or more for each of four languages', () => {
    for (const extension of ['ts', 'py', 'go', 'rs']) {
      assert.ok(recipes.filter(({ file }) => file.endsWith(`.${extension}`)).length >= 3, extension);
    }
  });

  it('name files whose digests are recorded', () => {
    const list = readSourceList();
    for (const { package: name, file } of recipes) {
      const digest = list.find((entry) => entry.name === name)?.files[file];
      assert.match(digest ?? '', /^[0-9a-f]{64}$/, file);
    }
  });
});
