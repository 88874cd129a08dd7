import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Masking } from '../../../../../src/core/chat/template/masking.ts';
import { PromptTokens, type WrittenToken } from '../../../../../src/core/chat/template/promptTokens.ts';

const controls = ['<s>', '<e>', '<strip>'];

/** Words and blanks are tokens; `log` gets the texts that were tokenised. */
function world(bos: number | null = null) {
  const words: string[] = [];
  const log: string[] = [];
  const idOf = (text: string): number => {
    if (!words.includes(text)) words.push(text);
    return words.indexOf(text);
  };
  const masking = new Masking(controls);
  const prompts = new PromptTokens(masking, {
    control: (text) => ({
      id: 1000 + controls.indexOf(text),
      stripsBefore: text === '<strip>',
      stripsBehind: text === '<strip>',
    }),
    plain: (text) => {
      log.push(text);
      return (text.match(/\w+|\W/g) ?? []).map(idOf);
    },
    bos,
  });
  const tokenize = (text: string): readonly number[] => prompts.lay(text).tokens;
  /** Takes note of what was written after a prompt. */
  const remember = (text: string, answer: readonly WrittenToken[]): void =>
    prompts.remember(prompts.lay(text), answer);
  /** An answer in pieces that no text is tokenised into. */
  const written = (pieces: readonly string[]): WrittenToken[] =>
    pieces.map((text, index) => ({
      id: controls.includes(text) ? 1000 + controls.indexOf(text) : 2000 + index,
      text,
      control: controls.includes(text),
      whole: true,
    }));
  const textOf = (id: number): string => (id >= 1000 ? controls[id - 1000] : words[id]) ?? '';
  const show = (tokens: readonly number[]): string =>
    tokens.map((id) => (id >= 2000 ? '?' : textOf(id))).join('');
  return { tokenize, remember, masking, log, written, show, textOf };
}

describe('PromptTokens', () => {
  it('makes control tokens of the template’s texts and plain ones of what people say', () => {
    const { tokenize, masking, show } = world();
    const tokens = tokenize(`<s>${masking.mask('a <e> b')}<e>`);
    assert.equal(show(tokens), '<s>a <e> b<e>');
    assert.deepEqual(
      tokens.filter((id) => id >= 1000),
      [1000, 1001],
    );
  });

  it('puts the first token first, once', () => {
    const { tokenize } = world(1000);
    assert.equal(tokenize('<s>a')[1] === 1000, false);
    assert.deepEqual([tokenize('<s>a')[0], tokenize('a')[0]], [1000, 1000]);
  });

  it('lets a control token take the blanks beside it', () => {
    const { tokenize, show } = world();
    assert.equal(show(tokenize('<s>a  <strip>\n b<e>')), '<s>a<strip>b<e>');
  });

  it('keeps an answer’s own tokens in later prompts, and tokenises only what is new', () => {
    const { tokenize, remember, log, written } = world();
    const first = '<s>question<e><s>';
    const before = tokenize(first);
    remember(first, written(['An', 'swer.']));
    log.length = 0;
    const second = `${first}Answer.<e><s>more<e><s>`;
    const tokens = tokenize(second);
    assert.deepEqual(tokens.slice(0, before.length + 2), [...before, 2000, 2001]);
    assert.deepEqual(log, ['more']);
    remember(second, written(['x']));
    assert.deepEqual(tokenize(`${second}x<e>`).slice(0, tokens.length + 1), [...tokens, 2000]);
  });

  it('goes on within an answer that was cut, behind its last whole token', () => {
    const { tokenize, remember, written, show } = world();
    remember('<s>q<e>', written(['An', 'swer', '.\n\n']));
    assert.equal(show(tokenize('<s>q<e>Answer.<e>')), '<s>q<e>??.<e>');
    assert.equal(show(tokenize('<s>q<e>Other<e>')), '<s>q<e>Other<e>');
  });

  it('does not cut where a token ends inside of a character', () => {
    const { tokenize, remember, show } = world();
    remember('<s>q<e>', [
      { id: 2000, text: 'a', control: false, whole: true },
      { id: 2001, text: '', control: false, whole: false },
      { id: 2002, text: 'é', control: false, whole: true },
    ]);
    assert.equal(show(tokenize('<s>q<e>ab')), '<s>q<e>?b');
    assert.equal(show(tokenize('<s>q<e>aéb')), '<s>q<e>???b');
  });

  it('keeps control tokens that the model wrote, not letters that read like one', () => {
    const { tokenize, remember, masking, written, show } = world();
    remember('<s>q<e>', written(['call', '<strip>', 'x']));
    assert.equal(show(tokenize('<s>q<e>call<strip>x<e>')), '<s>q<e>?<strip>?<e>');
    remember('<s>q<e>', written(['say ', '<', 'e>', ' now']));
    assert.equal(show(tokenize(`<s>q<e>${masking.mask('say <e> now')}<e>`)), '<s>q<e>?<e> now<e>');
    const tokens = tokenize('<s>q<e>say <e><s>');
    assert.equal(tokens.at(-2), 1001, 'the template’s own token is one');
  });

  it('makes tokens of the whole text, whatever was remembered', () => {
    const texts = fc.array(fc.constantFrom('a', 'b ', '\n', '<s>', '<e>', 'c d'), { maxLength: 10 });
    const answers = fc.array(fc.constantFrom('a', 'b ', '\n', 'c d'), { maxLength: 5 });
    fc.assert(
      fc.property(texts, answers, texts, fc.boolean(), (prompt, answer, next, goesOn) => {
        const { tokenize, remember, written, textOf } = world();
        remember(prompt.join(''), written(answer));
        const second = [...prompt, ...(goesOn ? answer : []), ...next].join('');
        const shown = tokenize(second).map((id) => (id >= 2000 ? answer[id - 2000] : textOf(id)));
        assert.equal(shown.join(''), second);
      }),
    );
  });
});
