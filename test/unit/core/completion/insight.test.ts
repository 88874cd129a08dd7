import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Fate } from '../../../../src/core/completion/fate.ts';
import { dayOf, Insight, medianTime, timeBucket } from '../../../../src/core/completion/insight.ts';
import { insightPage } from '../../../../src/core/completion/insightPage.ts';

const today = '2026-03-10';

function fate(kind: Fate['kind'], more: Partial<Fate> = {}): Fate {
  return {
    ...{ kind, id: '1', document: 'file:///secret/path.go', languageId: 'go', text: 'foo', characters: 0 },
    ...{ at: 0, place: { offset: 0 }, parts: 0, undone: false },
    ...more,
  };
}

/** The counts of `go` on one day that are not zero. */
function counted(act: (insight: Insight) => void): object {
  const insight = new Insight();
  act(insight);
  const { times, ...counts } = insight.total(today, 1);
  assert.ok(times.every((count) => count >= 0));
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

describe('Insight', () => {
  const table: [title: string, act: (insight: Insight) => void, expected: object][] = [
    ['shown', (insight) => insight.shown(today, 'go', 40), { shown: 1 }],
    [
      'accepted',
      (insight) => insight.fate(today, fate('accepted', { characters: 3 })),
      { accepted: 1, characters: 3 },
    ],
    ['typed', (insight) => insight.fate(today, fate('typed', { characters: 3 })), { typed: 1 }],
    ['rejected', (insight) => insight.fate(today, fate('rejected')), { rejected: 1 }],
    ['ignored', (insight) => insight.fate(today, fate('ignored')), { ignored: 1 }],
    [
      'a suggestion by words',
      (insight) => {
        insight.fate(today, fate('partly-accepted', { characters: 3, parts: 1 }));
        insight.fate(today, fate('partly-accepted', { characters: 4, parts: 2 }));
      },
      { partlyAccepted: 1, characters: 7 },
    ],
    [
      'undone',
      (insight) => {
        insight.fate(today, fate('accepted', { characters: 3 }));
        insight.fate(today, fate('rejected', { undone: true }));
      },
      { rejected: 1 },
    ],
    [
      'still there',
      (insight) => {
        insight.survival(today, { id: '1', languageId: 'go', after: 30_000, still: true, share: 1 });
        insight.survival(today, { id: '1', languageId: 'go', after: 300_000, still: false, share: 0 });
      },
      { judged30s: 1, kept30s: 1, judged5min: 1 },
    ],
  ];
  for (const [title, act, expected] of table) {
    it(title, () => assert.deepEqual(counted(act), expected));
  }

  it('takes back what another one has counted', () => {
    const saved = new Insight();
    saved.fate(today, fate('accepted', { characters: 3 }));
    const later = new Insight();
    later.fate(today, fate('rejected', { undone: true }));
    assert.equal(later.total(today, 1).accepted, 0);
    saved.add(later);
    const { accepted, characters, rejected } = saved.total(today, 1);
    assert.deepEqual([accepted, characters, rejected], [0, 0, 1]);
  });

  it('sums the last days, by language', () => {
    const insight = new Insight();
    for (const [day, languageId] of [
      ['2026-03-11', 'go'],
      ['2026-03-10', 'go'],
      ['2026-03-04', 'go'],
      ['2026-03-04', 'rust'],
      ['2026-03-03', 'python'],
      ['2026-02-28', 'go'],
    ] as const) {
      insight.shown(day, languageId, 1);
    }
    const languages = (days: number) =>
      insight.languages(today, days).map(([languageId, { shown }]) => `${languageId} ${shown}`);
    assert.deepEqual(languages(1), ['go 1']);
    assert.deepEqual(languages(7), ['go 2', 'rust 1']);
    assert.deepEqual(languages(30), ['go 3', 'python 1', 'rust 1']);
    assert.equal(insight.total(today, 30).shown, 5);
  });

  it('forgets what is older than 90 days', () => {
    const insight = new Insight();
    insight.shown('2025-12-11', 'go', 1);
    insight.shown('2025-12-10', 'go', 1);
    insight.forget(today);
    assert.match(insight.serialise(), /2025-12-11/);
    assert.doesNotMatch(insight.serialise(), /2025-12-10/);
  });

  it('holds no code and no paths', () => {
    const insight = new Insight();
    insight.fate(today, fate('accepted', { text: 'password' }));
    insight.shown(today, '/home/me/x.go', 1);
    assert.doesNotMatch(insight.serialise(), /password|secret|home/);
    assert.equal(insight.languages(today, 1).at(0)?.[0], 'other');
  });

  it('holds at most 100 languages a day', () => {
    const insight = new Insight();
    for (let index = 0; index < 150; index++) insight.shown(today, `l${index}`, 1);
    const languages = insight.languages(today, 1);
    assert.deepEqual([languages.length, languages[0]?.[0], languages[0]?.[1].shown], [101, 'other', 50]);
  });

  it('reads what it wrote', () => {
    const act = fc.record({
      day: fc.constantFrom('2026-03-10', '2026-03-09', '2026-01-01'),
      languageId: fc.constantFrom('go', 'c++', 'typescriptreact', ' odd '),
      milliseconds: fc.double({ min: 0, max: 100_000, noNaN: true }),
      kind: fc.constantFrom('accepted', 'rejected', 'ignored', 'typed', 'partly-accepted'),
      undone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const insight = new Insight();
        for (const { day, languageId, milliseconds, kind, undone } of acts) {
          insight.shown(day, languageId, milliseconds);
          insight.fate(day, fate(kind, { languageId, undone, characters: 2 }));
        }
        const text = insight.serialise();
        assert.equal(Insight.parse(text)?.serialise(), text);
      }),
    );
  });

  const good = (): { version: number; days: Record<string, Record<string, Record<string, unknown>>> } => {
    const insight = new Insight();
    insight.shown(today, 'go', 1);
    return JSON.parse(insight.serialise()) as ReturnType<typeof good>;
  };
  const damaged: [title: string, text: () => string][] = [
    ['nothing', () => ''],
    ['half of it', () => JSON.stringify(good()).slice(0, 40)],
    ['another thing', () => '[]'],
    ['null', () => 'null'],
    ['a version to come', () => JSON.stringify({ ...good(), version: 2 })],
    ['no days', () => JSON.stringify({ version: 1 })],
    ['no date', () => JSON.stringify({ version: 1, days: { yesterday: {} } })],
    [
      'a path for a language',
      () => JSON.stringify({ version: 1, days: { [today]: { '/x': good().days[today]?.['go'] } } }),
    ],
    ...['shown', 'kept5min', 'times'].flatMap((name) =>
      [-1, 1.5, '1', null, [-1], 1e12].map((value): [string, () => string] => [
        `${name}: ${JSON.stringify(value)}`,
        () => {
          const file = good();
          Object.assign(file.days[today]?.['go'] ?? {}, { [name]: value });
          return JSON.stringify(file);
        },
      ]),
    ),
  ];
  for (const [title, text] of damaged) {
    it(`refuses ${title}`, () => assert.equal(Insight.parse(text()), null));
  }
});

