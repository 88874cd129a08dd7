import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FimFamily, FimOrder } from '../../../../src/core/prompt/families.ts';
import { resolveFormat, type FimFormat, type PromptFormat } from '../../../../src/core/prompt/format.ts';
import { layoutPrompt, LayoutState, type PromptInput } from '../../../../src/core/prompt/layout.ts';
import { parseCursor } from '../../../support/cursor.ts';
import {
  characterTokenizer,
  declaration,
  family,
  vocabularyOf,
  type FakeTokenizer,
} from '../../../support/tokenizer.ts';

const orders: readonly FimOrder[] = ['prefix-suffix-middle', 'suffix-prefix-middle'];

function formatFor(known: FimFamily, tokenizer: FakeTokenizer): FimFormat {
  const format = resolveFormat(declaration({ architecture: known.architecture ?? null }), tokenizer);
  assert.ok(format.kind === 'fim');
  return format;
}

/** One sequence of prompts for one model; each is shown as text with the markers `<P>`, `<S>` and `<M>`. */
class Prompts {
  readonly tokenizer: FakeTokenizer;
  readonly state = new LayoutState();
  format: PromptFormat;
  budget: number;
  tokens: readonly number[] = [];
  typed = 0;
  /** Tokens that a sequence evaluates for the last prompt, of which the one before is in its cache. */
  evaluated = 0;

  constructor(order: FimOrder = 'prefix-suffix-middle', budget = 1000) {
    this.tokenizer = characterTokenizer({ special: vocabularyOf(family('qwen-coder')) });
    this.format = { ...formatFor(family('qwen-coder'), this.tokenizer), order };
    this.budget = budget;
  }

  lay(picture: string, more: Partial<PromptInput> = {}): string {
    const input = { repository: null, path: null, segments: [], ...parseCursor(picture), ...more };
    const { tokens, typed } = layoutPrompt(input, this.format, this.tokenizer, this.budget, this.state);
    this.typed = typed;
    const same = tokens.findIndex((token, index) => token !== this.tokens[index]);
    this.evaluated = tokens.length - (same === -1 ? tokens.length - 1 : same);
    this.tokens = tokens;
    return this.tokenizer.show(tokens).replace(/<\|fim_(\w)\w+\|>/g, (_, letter: string) => `<${letter}>`);
  }
}

