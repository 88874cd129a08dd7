import fc from 'fast-check';
import type { ContextItem, TokenCount } from '../../src/core/context/items.ts';

/** An item of a signature at `path:line`, its text as given; a member of `container` where there is one. */
export function itemAt(
  place: string,
  text: string,
  score = 0.5,
  more: Partial<ContextItem> = {},
): ContextItem {
  const [path = '', line = '1'] = place.split(':');
  const startLine = Number(line);
  const rest = { name: text.split('(')[0] ?? '', container: null, why: 'test', ...more };
  return { kind: 'signatures', path, startLine, endLine: startLine, text, member: text, score, ...rest };
}

/** Items of all kinds, many of which collide. */
export const anyItem: fc.Arbitrary<ContextItem> = fc
  .record({
    kind: fc.constantFrom('signatures', 'file', 'usage'),
    path: fc.constantFrom('a.ts', 'b.ts', 'src/a.ts', 'src/b.ts', 'src/é.ts'),
    startLine: fc.integer({ min: 1, max: 5 }),
    text: fc.oneof(
      fc.constantFrom('', 'add(a)', 'Cart.add(a)', 'Cart.sum()', 'Item.add(a)', 'class Cart'),
      fc.string({ maxLength: 30 }),
    ),
    score: fc.constantFrom(0, 0.1, 0.1000001, 0.5, 0.9, 1),
  })
  .map((one) => {
    const [, container = null, member = one.text] = /^(\w+)\.(.*)$/.exec(one.text) ?? [];
    const name = /\w+(?=\(|$)/.exec(one.text)?.[0] ?? null;
    return { ...one, endLine: one.startLine + 1, name, container, member, why: 'test' };
  });

/** A made-up tokenizer: words and signs, where some of two pieces together cost more than both alone. */
export const wordsAndSeams: TokenCount = (text) => {
  const pieces = text.match(/\w+|[^\w\s]+|\s+/g) ?? [];
  return pieces.length + (text.match(/\n\S/g)?.length ?? 0) * 2;
};
