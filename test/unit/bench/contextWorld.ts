import type { Parsers } from '../../../src/workspace/parsers.ts';
import { analyse, type Analysis } from '../../../bench/context/analysis.ts';
import { groundTruth, type HeldOutLine } from '../../../bench/context/groundTruth.ts';
import type { Repository } from '../../../bench/context/repository.ts';

/** A made-up repository, from its files' texts by their paths. */
export function madeUp(files: Readonly<Record<string, string>>): Repository {
  return {
    name: 'made-up',
    language: 'TypeScript',
    heldOut: false,
    files: Object.entries(files)
      .map(([path, text]) => ({ path, text }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    manifests: [],
  };
}

/** Everything that could be held out of a repository, by what was on the line. */
export async function heldOutLines(
  repository: Repository,
  parsers: Parsers,
): Promise<{ analysis: Analysis; lines: ReadonlyMap<string, HeldOutLine> }> {
  const analysis = await analyse(repository, parsers);
  const { lines } = await groundTruth(analysis, parsers, { seed: 1, count: 1000 });
  return { analysis, lines: new Map(lines.map((line) => [line.removed, line])) };
}

/** A name that stands on held-out lines only. */
export const canary = 'quetzalCanaryName';

/** A shop whose `checkout.ts` mentions the canary on one line, and defines it on another. */
export const shop: Readonly<Record<string, string>> = {
  'src/checkout.ts': `import { applyDiscount, Basket } from './basket.ts';
import { formatPrice } from './money.ts';

export function checkout(basket: Basket): string {
  const subtotal = basket.subtotalOf();
  const reduced = applyDiscount(subtotal, ${canary});
  return formatPrice(reduced);
}

export function ${canary}Rule() { return applyDiscount(1, 2); }

export function receipt(basket: Basket): string {
  return basket.describeItems() + formatPrice(basket.subtotalOf());
}
`,
  'src/basket.ts': `import { roundCents } from './money.ts';

/** What a customer takes. */
export class Basket {
  readonly items: number[] = [];

  subtotalOf(): number {
    return roundCents(this.items.reduce((sum, item) => sum + item, 0));
  }

  describeItems(): string {
    return this.items.join(', ');
  }
}

export function applyDiscount(subtotal: number, percent: number): number {
  return roundCents(subtotal * (1 - percent / 100));
}
`,
  'src/money.ts': `export function roundCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

export function formatPrice(amount: number): string {
  return amount.toFixed(2);
}
`,
  'src/refund.ts': `import { Basket } from './basket.ts';
import { formatPrice } from './money.ts';

export function refund(basket: Basket): string {
  const subtotal = basket.subtotalOf();
  return formatPrice(-subtotal);
}
`,
};
