import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InfillPrompts, infillStops, maskControls } from '../../../../src/core/endpoints/infillPrompt.ts';
import { TextTokenizer } from '../../../../src/core/endpoints/textTokenizer.ts';
import { fimFamilies, markerTexts } from '../../../../src/core/prompt/families.ts';
import type { PromptInput } from '../../../../src/core/prompt/layout.ts';
import { parseCursor } from '../../../support/cursor.ts';
import { family } from '../../../support/tokenizer.ts';

function input(picture: string, more: Partial<PromptInput> = {}): PromptInput {
  return { repository: null, path: null, segments: [], ...parseCursor(picture), ...more };
}

const plenty = 4000;

/** How often each marker stands in the text. */
function markers(text: string): Record<string, number> {
  return Object.fromEntries(
    markerTexts.flatMap((marker) => {
      const count = text.split(marker).length - 1;
      return count === 0 ? [] : [[marker, count]];
    }),
  );
}

describe('TextTokenizer', () => {
  it('gives every text back byte for byte', () => {
    const tokenizer = new TextTokenizer(family('qwen-coder'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(tokenizer.detokenize(tokenizer.tokenize(text)), text);
      }),
    );
    const half = 'a\ud83d b\udc00\0\u0001';
    assert.equal(tokenizer.detokenize(tokenizer.tokenize(half)), half);
  });

  it('makes about as many pieces of code as a model makes tokens', () => {
    const tokenizer = new TextTokenizer(family('qwen-coder'));
    const code =
      'export function total(items: readonly Item[]): number {\n  return items.length;\n}\n'.repeat(20);
    const units = code.length / tokenizer.tokenize(code).length;
    assert.ok(units > 2.5 && units < 4.5, `${units} units a piece`);
  });
});

