import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  findCandidates,
  type ImportedFile,
  type KnownTarget,
  type SymbolCandidate,
} from '../../../../src/core/context/candidates.ts';
import { mineNames } from '../../../../src/core/context/mining.ts';
import { signatureItems } from '../../../../src/core/context/signatures.ts';
import { RepositoryIndex } from '../../../../src/core/index/repositoryIndex.ts';
import { isTestPath } from '../../../../src/core/index/testPath.ts';
import { placeAt } from '../../../support/contextPlace.ts';
import { indexOf, madeUpFile, madeUpPath, madeUpText } from '../../../support/madeUpLanguage.ts';

const show = ({ file, symbol, name, container }: SymbolCandidate): string =>
  `${file.path}:${symbol.startLine} ${container === null ? '' : `${container}.`}${name}`;

/** So many lines that what is before and what is behind them is no neighbourhood any more. */
const far = 'x\n'.repeat(25);

interface World {
  readonly imports?: readonly ImportedFile[];
  readonly targets?: ReadonlyMap<string, KnownTarget>;
  readonly path?: string;
}

/** What is found at `█`, sorted. */
function found(files: Readonly<Record<string, string>>, picture: string, world: World = {}): string[] {
  const { imports = [], targets = new Map<string, KnownTarget>(), path } = world;
  return findCandidates(indexOf(files), placeAt(picture, path), imports, targets).map(show).sort();
}

describe('findCandidates', () => {
  it('finds what the window names, once, and nothing of the file itself', () => {
    const files = { 'lib/a.ts': `pub def total(a)\n${far}pub def other(b)`, 'src/here.ts': 'pub def own(a)' };
    assert.deepEqual(found(files, 'total(own())\ntotal█'), ['lib/a.ts:1 total']);
  });

  it('finds what is imported, by name and with all of its file', () => {
    const files = { 'lib/a.ts': 'pub def total(a)\npub def other(b)', 'lib/b.ts': 'pub def far(b)' };
    assert.deepEqual(found(files, '█', { imports: [{ path: 'lib/a.ts', names: ['total'] }] }), [
      'lib/a.ts:1 total',
      'lib/a.ts:2 other',
    ]);
  });

  it('finds the members of a type that is named nearby, and of what its signatures name', () => {
    const files = {
      'lib/cart.ts': 'pub type Cart\n  pub def addItem(item: Item)',
      'lib/item.ts': 'pub type Item\n  pub const price',
      'lib/other.ts': 'pub type Other\n  pub def never()',
      'lib/make.ts': 'pub def make(): Cart',
    };
    assert.deepEqual(found(files, 'cart = make()\n█'), [
      'lib/cart.ts:1 Cart',
      'lib/cart.ts:2 Cart.addItem',
      'lib/make.ts:1 make',
    ]);
  });

  it('finds what the other files of the folder define, but for tests', () => {
    const files = {
      'src/a.ts': 'pub def beside()',
      'src/a.test.ts': 'pub def testing()',
      'src/a.py': 'pub def otherLanguage()',
      'lib/b.ts': 'pub def elsewhere()',
    };
    assert.deepEqual(found(files, '█'), ['src/a.ts:1 beside']);
    assert.deepEqual(found(files, '█', { path: 'src/x.test.ts' }), [
      'src/a.test.ts:1 testing',
      'src/a.ts:1 beside',
    ]);
    const plain = { Makefile: 'pub def e1()', 'src.e': 'pub def e2()' };
    assert.deepEqual(found(plain, '█', { path: 'Rakefile' }), []);
  });

  it('finds names that stand where code like this stands', () => {
    const filler = Array.from({ length: 40 }, (_, at) => [`filler/${at}.ts`, `filler${at}()`]);
    const files = {
      ...(Object.fromEntries(filler) as Record<string, string>),
      'lib/a.ts': 'pub def flush(a)\npub def never(a)',
      'app/b.ts': 'openInvoice(ledger)\nflush(1)',
    };
    assert.deepEqual(found(files, 'openInvoice(ledger)\n█'), ['lib/a.ts:1 flush']);
  });

  describe('chooses of several definitions', () => {
    const files = {
      'lib/a.ts': 'pub def total(a)',
      'lib/b.ts': 'pub def total(b)',
      'src/near.test.ts': 'pub def total(t)',
      'src/near.py': 'pub def total(p)',
    };
    const rows: [what: string, world: World, path: string][] = [
      ['that of an imported file', { imports: [{ path: 'lib/b.ts', names: [] }] }, 'lib/b.ts'],
      [
        'that which an import names',
        {
          imports: [
            { path: 'lib/a.ts', names: [] },
            { path: 'lib/b.ts', names: ['total'] },
          ],
        },
        'lib/b.ts',
      ],
      ['that of the language and of no test', {}, 'lib/a.ts'],
      [
        'that which a language server means, whatever is imported',
        {
          imports: [{ path: 'lib/b.ts', names: ['total'] }],
          targets: new Map([['total', { path: 'src/near.py', line: 1 }]]),
        },
        'src/near.py',
      ],
      [
        'as before where the language server means nothing that is known',
        { targets: new Map([['total', { path: 'src/near.py', line: 7 }]]) },
        'lib/a.ts',
      ],
    ];
    for (const [what, world, path] of rows) {
      it(what, () => assert.ok(found(files, 'total█', world).includes(`${path}:1 total`)));
    }

    it('none where more than twelve files define it and nothing tells which', () => {
      const many = Array.from({ length: 13 }, (_, at) => [`p${at}/a.py`, 'def setup()'] as const);
      const index: Record<string, string> = Object.fromEntries(many);
      assert.deepEqual(found(index, 'setup█'), []);
      assert.deepEqual(found(index, 'setup█', { imports: [{ path: 'p7/a.py', names: ['setup'] }] }), [
        'p7/a.py:1 setup',
      ]);
    });
  });
});

