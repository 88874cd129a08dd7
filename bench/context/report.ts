import { bootstrap, type Estimate } from './bootstrap.ts';
import { nameClasses, type NameClass } from './groundTruth.ts';
import { budgets, measures, type Measure, type Measured } from './measure.ts';

/** One method's recall of one class of names, in per cent, at each of the budgets. */
export interface Row {
  readonly class: NameClass;
  readonly measure: Measure;
  readonly method: string;
  readonly recall: readonly Percent[];
  /** By how much the first method is ahead, on the same lines; null for the first one itself. */
  readonly lead: readonly Percent[] | null;
}

/** Per cent with a 95 % interval; null where there was nothing to count. */
export type Percent = readonly [value: number, low: number, high: number] | null;

/** The table of a set of repositories. */
export interface Table {
  readonly repositories: readonly string[];
  /** Names that were needed, by class. */
  readonly names: Readonly<Record<NameClass, number>>;
  readonly rows: readonly Row[];
}

/** The recall of every method over some repositories, with intervals (`seed` draws the samples for them). */
export function tableOf(measured: Measured, repositories: readonly string[], seed: number): Table {
  const rows: Row[] = [];
  const names = { seen: 0, unseen: 0, absent: 0 };
  for (const wanted of nameClasses) {
    for (const measure of measures) {
      const columns = budgets.map((budget) => {
        const counted = measured.counted({ class: wanted, measure, budget });
        const own = counted.filter(({ stratum }) => repositories.includes(stratum));
        names[wanted] = own.reduce((sum, { total }) => sum + total, 0);
        return bootstrap(own, seed);
      });
      for (const [at, method] of measured.methods.entries()) {
        const recall = columns.map(({ shares }) => percent(shares[at]));
        const lead = at === 0 ? null : columns.map((column) => percent(column.lead[at]));
        rows.push({ class: wanted, measure, method, recall, lead });
      }
    }
  }
  return { repositories, names, rows };
}

function percent(estimate: Estimate | undefined): Percent {
  if (estimate === undefined || Number.isNaN(estimate.value)) return null;
  const tenth = (share: number) => Math.round(share * 1000) / 10;
  return [tenth(estimate.value), tenth(estimate.low), tenth(estimate.high)];
}

/** Of a printed figure with its interval. */
const cellWidth = 28;

const classTitles: Readonly<Record<NameClass, string>> = {
  seen: 'names seen in the visible window',
  unseen: 'names unseen in the visible window',
  absent: 'of those: names that stand nowhere above',
};

/** A table as text: identifier recall with its interval, and definition recall behind it. */
export function printTable(title: string, { names, rows }: Table): string {
  const lines = [title];
  for (const wanted of nameClasses) {
    const own = rows.filter((row) => row.class === wanted);
    const heads = budgets.map((budget) => `@${budget}`.padEnd(cellWidth)).join('');
    lines.push('', `  ${`${classTitles[wanted]} (${names[wanted]})`.padEnd(52)}${heads}`);
    for (const row of own.filter(({ measure }) => measure === 'identifiers')) {
      const definitions = own.find(
        ({ measure, method }) => measure === 'definitions' && method === row.method,
      );
      const cells = row.recall.map((cell, at) => {
        const defined = definitions?.recall[at];
        return `${shown(cell)} / ${defined === null || defined === undefined ? '-' : defined[0].toFixed(1)}`.padEnd(
          25,
        );
      });
      lines.push(`    ${row.method.padEnd(50)}${cells.join('')}`);
    }
    for (const row of own) {
      if (row.lead === null || row.measure !== 'identifiers') continue;
      lines.push(
        `    ${`${rows[0]?.method} ahead of ${row.method}`.padEnd(50)}${row.lead.map((cell) => shown(cell).padEnd(cellWidth)).join('')}`,
      );
    }
  }
  return lines.join('\n');
}

function shown(cell: Percent): string {
  return cell === null ? '-' : `${cell[0].toFixed(1)} [${cell[1].toFixed(1)}, ${cell[2].toFixed(1)}]`;
}