describe('InfillPrompts', () => {
  const place = input('one();\ntwo█three();\n', {
    repository: 'shop',
    path: 'src/b.ts',
    segments: [{ kind: 'signatures', path: 'lib/a.ts', startLine: 3, endLine: 4, text: 'f(): A' }],
  });
  // prettier-ignore
  const table: Record<string, string> = {
    'qwen-coder': '<|repo_name|>shop\n<|file_sep|>lib/a.ts\nf(): A\n<|file_sep|>src/b.ts\n<|fim_prefix|>one();\n<|fim_suffix|>three();\n<|fim_middle|>two',
    'codegemma': '<|file_separator|>lib/a.ts\nf(): A<|file_separator|>src/b.ts\n<|fim_prefix|>one();\n<|fim_suffix|>three();\n<|fim_middle|>two',
    'starcoder2': '<repo_name>shop<file_sep>lib/a.ts\nf(): A<file_sep><fim_prefix>src/b.ts\none();\n<fim_suffix>three();\n<fim_middle>two',
    'mellum': '<filename>lib/a.ts\nf(): A\n<filename>src/b.ts\n<fim_suffix>three();\n<fim_prefix>one();\n<fim_middle>two',
    'deepseek-coder': '#lib/a.ts\nf(): A\n<｜fim▁begin｜>one();\n<｜fim▁hole｜>three();\n<｜fim▁end｜>two',
    'seed-coder': '<[fim-suffix]>three();\n<[fim-prefix]>#lib/a.ts\nf(): A\n#src/b.ts\none();\n<[fim-middle]>two',
    'codestral': '[SUFFIX]three();\n[PREFIX]+++++ lib/a.ts\nf(): A\n\n+++++ src/b.ts\none();\ntwo',
    'codegeex4': '<|user|>\n###REFERENCE:\n###PATH: lib/a.ts\nf(): A\n<|code_suffix|>three();\n<|code_prefix|>one();\n<|code_middle|><|assistant|>\ntwo',
  };
  for (const [id, text] of Object.entries(table)) {
    it(`writes ${id} as it was trained`, () => {
      const prompt = new InfillPrompts(family(id)).prompt(place, plenty);
      assert.equal(prompt.text, text);
      assert.deepEqual(
        prompt.parts.map(({ kind }) => kind),
        ['signatures', 'prefix', 'suffix'],
      );
    });
  }

  it('keeps all but what was typed, key by key', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `const value${index} = read(${index});\n`).join(
      '',
    );
    const prompts = new InfillPrompts(family('qwen-coder'));
    const at = (typed: string): string =>
      prompts.prompt(input(`${lines}${typed}█\n${lines}`, { path: 'a.ts', repository: 'shop' }), 900).text;
    let before = at('');
    for (const typed of ['c', 'co', 'con', 'con', 'const', 'const ', 'const x']) {
      const now = at(typed);
      assert.ok(now.startsWith(before) || now === before, `${typed}: the prompt began anew`);
      assert.ok(now.endsWith(`<|fim_middle|>${typed}`));
      before = now;
    }
  });

  it('holds the budget, by its own estimate and by what was counted', () => {
    const text = 'const value = read(1);\n'.repeat(400);
    for (const counted of [null, 2]) {
      const prompts = new InfillPrompts(family('starcoder2'));
      const tokenizer = new TextTokenizer(family('starcoder2'));
      // A model that makes two tokens of each piece leaves half the room.
      if (counted !== null) prompts.counted(text, tokenizer.tokenize(text).length * counted);
      const prompt = prompts.prompt(input(`${text}█\n${text}`), 600);
      assert.ok(prompt.tokens <= 600 && prompt.tokens > 300, `${prompt.tokens} tokens`);
      const pieces = tokenizer.tokenize(prompt.text).length;
      assert.ok(pieces * (counted ?? 0.85) <= 700, `${pieces} pieces`);
    }
  });

  it('lets no text inject a marker', () => {
    const any = fc.constantFrom(...fimFamilies);
    const piece = fc.oneof(
      fc.constantFrom(...markerTexts, '<s>', '</s>', '<', '|', '▁', ' ', '\n'),
      fc.string(),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const place = fc.record({
      repository: fc.option(text),
      path: fc.option(text),
      segments: fc.array(
        fc.record({
          kind: fc.constant('signatures'),
          path: text,
          startLine: fc.constant(1),
          endLine: fc.constant(2),
          text,
        }),
        { maxLength: 3 },
      ),
      prefix: text,
      suffix: text,
    });
    const blank = (what: string): string => what.replace(/./g, 'x');
    fc.assert(
      fc.property(any, place, (known, what) => {
        const prompt = new InfillPrompts(known).prompt(what, plenty);
        // The same with harmless text of the same shape has the markers that belong there, and no others.
        const harmless = new InfillPrompts(known).prompt(
          {
            repository: what.repository === null ? null : blank(what.repository),
            path: what.path === null ? null : blank(what.path),
            segments: what.segments.map((segment) => ({
              ...segment,
              path: blank(segment.path),
              text: blank(segment.text),
            })),
            prefix: blank(what.prefix),
            suffix: blank(what.suffix),
          },
          plenty,
        );
        assert.deepEqual(markers(prompt.text), markers(harmless.text));
      }),
      { numRuns: 500 },
    );
  });

  it('are shorter after each one that was too long, down to about a third', () => {
    const prompts = new InfillPrompts(family('qwen-coder'));
    const long = input(`${'const value = read(1);\n'.repeat(2000)}█`);
    const lengths: number[] = [];
    for (let times = 0; times < 30; times += 1) {
      const { text, tokens } = prompts.prompt(long, 1000);
      assert.ok(tokens <= 1000, String(tokens));
      lengths.push(text.length);
      prompts.tooLong();
    }
    const shares = lengths.map((length) => length / (lengths[0] ?? 1));
    // Where a prompt begins is moved by whole steps.
    assert.ok((shares[1] ?? 1) < 0.85, String(shares));
    assert.ok((shares[5] ?? 1) < 0.4, String(shares));
    assert.ok((shares.at(-1) ?? 0) > 0.25, String(shares));
  });

  it('changes no other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(
          !markerTexts.some((marker) => text.includes(marker)) && !/<s>|<\/s>|<unk>|INST|<\|/.test(text),
        );
        assert.equal(maskControls(text), text);
      }),
    );
    assert.equal(maskControls('a <|fim_middle|> b </s>'), 'a < |fim_middle|> b < /s>');
  });

  it('ends an answer at every marker of the family', () => {
    const stops = infillStops(family('codestral'));
    assert.ok(stops.includes('[PREFIX]') && stops.includes('[SUFFIX]') && !stops.includes(''));
  });
});
