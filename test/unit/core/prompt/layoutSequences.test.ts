import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fimFamilies, type FimFamily } from '../../../../src/core/prompt/families.ts';
import { resolveFormat, type FimFormat, type PromptFormat } from '../../../../src/core/prompt/format.ts';
import { layoutPrompt, LayoutState } from '../../../../src/core/prompt/layout.ts';
import {
  characterTokenizer,
  declaration,
  firstSpecial,
  vocabularyOf,
  wordTokenizer,
  type FakeTokenizer,
} from '../../../support/tokenizer.ts';

const orders = ['prefix-suffix-middle', 'suffix-prefix-middle'] as const;

function formatFor(known: FimFamily, tokenizer: FakeTokenizer): FimFormat {
  const format = resolveFormat(declaration({ architecture: known.architecture ?? null }), tokenizer);
  assert.ok(format.kind === 'fim');
  return format;
}

describe('any sequence of edits', () => {
  const fragment = fc.constantFrom(
    'x',
    'value',
    ' ',
    '(',
    ')',
    '\n',
    '\n  ',
    '};\n',
    'é',
    '😀',
    'f();\n',
    '\n\n',
  );
  const edit = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('type' as const), text: fragment }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('back' as const), count: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), count: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('go' as const), share: fc.nat(100) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('below' as const), share: fc.nat(100), text: fragment }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), count: fc.nat(60) }) },
  );
  type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;
  const document = fc
    .array(fragment, { minLength: 0, maxLength: 150 })
    .map((words) => Array.from(words.join('')));

  /** All places of a document (in characters, so that no pair is cut) that edits lead to. */
  function* places(characters: readonly string[], edits: readonly Edit[]) {
    let all = [...characters];
    let at = Math.floor(all.length / 2);
    let cut = 0;
    for (const one of edits) {
      if (one.kind === 'type') {
        const typed = Array.from(one.text);
        all = [...all.slice(0, at), ...typed, ...all.slice(at)];
        at += typed.length;
      } else if (one.kind === 'back') {
        const from = Math.max(0, at - one.count);
        all = [...all.slice(0, from), ...all.slice(at)];
        at = from;
      } else if (one.kind === 'delete') all = [...all.slice(0, at), ...all.slice(at + one.count)];
      else if (one.kind === 'go') at = Math.floor((all.length * one.share) / 100);
      else if (one.kind === 'cut') cut = Math.min(at, one.count);
      else {
        const place = at + Math.floor(((all.length - at) * one.share) / 100);
        all = [...all.slice(0, place), ...Array.from(one.text), ...all.slice(place)];
      }
      yield { prefix: all.slice(Math.min(cut, at), at).join(''), suffix: all.slice(at).join('') };
    }
  }

  /** The head and what stands behind the last marker, as text. */
  function before(tokens: readonly number[], format: PromptFormat, tokenizer: FakeTokenizer): string {
    if (format.kind !== 'fim') return tokenizer.show(tokens);
    const from = (index: number): string => {
      const rest = tokens.slice(index + 1);
      const end = rest.findIndex((token) => token >= firstSpecial);
      return tokenizer.show(end === -1 ? rest : rest.slice(0, end));
    };
    const head = from(tokens.indexOf(format.prefix));
    if (format.middle === null) return head;
    const behind = from(tokens.findLastIndex((token) => token >= firstSpecial));
    const wrapped = format.family?.wrap === undefined ? behind : behind.replace(/^\n/, '');
    const { afterPrefix = '' } = format.family ?? {};
    return head.replace(afterPrefix, '') + wrapped;
  }

  const anyFamily = fc.constantFrom(...fimFamilies);
  const anyMaker = fc.constantFrom(characterTokenizer, wordTokenizer);
  const budgets = fc.array(fc.integer({ min: 24, max: 400 }), { minLength: 1, maxLength: 2 });

  it('gives prompts that fit, end with the text before the cursor, and are the same again', () => {
    fc.assert(
      fc.property(
        anyFamily,
        anyMaker,
        fc.constantFrom(...orders, null),
        document,
        fc.array(edit, { maxLength: 40 }),
        budgets,
        (known, make, order, text, edits, most) => {
          const tokenizer = make({ special: vocabularyOf(known) });
          const own = formatFor(known, tokenizer);
          const format: PromptFormat =
            order === null
              ? { kind: 'prefix-only', why: 'no-markers' }
              : own.middle === null
                ? own
                : { ...own, order };
          const [state, again] = [new LayoutState(), new LayoutState()];
          let step = 0;
          for (const place of places(text, edits)) {
            const budget = most[step++ % most.length] ?? 24;
            const input = { repository: null, path: null, segments: [], ...place };
            const { tokens, typed } = layoutPrompt(input, format, tokenizer, budget, state);
            assert.deepEqual(layoutPrompt(input, format, tokenizer, budget, again).tokens, tokens);
            assert.ok(tokens.length <= budget, `${tokens.length} of ${budget}`);
            const shown = before(tokens, format, tokenizer);
            assert.ok(place.prefix.endsWith(shown), JSON.stringify({ shown, prefix: place.prefix }));
            const fresh = before(layoutPrompt(input, format, tokenizer, budget).tokens, format, tokenizer);
            const common = Math.min(shown.length, fresh.length);
            assert.equal(shown.slice(shown.length - common), fresh.slice(fresh.length - common));
            assert.ok(place.prefix === '' || shown !== '' || fresh === '');
            assert.ok(place.prefix.endsWith(tokenizer.show(tokens.slice(tokens.length - typed))));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