describe('isTestPath', () => {
  const tests = [
    'a.test.ts',
    'test/a.ts',
    'src/__tests__/a.js',
    'a_test.go',
    'spec/a.rb',
    'pkg/testdata/x',
    'tests/a.py',
  ];
  for (const path of tests) it(`${path}: yes`, () => assert.equal(isTestPath(path), true));
  for (const path of ['latest/a.ts', 'src/contest.ts', 'attestation.py', 'inspect.ts'])
    it(`${path}: no`, () => assert.equal(isTestPath(path), false));
});

describe('mineNames', () => {
  const index = indexOf({
    'a.ts': 'def flush(a)\ndef store(a)',
    'b.ts': `invoice(ledger)\nflush()\n${'x\n'.repeat(9)}store()`,
    'c.ts': 'unrelated(flush)',
  });
  const named = (weightOf = () => 1): string[] =>
    [...mineNames(index, new Map([['invoice', 1]]), weightOf)].map(
      ([name, { rank }]) => `${index.names.nameOf(name)} ${rank}`,
    );

  it('gives defined names of the chunks that a search finds and of those behind, best first', () => {
    assert.deepEqual(named(), ['flush 0', 'store 1']);
    const follows = [...mineNames(index, new Map([['invoice', 1]]), () => 1).values()].map(
      (one) => one.follows,
    );
    assert.deepEqual(follows, [0, 1]);
  });

  it('gives nothing of files without weight, and for words that nobody uses', () => {
    assert.deepEqual(
      named(() => 0),
      [],
    );
    assert.equal(mineNames(index, new Map([['nothing', 1]]), () => 1).size, 0);
  });
});

describe('signatureItems', () => {
  it('gives the likeliest first, with a reason, and nothing that is hardly likely', () => {
    const index = indexOf({
      'lib/a.ts': `pub def total(a)\n${far}pub def totalOf(b)\n${far}pub def hardly(c)`,
      'lib/b.ts': 'pub def foreign()',
    });
    const imports = [{ path: 'lib/a.ts', names: ['total'] }];
    const items = signatureItems(index, placeAt('x = total█'), imports);
    assert.deepEqual(
      items.map(({ text, why }) => `${text}: ${why}`),
      ['def total(a): imported, and named nearby', 'def totalOf(b): in an imported file'],
    );
    const [first, second] = items;
    assert.ok(first !== undefined && second !== undefined && first.score > second.score && first.score < 1);
  });

  it('gives the same for the same files, in whatever order they came and whatever came and went', () => {
    const files = fc.array(fc.tuple(madeUpPath, madeUpText), { maxLength: 8 });
    const cursor = fc.tuple(madeUpText, madeUpText).map(([before, after]) => `${before}█${after}`);
    fc.assert(
      fc.property(files, cursor, fc.subarray(['a.ts', 'src/a.ts', 'é/ü.ts']), (all, picture, imported) => {
        const last = new Map(all);
        const changed = new RepositoryIndex();
        for (const [path, text] of all) changed.set(madeUpFile(path, text));
        const fresh = new RepositoryIndex();
        for (const [path, text] of [...last].sort(([a], [b]) => (a < b ? 1 : -1)))
          fresh.set(madeUpFile(path, text));
        const imports = imported.map((path) => ({ path, names: path === 'a.ts' ? ['add'] : [] }));
        const place = placeAt(picture, 'src/deep/c.ts');
        assert.deepEqual(signatureItems(changed, place, imports), signatureItems(fresh, place, imports));
      }),
    );
  });
});
