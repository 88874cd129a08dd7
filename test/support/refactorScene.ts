import assert from 'node:assert/strict';
import type { RefactorPorts } from '../../src/core/refactor/ports.ts';
import type { RefactorResult } from '../../src/core/refactor/result.ts';
import type { Said } from './chatPorts.ts';
import { RefactorWorld } from './refactorWorld.ts';

/** Files of a small shop. */
export const shopFiles = {
  'src/price.ts': [
    "import { rate } from './rate.ts';",
    '',
    'export function withTax(price: number): number {',
    '  const tax = price * rate;',
    '  return price + tax;',
    '}',
    '',
    'export function shown(price: number): string {',
    '  return `${withTax(price)} Euro`;',
    '}',
    '',
  ].join('\n'),
  'src/rate.ts': 'export const rate = 0.19;\n',
  'src/cart.ts':
    "import { withTax } from './price.ts';\n\nexport function total(prices: number[]): number {\n  return prices.map(withTax).length;\n}\n",
};
/** `withTax` in fewer lines, and the same with its end cut off. */
export const shorter = 'export function withTax(price: number): number {\n  return price * (1 + rate);\n}';
export const broken = 'export function withTax(price: number): number {\n  return price * (1 + rate);';
/** The failure of a result. */
export const fails = (result: RefactorResult) =>
  result.outcome.kind === 'failed' ? result.outcome : assert.fail(result.outcome.kind);
/** The changes of a result. */
export const changes = (result: RefactorResult) =>
  result.outcome.kind === 'change'
    ? result.outcome.judgement.changes
    : assert.fail(JSON.stringify(result.outcome));

/** The shop, with a model that answers from a script. */
export function shop(script: readonly Said[], more: Partial<RefactorPorts> = {}): RefactorWorld {
  const made = new RefactorWorld(shopFiles, more);
  made.model.script = [...script];
  return made;
}

/** `withTax` is to be simplified. */
export const simplify = (made: RefactorWorld) =>
  made.request('simplify', made.target('src/price.ts', 'withTax'));