describe('medianTime', () => {
  it('is exact to a fifth', () => {
    const time = fc.double({ min: 1, max: 30_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 40 }), (all) => {
        const insight = new Insight();
        for (const one of all) insight.shown(today, 'go', one);
        const middle = [...all].sort((a, b) => a - b)[Math.ceil(all.length / 2) - 1] ?? 0;
        const ratio = (medianTime(insight.total(today, 1).times) ?? 0) / middle;
        assert.ok(ratio > 0.8 && ratio < 1.2, `${ratio}`);
      }),
    );
  });
  it('of nothing', () => assert.equal(medianTime([]), null));
  it('of what is no time', () => assert.deepEqual([NaN, -1, 0, 1e9].map(timeBucket), [0, 0, 0, 31]));
});

describe('dayOf', () => {
  it('is the local date', () => assert.equal(dayOf(new Date(2026, 0, 2, 23, 59)), '2026-01-02'));
});

describe('insightPage', () => {
  it('says that nothing was counted', () => {
    const page = insightPage(new Insight(), today);
    assert.match(page, /Nothing was counted yet\./);
    assert.match(page, /inferred/);
    assert.match(page, /never sent/);
  });

  it('has one table of times and one of languages, narrow enough for a page', () => {
    const insight = new Insight();
    for (let index = 0; index < 4; index++) insight.shown(today, 'go', 100);
    insight.shown('2026-03-09', 'rust', 5_000);
    insight.fate(today, fate('accepted', { characters: 1234 }));
    insight.survival(today, { id: '1', languageId: 'go', after: 30_000, still: true, share: 1 });
    insight.survival(today, { id: '1', languageId: 'go', after: 300_000, still: false, share: 0 });
    const page = insightPage(insight, today).split('\n');
    const row = (label: string) => page.find((line) => line.startsWith(`| ${label} |`));
    assert.equal(row('Shown'), '| Shown | 4 | 5 | 5 |');
    assert.equal(row('Accepted'), '| Accepted | 1 (25 %) | 1 (20 %) | 1 (20 %) |');
    assert.equal(row('Characters accepted'), '| Characters accepted | 1,234 | 1,234 | 1,234 |');
    assert.equal(row('Still there after 30 s')?.split('|')[2], ' 1 of 1 (100 %) ');
    assert.equal(row('Still there after 5 min')?.split('|')[2], ' 0 of 1 (0 %) ');
    assert.equal(row('Median time to show')?.split('|')[2], ' 110 ms ');
    const columns = page.filter((line) => line.startsWith('|')).map((line) => line.split('|').length);
    assert.deepEqual(columns, [...Array<number>(12).fill(6), ...Array<number>(4).fill(6)]);
    assert.deepEqual(
      page.filter((line) => line.startsWith('| `')),
      ['| `go` | 4 | 1 (25 %) | 0 of 1 (0 %) |', '| `rust` | 1 | 0 (0 %) | – |'],
    );
  });
});
