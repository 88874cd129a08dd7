import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Attachment, Snippet } from '../../../../src/core/chat/context.ts';
import type { ChatMessage } from '../../../../src/core/chat/types.ts';
import {
  fitQuestion,
  type FittedQuestion,
  type QuestionQuery,
  type QuestionTooLong,
} from '../../../../src/core/chat/questionFit.ts';
import {
  answerReserve,
  fitPrompt,
  type FittedPrompt,
  type Turn,
  type WindowQuery,
} from '../../../../src/core/chat/window.ts';
import { promptTokens, tokensOf } from '../../../support/chatPorts.ts';

const counter = {
  countPrompt: (messages: readonly ChatMessage[]) => Promise.resolve(promptTokens(messages, [])),
  countTexts: (texts: readonly string[]) => Promise.resolve(texts.map(tokensOf)),
};

const words = (count: number, word = 'w'): string => Array.from({ length: count }, () => word).join(' ');
const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1};`).join('\n');

const turn = (id: string, tokens: number): Turn => ({
  first: id,
  messages: [
    { role: 'user', content: words(tokens, id) },
    { role: 'assistant', content: words(tokens, `${id}a`) },
  ],
});

const file = (label: string, text: string): Attachment => ({
  ...{ kind: 'file', label, place: { path: label, startLine: 1, endLine: text.split('\n').length } },
  ...{ language: 'ts', text, cut: false },
});

const snippet = (path: string, tokens: number, score: number): Snippet => ({
  ...{ path, startLine: 1, endLine: 1, score },
  ...{ text: words(tokens, path.replace('.ts', '')), why: '' },
});

type Query = QuestionQuery & Omit<WindowQuery, 'fitted'>;

async function fit(more: Partial<Query>): Promise<(FittedPrompt & FittedQuestion) | QuestionTooLong> {
  const query: Query = {
    ...{ systems: ['system'], turns: [], firstSent: null, id: 'q' },
    ...{ question: 'Why so?', problems: [], attachments: [], spareTokens: 0 },
    ...{ snippets: [], snippetTokens: 100, tools: [], contextTokens: 1000, answerTokens: 200 },
    windowSetting: 'hearth.chat.contextTokens',
    ...more,
  };
  const question = await fitQuestion(query, counter);
  if ('reason' in question) return question;
  return { ...question, ...(await fitPrompt({ ...query, fitted: question }, counter)) };
}

async function fitted(more: Partial<Query>): Promise<FittedPrompt & FittedQuestion> {
  const found = await fit(more);
  if ('reason' in found) assert.fail(found.message);
  return found;
}

/** Tokens of a question with the shortest beginning, which is one word in all these tests. */
const minimal = (question: string): number =>
  promptTokens(
    ['short', question].map((content) => ({ role: 'user', content })),
    [],
  );

const sentTurns = ({ messages }: FittedPrompt): string[] =>
  messages
    .slice(1, -1)
    .flatMap(({ role, content }) => (role === 'user' ? [content.split(' ')[0] ?? ''] : []));

describe('the window of a model', () => {
  it('keeps a quarter for the answer, no more than that may have, but enough to say something', () => {
    assert.equal(answerReserve(8192, 4096), 2048);
    assert.equal(answerReserve(8192, 1000), 1000);
    assert.equal(answerReserve(512, 1000), 128);
    assert.equal(answerReserve(8192, 10), 128);
    assert.equal(answerReserve(200, 1000), 100);
  });

  it('sends everything that fits', async () => {
    const all = await fitted({ turns: [turn('t1', 50), turn('t2', 50)], snippets: [snippet('a.ts', 20, 1)] });
    assert.deepEqual(sentTurns(all), ['t1', 't2']);
    assert.equal(all.firstSent, null);
    assert.deepEqual(
      all.snippets.map(({ path }) => path),
      ['a.ts'],
    );
    assert.equal(all.promptTokens, promptTokens(all.messages, []));
  });

  it('leaves out old turns until a third of the window is free behind the answer', async () => {
    const turns = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => turn(`t${number}`, 50));
    const fewer = await fitted({ turns });
    // Of 1000 tokens 200 are the answer's and 333 free: turns of 110 tokens have some 440.
    assert.deepEqual(sentTurns(fewer), ['t6', 't7', 't8']);
    assert.equal(fewer.firstSent, 't6');
    assert.ok(fewer.promptTokens + 200 <= (1000 * 2) / 3);
  });

  it('then keeps the beginning for the following turns', async () => {
    const turns = [6, 7, 8, 9].map((number) => turn(`t${number}`, 50));
    const next = await fitted({ turns, firstSent: 't6' });
    assert.deepEqual(sentTurns(next), ['t6', 't7', 't8', 't9']);
    assert.equal(next.firstSent, 't6');
  });

  it('leaves out older turns for what was found, but what was found for the newest turn', async () => {
    const snippets = [snippet('a.ts', 60, 3), snippet('b.ts', 60, 2), snippet('c.ts', 60, 1)];
    const old = await fitted({ turns: [turn('t1', 150), turn('t2', 150)], snippets, snippetTokens: 300 });
    assert.deepEqual(sentTurns(old), ['t2']);
    assert.equal(old.snippets.length, 3);
    const newest = await fitted({ turns: [turn('t1', 280)], snippets, snippetTokens: 300 });
    assert.deepEqual(sentTurns(newest), ['t1']);
    assert.deepEqual(
      newest.snippets.map(({ path }) => path),
      ['a.ts', 'b.ts'],
    );
  });

  it('leaves out a newest turn that has no room at all', async () => {
    const none = await fitted({ turns: [turn('t1', 600)], snippets: [snippet('a.ts', 60, 1)] });
    assert.deepEqual(sentTurns(none), []);
    assert.equal(none.firstSent, 'q');
    assert.equal(none.snippets.length, 1);
  });

  it('does not send again what an earlier turn has word for word', async () => {
    const first = await fitted({ snippets: [snippet('a.ts', 20, 1)] });
    const earlier = { first: 't1', messages: [first.prompt, { role: 'assistant', content: 'So.' }] } as const;
    const second = await fitted({
      turns: [earlier],
      snippets: [snippet('a.ts', 20, 1), snippet('b.ts', 20, 1)],
    });
    assert.deepEqual(
      second.snippets.map(({ path }) => path),
      ['b.ts'],
    );
    const changed = await fitted({ turns: [earlier], snippets: [snippet('a.ts', 21, 1)] });
    assert.deepEqual(
      changed.snippets.map(({ path }) => path),
      ['a.ts'],
    );
  });

  it('leaves out the map for what is attached', async () => {
    const systems = [words(300), words(20), 'short'];
    const attachments = [file('a.ts', lines(130))];
    const small = await fitted({ systems, attachments: [file('a.ts', lines(20))] });
    assert.equal(small.messages[0]?.content, systems[0]);
    const large = await fitted({ systems, attachments });
    assert.equal(large.messages[0]?.content, systems[1]);
    assert.deepEqual(large.attachments, [{ attachment: attachments[0], leftOut: 0 }]);
  });

  it('cuts attachments that have no room, the longest ones only, and says how many lines are left out', async () => {
    const attachments = [file('short.ts', lines(5)), file('long.ts', lines(500))];
    const { attachments: given, prompt, promptTokens: tokens } = await fitted({ attachments });
    assert.equal(given[0]?.leftOut, 0);
    const long = given[1];
    assert.ok(long && long.leftOut > 0 && long.attachment.cut);
    assert.equal(long.attachment.place?.endLine, 500 - long.leftOut);
    assert.match(prompt.content, new RegExp(`\\(${long.leftOut} lines of long\\.ts left out`));
    assert.ok(tokens <= 800 && tokens > 760, `${tokens} of 800 tokens are used`);
  });

  it('leaves room for what is found, where attachments have to be cut anyway', async () => {
    const attachments = [file('long.ts', lines(500))];
    const snippets = [snippet('long.ts', 40, 1)];
    const none = await fitted({ attachments, snippets });
    const some = await fitted({ attachments, snippets, spareTokens: 100 });
    assert.deepEqual([none.snippets.length, some.snippets.length], [0, 1]);
    assert.ok(some.promptTokens <= 800);
  });

  it('keeps the end of a terminal', async () => {
    const output: Attachment = { ...file('npm test', lines(500)), kind: 'terminal', place: null };
    const { prompt } = await fitted({ attachments: [output] });
    assert.match(prompt.content, /line 500;/);
    assert.doesNotMatch(prompt.content, /line 1;/);
  });

  it('says with both counts when a question has no room', async () => {
    const found = await fit({ question: words(2000) });
    assert.ok('reason' in found);
    assert.equal(found.reason, 'question-too-long');
    const tokens = minimal(words(2000));
    assert.match(
      found.message,
      new RegExp(`takes ${tokens} tokens.*window of 1000 has room for 800.*hearth\\.chat\\.contextTokens`),
    );
  });

  it('counts nothing that is so long that it can’t fit', async () => {
    const longest = {
      contextTokens: 1 << 17,
      windowSetting: 'hearth.chat.contextTokens',
      answerTokens: 2048,
    };
    const counted: number[] = [];
    const quick = (texts: readonly string[]): Promise<number[]> =>
      Promise.resolve(texts.map(({ length }) => length / 4));
    const careful = {
      countPrompt: async (messages: readonly ChatMessage[]) => {
        counted.push(...messages.map(({ content }) => content.length));
        const counts = await quick(messages.map(({ content }) => content));
        return counts.reduce((sum, tokens) => sum + tokens, 0);
      },
      countTexts: quick,
    };
    const asked = {
      ...{ systems: ['system'], question: 'Why so?', problems: [], attachments: [], spareTokens: 0 },
      ...{ tools: [], ...longest },
    };
    const pasted = await fitQuestion({ ...asked, question: 'word '.repeat(1_000_000) }, careful);
    assert.match('message' in pasted ? pasted.message : '', /^The question takes far too many tokens, and/);
    assert.deepEqual(counted, []);
    const diff = file('changes', 'x'.repeat(99).concat('\n').repeat(50_000));
    const cut = await fitQuestion({ ...asked, attachments: [diff] }, careful);
    assert.ok('attachments' in cut && (cut.attachments[0]?.leftOut ?? 0) > 0);
    // The engine takes no longer content of a message.
    assert.ok(Math.max(...counted) < 4_000_000);
  });

  it('uses the shortest beginning where the question has no room otherwise', async () => {
    const systems = [words(300), words(200), 'short'];
    const { messages } = await fitted({ systems, question: words(700) });
    assert.equal(messages[0]?.content, 'short');
  });

  it('never exceeds the window, and always has the question whole', async () => {
    const size = fc.integer({ min: 0, max: 400 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 256, max: 2000 }),
        fc.array(size, { maxLength: 8 }),
        fc.array(size, { maxLength: 6 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 600 }),
        async (contextTokens, turnSizes, snippetSizes, attachmentSizes, questionSize) => {
          const question = words(questionSize, 'question');
          const answerTokens = answerReserve(contextTokens, 1024);
          const asked: Partial<Query> = {
            ...{ contextTokens, answerTokens, question },
            systems: [words(100), words(40), 'short'],
            turns: turnSizes.map((tokens, index) => turn(`t${index}`, tokens)),
            snippets: snippetSizes.map((tokens, index) => snippet(`${index}.ts`, tokens, -index)),
            attachments: attachmentSizes.map((count, index) => file(`f${index}.ts`, lines(count))),
            spareTokens: 50,
          };
          const found = await fit(asked);
          if ('reason' in found) return minimal(question) > contextTokens - answerTokens;
          const { messages, prompt } = found;
          return (
            promptTokens(messages, []) <= contextTokens - answerTokens &&
            found.promptTokens === promptTokens(messages, []) &&
            messages.at(-1) === prompt &&
            prompt.content.endsWith(question)
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives the same bytes to the same history, and only ever adds until turns are left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 2, maxLength: 12 }),
        async (sizes) => {
          let turns: Turn[] = [];
          let firstSent: string | null = null;
          let before: FittedPrompt | null = null;
          for (const [index, tokens] of sizes.entries()) {
            const more: Partial<Query> = {
              turns,
              firstSent,
              id: `t${index}`,
              question: words(tokens, `t${index}`),
            };
            const found = await fitted({ ...more, snippets: [snippet(`${index}.ts`, 30, 1)] });
            assert.deepEqual(await fitted({ ...more, snippets: [snippet(`${index}.ts`, 30, 1)] }), found);
            const kept = found.firstSent === firstSent;
            if (before !== null && kept)
              assert.deepEqual(found.messages.slice(0, before.messages.length), before.messages);
            const answer: ChatMessage = { role: 'assistant', content: words(tokens, 'answer') };
            turns = [...turns, { first: `t${index}`, messages: [found.prompt, answer] }];
            turns = turns.slice(
              Math.max(
                0,
                turns.findIndex(({ first }) => first === found.firstSent),
              ),
            );
            ({ firstSent } = found);
            before = found;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
