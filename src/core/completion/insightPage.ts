import { INSIGHT_DAYS, medianTime, type Counts, type Insight } from './insight.ts';

const SPANS = [
  ['Today', 1],
  ['7 days', 7],
  ['30 days', 30],
] as const;

/** Where a part of nothing would be shown. */
const NONE = '–';

/** The numbers of `insight` as a page of Markdown; `today` is a local date. */
export function insightPage(insight: Insight, today: string): string {
  const spans = SPANS.map(([title, days]) => [title, insight.total(today, days)] as const);
  const head = [
    '# Completion Insight',
    '',
    'These numbers are **inferred** from changes of documents and the accept command of suggestions; the editor does',
    'not tell what became of a suggestion. They hold no code, no names and no paths, stay **on this machine only**',
    `(in the extension's storage, for ${INSIGHT_DAYS} days) and are **never sent** anywhere.`,
    '*Hearth: Clear Completion Insight* deletes them.',
    '',
  ];
  if (insight.total(today, INSIGHT_DAYS).shown === 0)
    return [...head, 'Nothing was counted yet.', ''].join('\n');
  return [
    ...head,
    ...table(
      ['', ...spans.map(([title]) => title)],
      [...ROWS.map(([label, cell]) => [label, ...spans.map(([, counts]) => cell(counts))])],
    ),
    '',
    '## Languages, 30 days',
    '',
    ...table(
      ['', 'Shown', 'Accepted', 'Still there after 5 min'],
      insight
        .languages(today, 30)
        .map(([languageId, counts]) => [
          `\`${languageId}\``,
          number(counts.shown),
          withShare(counts.accepted, counts.shown),
          ofHowMany(counts.kept5min, counts.judged5min),
        ]),
    ),
    '',
    '## How they are counted',
    '',
    '- **Shown**: given to the editor. The editor may still have hidden it, behind the suggest widget for instance.',
    '- **Accepted**: inserted as a whole. One that is undone within 5 seconds counts as rejected instead.',
    '- **Partly accepted**: at least one word or line of it. One that is accepted wholly later counts in both.',
    '- **Typed**: you typed it to its end yourself.',
    '- **Rejected**: it was visible for at least 0.75 seconds, and you typed something else.',
    '- **Ignored**: it went before it can have been read, or by a move of the cursor or an edit elsewhere.',
    '- **Still there**: of the accepted ones, those of which at least half of the visible characters were untouched',
    '  that long after; those in documents that were closed before are left out.',
    '- **Median time to show**: from the request to the suggestion, exact to a fifth.',
    '',
  ].join('\n');
}

const ROWS: readonly [label: string, cell: (counts: Counts) => string][] = [
  ['Shown', ({ shown }) => number(shown)],
  ['Accepted', ({ accepted, shown }) => withShare(accepted, shown)],
  ['Partly accepted', ({ partlyAccepted, shown }) => withShare(partlyAccepted, shown)],
  ['Typed', ({ typed, shown }) => withShare(typed, shown)],
  ['Rejected', ({ rejected, shown }) => withShare(rejected, shown)],
  ['Ignored', ({ ignored, shown }) => withShare(ignored, shown)],
  ['Characters accepted', ({ characters }) => number(characters)],
  ['Still there after 30 s', ({ kept30s, judged30s }) => ofHowMany(kept30s, judged30s)],
  ['Still there after 5 min', ({ kept5min, judged5min }) => ofHowMany(kept5min, judged5min)],
  ['Median time to show', ({ times }) => milliseconds(medianTime(times))],
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)];
}

function number(count: number): string {
  return count.toLocaleString('en');
}

function withShare(count: number, all: number): string {
  return all === 0 ? number(count) : `${number(count)} (${percent(count, all)})`;
}

function ofHowMany(count: number, all: number): string {
  return all === 0 ? NONE : `${number(count)} of ${number(all)} (${percent(count, all)})`;
}

function percent(count: number, all: number): string {
  return `${Math.round((100 * count) / all)} %`;
}

/** Two digits are all that is known. */
function milliseconds(time: number | null): string {
  if (time === null) return NONE;
  return time < 1000 ? `${Number(time.toPrecision(2))} ms` : `${Number((time / 1000).toPrecision(2))} s`;
}