function lines(word: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${word}${index}();\n`).join('');
}

describe('a prompt after another', () => {
  it('leaves head and suffix where they were when a line ends', () => {
    const prompts = new Prompts();
    assert.equal(prompts.lay('a();\nb(█\nc();'), '<p>a();\n<s>\nc();<m>b(');
    assert.equal(prompts.lay('a();\nb();█\nc();'), '<p>a();\n<s>\nc();<m>b();');
    assert.equal(prompts.lay('a();\nb();\n█\nc();'), '<p>a();\n<s>\nc();<m>b();\n');
    assert.equal(prompts.evaluated, 1);
    assert.equal(prompts.lay('a();\nb();\n  x█\nc();'), '<p>a();\n<s>\nc();<m>b();\n  x');
  });

  it("heals nothing at a line's start", () => {
    const prompts = new Prompts();
    prompts.lay('a();\nb(█\nc();');
    prompts.lay('a();\nb();\n█\nc();');
    assert.equal(prompts.typed, 0);
    prompts.lay('a();\nb();\nd█\nc();');
    assert.equal(prompts.typed, 'b();\nd'.length);
  });

  it('lets the head grow where the suffix comes first', () => {
    const prompts = new Prompts('suffix-prefix-middle');
    assert.equal(prompts.lay('a();\nb(█\nc();'), '<s>\nc();<p>a();\n<m>b(');
    assert.equal(prompts.lay('a();\nb();\n█\nc();'), '<s>\nc();<p>a();\nb();\n<m>');
    assert.equal(prompts.lay('a();\nb();\n█\nd();'), '<s>\nd();<p>a();\nb();\n<m>');
  });

  it('takes the head further when too much stands behind the middle marker', () => {
    const prompts = new Prompts('prefix-suffix-middle', 203);
    prompts.lay('a();\n█\nc();');
    assert.equal(prompts.lay(`a();\n${lines('b', 8)}█\nc();`), `<p>a();\n<s>\nc();<m>${lines('b', 8)}`);
    assert.equal(prompts.lay(`a();\n${lines('b', 9)}x█\nc();`), `<p>a();\n${lines('b', 9)}<s>\nc();<m>x`);
  });

  it('takes a line back from the head when the cursor goes up', () => {
    for (const order of orders) {
      const prompts = new Prompts(order);
      prompts.lay('a();\nb();\nc█\nd();');
      const head = /<p>([^<]*)/.exec(prompts.lay('a();\nb()█\nd();'))?.[1];
      assert.equal(head, 'a();\n');
    }
  });

  it('follows a cursor that goes down, and shows nothing twice', () => {
    for (const order of orders) {
      const prompts = new Prompts(order);
      prompts.lay('a();\nb█();\nc();\nd();');
      const shown = prompts.lay('a();\nb();\nc█();\nd();');
      assert.equal(shown.split('c').length, 2);
      assert.equal(shown.split('d').length, 2);
    }
  });

  it('begins anew for another file, another format and after a reset', () => {
    const prompts = new Prompts();
    const typed = (): string => prompts.lay('a();\nb();\n█\nc();', { path: null });
    prompts.lay('a();\nb(█\nc();');
    prompts.state.reset();
    assert.equal(typed(), '<p>a();\nb();\n<s>\nc();<m>');
    prompts.lay('a();\nb(█\nc();', { path: 'other.ts' });
    assert.equal(typed(), '<p>a();\nb();\n<s>\nc();<m>');
    prompts.lay('a();\n█\nc();');
    prompts.format = { ...(prompts.format as FimFormat) };
    assert.equal(typed(), '<p>a();\nb();\n<s>\nc();<m>');
  });

  it('goes on when the window that the prefix is cut from has moved', () => {
    const prompts = new Prompts('prefix-suffix-middle', 300);
    const above = lines('above', 40);
    prompts.lay(`${above}x█\n`);
    const moved = above.slice(above.indexOf('above5'));
    prompts.lay(`${moved}xy█\n`);
    assert.equal(prompts.evaluated, 1);
  });

  it('keeps the text when the budget changes and it still fits', () => {
    const prompts = new Prompts('prefix-suffix-middle', 600);
    prompts.lay(`${lines('a', 9)}x█\n${lines('b', 9)}`);
    prompts.budget = 500;
    prompts.lay(`${lines('a', 9)}xy█\n${lines('b', 9)}`);
    assert.equal(prompts.evaluated, 1);
    prompts.budget = 100;
    prompts.lay(`${lines('a', 9)}xyz█\n${lines('b', 9)}`);
    assert.ok(prompts.tokens.length <= 100);
  });
});

describe('the frozen suffix', () => {
  const rest = lines('below', 30);
  const table: [what: string, before: string, after: string, frozen: boolean][] = [
    ['closers that the editor adds', 'f█\nx', 'f(█)\nx', true],
    ['the closer written over', 'f(█)\nx', 'f()█\nx', false],
    ['a change far below', `f█\n${rest}`, `f█\n${rest.replace('below20', 'other')}`, true],
    ['a letter changed below', `f█\n${rest}`, `f█\n${rest.replace('below0', 'belov0')}`, true],
    ['a line gone below', `f█\n${rest}`, `f█\n${rest.replace('below0();\n', '')}`, false],
    ['another rest of the line', 'f█ a\nx', 'f█ b\nx', false],
    ['the last lines gone', 'f█\na();\nb();', 'f█\na();', false],
    ['the next line deleted', 'f█\na();\nb();', 'f█\nb();', false],
    ['nothing below any more', 'f█\na();', 'f█', false],
    [
      'a line moved over the cursor',
      `f█\n${rest}`,
      `below20();\nf█\n${rest.replace('below20();\n', '')}`,
      false,
    ],
    [
      'a line of many that are alike crossed',
      `f\n█${'a();\n'.repeat(40)}`,
      `f\na();\n█${'a();\n'.repeat(39)}`,
      false,
    ],
  ];
  for (const [what, before, after, frozen] of table) {
    it(`${frozen ? 'outlives' : 'ends with'} ${what}`, () => {
      const prompts = new Prompts('suffix-prefix-middle', 2000);
      const suffixOf = (shown: string): string => shown.slice('<s>'.length, shown.indexOf('<p>'));
      const first = suffixOf(prompts.lay(before));
      const second = suffixOf(prompts.lay(after));
      assert.equal(second, frozen ? first : parseCursor(after).suffix);
    });
  }
});

describe('the start of the prefix', () => {
  const above = Array.from({ length: 12 }, (_, n) => `function f${n}() {\n${lines('  call', 4)}}\n`).join('');
  const anchors = [...above.matchAll(/^function/gm)].map(({ index }) => index);

  it('moves to a definition, and then stays until the prompt is full again', () => {
    for (const order of orders) {
      const prompts = new Prompts(order, 600);
      let typed = '';
      const starts: string[] = [];
      for (const char of lines('  typed', 60)) {
        typed += char;
        const shown = prompts.lay(`${above}${typed}█`, { anchors });
        const start = /<p>([^\n]*)/.exec(shown)?.[1] ?? '';
        if (start !== starts.at(-1)) starts.push(start);
      }
      assert.ok(starts.length >= 3 && starts.length <= 7, starts.join(', '));
      const definitions = starts.filter((start) => /^function f\d+\(\) \{$/.test(start));
      assert.ok(definitions.length >= 2, starts.join(', '));
    }
  });

  it('is a line where the next definition is too far', () => {
    const prompts = new Prompts('prefix-suffix-middle', 600);
    const shown = prompts.lay(`${lines('a', 200)}█`, { anchors: [0, lines('a', 199).length] });
    assert.match(shown, /^<p>a\d+\(\);\n/);
    assert.ok(shown.length > 300);
  });
});

describe('segments', () => {
  const segment = (name: string, text = `${name}()`) => ({
    kind: 'k',
    path: name,
    startLine: 1,
    endLine: 1,
    text,
  });
  const [a, b, c] = [segment('a'), segment('b'), segment('c')];

  it('stay as they were while more come behind them, until all is evaluated anew', () => {
    const prompts = new Prompts();
    assert.match(prompts.lay('x\ny█', { segments: [a] }), /a\(\)\n<p>/);
    assert.match(prompts.lay('x\nyz█', { segments: [a, b] }), /a\(\)\n<p>/);
    assert.equal(prompts.evaluated, 1);
    assert.match(prompts.lay('elsewhere\nz█', { segments: [a, b] }), /a\(\).*b\(\)\n<p>/s);
  });

  it('change at once when one of them does', () => {
    const prompts = new Prompts();
    prompts.lay('x\ny█', { segments: [a, b] });
    assert.match(prompts.lay('x\ny█', { segments: [a, c] }), /a\(\).*c\(\)\n<p>/s);
    assert.match(prompts.lay('x\ny█', { segments: [segment('a', 'new()'), c] }), /new\(\).*c\(\)\n<p>/s);
    assert.match(prompts.lay('x\ny█', { segments: [c] }), /^<\|file_sep\|>c\nc\(\)\n<p>/);
  });

  it('are dropped whole when the budget shrinks', () => {
    const prompts = new Prompts();
    const segments = [segment('a', 'x'.repeat(60)), segment('b', 'y'.repeat(60))];
    prompts.lay('x\ny█', { segments });
    prompts.budget = 400;
    const shown = prompts.lay('x\nyz█', { segments });
    assert.equal(shown.includes('x'.repeat(60)), true);
    assert.equal(shown.includes('y'.repeat(9)), false);
  });
});

describe('what is tokenised', () => {
  it('is the text that changed, not the file', () => {
    for (const order of orders) {
      const prompts = new Prompts(order, 3000);
      let calls = 0;
      let units = 0;
      const { tokenizer } = prompts;
      const counting: FakeTokenizer = {
        ...tokenizer,
        tokenize: (text) => {
          calls += 1;
          units += text.length;
          return tokenizer.tokenize(text);
        },
      };
      const input = {
        repository: 'r',
        path: 'p',
        segments: [{ ...parts, text: 's' }],
        suffix: lines('below', 80),
      };
      const lay = (prefix: string) =>
        layoutPrompt({ ...input, prefix }, prompts.format, counting, 3000, prompts.state);
      let prefix = lines('above', 80);
      lay(prefix);
      const typed = lines('  typed', 30);
      [calls, units] = [0, 0];
      for (const char of typed) lay((prefix += char));
      assert.ok(calls <= 1.1 * typed.length, `${calls} calls for ${typed.length} keys`);
      const most = order === 'prefix-suffix-middle' ? 110 : 12;
      assert.ok(units <= most * typed.length, `${units} units for ${typed.length} keys`);
    }
  });
});

const parts = { kind: 'k', path: 'lib', startLine: 1, endLine: 1 };
