import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attachment, Mention } from '../../../../../src/core/chat/context.ts';
import type { ChatSurroundings } from '../../../../../src/core/chat/ports.ts';
import { planOf, searchFor } from '../../../../../src/core/chat/turn/plan.ts';
import { readQuestion, withoutMentioned } from '../../../../../src/core/chat/turn/readQuestion.ts';
import { madeUpSurroundings } from '../../../../support/chatPorts.ts';

const never = new AbortController().signal;

async function read(
  text: string,
  {
    chips = [],
    attachments = [],
    attach = {},
    signal = never,
  }: {
    chips?: readonly Mention[];
    attachments?: readonly Attachment[];
    attach?: Partial<ChatSurroundings>;
    signal?: AbortSignal;
  } = {},
) {
  const typed = { id: 'q', parent: null, at: 1, text, chips, attachments };
  return readQuestion(typed, madeUpSurroundings(attach), signal);
}

const kinds = ({ message }: Awaited<ReturnType<typeof read>>): string[] =>
  message.attachments.map(({ kind, label }) => `${kind} ${label}`);

const selection: Attachment = {
  ...{ kind: 'selection', label: 'b.ts:3-9', place: { path: 'b.ts', startLine: 3, endLine: 9 } },
  ...{ language: 'ts', text: 'b', cut: false },
};

describe('what goes with a question', () => {
  it('is its chips and what it mentions, each once', async () => {
    const chips: Mention[] = [
      { kind: 'file', value: 'a.ts' },
      { kind: 'problems', value: '' },
    ];
    const question = await read('Is @file:a.ts like @file:b.ts? Look at @problems and @workspace.', {
      chips,
    });
    assert.deepEqual(kinds(question), ['file a.ts', 'problems problems', 'file b.ts', 'workspace workspace']);
    assert.equal(question.message.text, 'Is @file:a.ts like @file:b.ts? Look at @problems and @workspace.');
    assert.deepEqual([question.problems, question.refusal], [[], null]);
  });

  it('is what its command brings, where nothing else says what it is about', async () => {
    assert.deepEqual(kinds(await read('/explain')), ['selection selection']);
    assert.deepEqual(kinds(await read('/explain', { chips: [{ kind: 'file', value: 'a.ts' }] })), [
      'file a.ts',
    ]);
    assert.deepEqual(kinds(await read('/explain', { attachments: [selection] })), ['selection b.ts:3-9']);
    assert.deepEqual(kinds(await read('/fix @file:a.ts')), ['file a.ts', 'problems problems']);
  });

  it('says what could not be read, also where the port throws', async () => {
    const attach = {
      attach: (mention: Mention) => {
        if (mention.value === 'a.ts') throw new Error('It is too large.');
        return Promise.resolve({ mention, problem: `There is no file ${mention.value}.` });
      },
    };
    const question = await read('Why @file:a.ts and @file:b.ts?', { attach });
    assert.deepEqual(question.problems, ['It is too large.', 'There is no file b.ts.']);
    assert.equal(question.refusal, null);
  });

  it('refuses a command that has nothing to be about', async () => {
    const attach = {
      attach: (mention: Mention) => Promise.resolve({ mention, problem: 'Nothing was changed.' }),
    };
    assert.equal((await read('/review', { attach })).refusal, 'Nothing was changed.');
    assert.equal((await read('/review the parser', { attach })).refusal, null);
    assert.equal((await read('/review', { attach, attachments: [selection] })).refusal, null);
  });

  it('is left out where it is stopped before it is read', async () => {
    const controller = new AbortController();
    const attach = {
      attach: () => {
        queueMicrotask(() => controller.abort());
        return new Promise<never>(() => undefined);
      },
    };
    const question = await read('Why @file:a.ts?', { attach, signal: controller.signal });
    assert.deepEqual([question.message.attachments, question.problems], [[], []]);
  });

  it('is read anew, once, where it went with an edited question before', async () => {
    const place = { path: 'a.ts', startLine: 1, endLine: 2 };
    const old: Attachment = { ...selection, kind: 'file', label: 'a.ts', place, text: 'old' };
    const { message } = await read('And @file:a.ts?', { attachments: [old, selection] });
    assert.deepEqual(
      message.attachments.map(({ label, text }) => [label, text === 'old']),
      [
        ['a.ts', false],
        ['b.ts:3-9', false],
      ],
    );
  });

  it('keeps of an edited question the chips, and not what its text mentioned', () => {
    const file: Attachment = { ...selection, kind: 'file', label: 'a.ts', place: null };
    const kept = withoutMentioned([selection, file], planOf('What is in @file:a.ts?').mentions);
    assert.deepEqual(kept, [selection]);
  });
});

describe('what a question asks for', () => {
  it('are the words of its command and of the user', () => {
    const plan = planOf('/fix the @symbol:Counter in @file:a.ts');
    assert.equal(plan.command, 'fix');
    assert.match(plan.question, /^Find what is wrong[^]*\n\nthe @symbol:Counter in @file:a\.ts$/);
    assert.equal(plan.words, 'the Counter in');
    assert.deepEqual(plan.mentions, [
      { kind: 'symbol', value: 'Counter' },
      { kind: 'file', value: 'a.ts' },
    ]);
  });

  it('is looked for by these words, or by the code that a command is about', () => {
    assert.equal(searchFor(planOf('Why?'), [selection]), 'Why?');
    assert.equal(searchFor(planOf('/explain'), [selection]), 'b.ts:3-9\nb');
    assert.equal(searchFor(planOf('/explain'), []), '');
    assert.equal(searchFor(planOf('  /tests  for it '), []), 'for it');
  });
});
