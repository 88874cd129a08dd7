import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RetrievalQuery } from '../../../../../src/core/chat/context.ts';
import type { ChatModel } from '../../../../../src/core/chat/ports.ts';
import {
  call,
  calls,
  describedModel,
  promptTokens,
  says,
  ScriptedModel,
} from '../../../../support/chatPorts.ts';
import { snippetOf, textOf, TurnWorld, type WorldOptions } from '../../../../support/chatTurn.ts';

const files = { 'src/counter.ts': 'let count = 0;\nexport function add() {\n  count += 1;\n}\n' };
const found = snippetOf('src/counter.ts', 2, 'export function add() {\n  count += 1;\n}', 7);
const retrieve = () => Promise.resolve([found]);

describe('one question', () => {
  it('is sent with what was found, and answered with checked citations', async () => {
    const world = new TurnWorld({ files, workspace: { retrieve } });
    world.model.script = [says('See `src/counter.ts:2-4` and `src/other.ts:1`.')];
    const answer = await world.ask('What counts?');
    assert.equal(answer.state, 'done');
    assert.equal(answer.reason, 'end');
    assert.equal(answer.message, null);
    assert.deepEqual(answer.request?.sources, [
      { path: 'src/counter.ts', startLine: 2, endLine: 4, score: 7 },
    ]);
    assert.match(
      answer.request?.prompt.content ?? '',
      /src\/counter\.ts:2-4\n```ts\n[^]*Question:\n\nWhat counts\?$/,
    );
    assert.deepEqual(
      answer.citations.map(({ path, verified, problem }) => ({ path, verified, problem })),
      [
        { path: 'src/counter.ts', verified: true, problem: null },
        { path: 'src/other.ts', verified: false, problem: 'no-file' },
      ],
    );
    const types = world.events.map(({ type }) => type);
    assert.deepEqual(types, ['asked', 'answering', 'prepared', 'sent', 'prefill', 'wrote', 'answered']);
  });

  it('asks the repository for its own words, without what it mentions and has already', async () => {
    const asked: RetrievalQuery[] = [];
    const world = new TurnWorld({
      workspace: { retrieve: (query) => Promise.resolve(asked.push(query) > 9 ? [] : []) },
    });
    await world.ask('Does @folder:src use @symbol:add like @file:a/b.ts?');
    assert.deepEqual(asked, [
      {
        question: 'Does  use add like ?',
        scopes: ['src', 'a/b.ts'],
        known: [{ path: 'a/b.ts', startLine: 1, endLine: 2 }],
        near: 'a/b.ts',
        limit: 12,
      },
    ]);
    await world.ask('@workspace Where is it?');
    assert.deepEqual(asked[1]?.scopes, []);
    assert.equal(asked[1]?.limit, 24);
  });

  it('does not ask the repository where the command or a setting says so', async () => {
    let times = 0;
    const workspace = { retrieve: () => Promise.resolve((times += 1) > 0 ? [found] : []) };
    await new TurnWorld({ workspace }).ask('/commit');
    const map = () => Promise.resolve({ text: 'a.ts\n  map', files: ['a.ts'], tokens: 3 });
    const off = new TurnWorld({ workspace: { ...workspace, map }, settings: { retrieval: false } });
    await off.ask('What counts?');
    assert.equal(times, 0);
    assert.deepEqual(off.conversation.preamble?.mapFiles, [], 'the map is part of it');
    await new TurnWorld({ workspace }).ask('/explain');
    assert.equal(times, 1);
  });

  it('asks for a commit message alone, from the staged changes', async () => {
    const world = new TurnWorld({ workspace: { retrieve } });
    const answer = await world.ask('/commit');
    const { content } = answer.request?.prompt ?? assert.fail();
    assert.match(
      content,
      /^Attached by the user:\n\nstaged \(diff\):[^]*Question:\n\nWrite a commit message/,
    );
    assert.deepEqual(world.model.asked[0]?.tools, []);
  });

  it('says what could not be attached, to the model and to the user, and answers all the same', async () => {
    const attach: WorldOptions['surroundings'] = {
      attach: (mention) => Promise.resolve({ mention, problem: 'There is no file no.ts.' }),
    };
    const answer = await new TurnWorld({ surroundings: attach }).ask('What is in @file:no.ts?');
    assert.match(answer.request?.prompt.content ?? '', /Not attached: There is no file no\.ts\./);
    assert.equal(answer.state, 'done');
    assert.equal(answer.message, 'There is no file no.ts.');
  });

  it('says what of the attachments had no room', async () => {
    const text = Array.from({ length: 3000 }, (_, index) => `line ${index};`).join('\n');
    const place = { path: 'long.ts', startLine: 1, endLine: 3000 };
    const long = { kind: 'file', label: 'long.ts', place, language: 'ts', text, cut: false } as const;
    const world = new TurnWorld({ surroundings: { attach: () => Promise.resolve([long]) } });
    const answer = await world.ask('What is in @file:long.ts?');
    const [, lines] = /no room for (\d+) lines of long\.ts/.exec(answer.message ?? '') ?? assert.fail();
    assert.equal(answer.request?.sources[0]?.endLine, 3000 - Number(lines));
    const asked = world.conversation.messages.get('q1');
    assert.equal(asked?.role === 'user' && asked.attachments[0]?.text, text);
  });

  it('has no room for a question that is longer than the window, and never asks the model', async () => {
    const world = new TurnWorld({ settings: { contextTokens: 512 } });
    const answer = await world.ask('why '.repeat(600));
    assert.equal(answer.reason, 'question-too-long');
    assert.match(answer.message ?? '', /takes 6\d\d tokens.*512 has room for 384.*shorten it/);
    assert.equal(world.model.asked.length, 0);
  });

  it('keeps the tools behind earlier turns, whose place in the KV cache depends on them', async () => {
    const world = new TurnWorld({ files });
    for (const question of ['First?', '/doc it', 'Third?']) await world.ask(question);
    const [first, second, third] = world.model.asked;
    assert.ok(first && first.tools.length > 0);
    assert.deepEqual([second?.tools, third?.tools], [first.tools, first.tools]);
    assert.deepEqual(second?.messages.slice(0, 2), first.messages);
    const alone = new TurnWorld({ files });
    await alone.ask('/doc it');
    assert.deepEqual(alone.model.asked[0]?.tools, []);
  });

  it('looks through what had no room of an attachment, and leaves some for what it finds there', async () => {
    const text = Array.from({ length: 3000 }, (_, index) => `line ${index};`).join('\n');
    const place = { path: 'long.ts', startLine: 1, endLine: 3000 };
    const long = { kind: 'file', label: 'long.ts', place, language: 'ts', text, cut: false } as const;
    const asked: RetrievalQuery[] = [];
    const part = snippetOf('long.ts', 2000, 'line 1999;', 3);
    const world = new TurnWorld({
      surroundings: { attach: () => Promise.resolve([long]) },
      workspace: { retrieve: (query) => Promise.resolve(asked.push(query) > 0 ? [part] : []) },
    });
    const answer = await world.ask('What is in @file:long.ts?');
    const [given, beside] = answer.request?.sources ?? [];
    assert.deepEqual(asked[0]?.known, [{ path: 'long.ts', startLine: 1, endLine: given?.endLine }]);
    assert.deepEqual(beside, { path: 'long.ts', startLine: 2000, endLine: 2000, score: 3 });
  });

  it('takes a file of the map for given where the answer names it as a whole, and no line of it', async () => {
    const world = new TurnWorld({
      files: { ...files, 'a.ts': 'let a;\n' },
      workspace: { map: () => Promise.resolve({ text: 'a.ts:\n  let a', files: ['a.ts'], tokens: 5 }) },
    });
    world.model.script = [says('It is in `a.ts`, see `a.ts:1`, or in `src/counter.ts`.')];
    const answer = await world.ask('Where?');
    assert.deepEqual(
      answer.citations.map(({ path, endLine, problem }) => [path, endLine, problem]),
      [
        ['a.ts', 0, null],
        ['a.ts', 1, 'not-read'],
        ['src/counter.ts', 0, 'not-read'],
      ],
    );
  });

  it('may cite what earlier turns were given, as long as they are sent', async () => {
    const world = new TurnWorld({ files, workspace: { retrieve } });
    world.model.script = [says('Yes.'), says('It is `src/counter.ts:3`.')];
    await world.ask('What counts?');
    const answer = await world.ask('Where?');
    assert.deepEqual(answer.request?.sources, []);
    assert.equal(answer.citations[0]?.verified, true);
  });

  it('keeps what is told of the repository for the whole conversation and each model', async () => {
    let maps = 0;
    const workspace: WorldOptions['workspace'] = {
      map: ({ budget }) => {
        maps += 1;
        return Promise.resolve({ text: `a.ts\n  map ${maps} of ${budget}`, files: ['a.ts'], tokens: 5 });
      },
    };
    const instructions = { kind: 'instructions', label: 'AGENTS.md', place: null, language: 'md' } as const;
    const world = new TurnWorld({
      workspace,
      surroundings: {
        instructions: () => Promise.resolve([{ ...instructions, text: 'Be kind.', cut: false }]),
      },
    });
    await world.ask('One?');
    await world.ask('Two?');
    const [one, two] = world.model.asked.map(({ messages }) => messages);
    assert.match(one?.[0]?.content ?? '', /From AGENTS\.md:\nBe kind\.[^]*map 1 of 409$/);
    assert.deepEqual(two?.slice(0, 2), one);
    assert.deepEqual(
      world.of('prepared').map(({ preamble }) => preamble.mapFiles),
      [['a.ts']],
    );
    world.model.description = { ...describedModel, fingerprint: 'other' };
    await world.ask('Three?');
    assert.match(world.model.asked[2]?.messages[0]?.content ?? '', /map 2/);
    assert.equal(world.of('prepared')[1]?.preamble.fingerprint, 'other');
  });

  it('goes without the map where the workspace is dead, and asks for it again', async () => {
    let alive = false;
    const workspace: WorldOptions['workspace'] = {
      map: () =>
        alive
          ? Promise.resolve({ text: 'the map', files: [], tokens: 2 })
          : Promise.reject(new Error('Dead.')),
      retrieve: () => Promise.reject(new Error('The workspace thread died.')),
    };
    const world = new TurnWorld({ workspace });
    const answer = await world.ask('One?');
    assert.equal(answer.state, 'done');
    assert.equal(answer.message, 'The repository could not be searched: The workspace thread died.');
    alive = true;
    await world.ask('Two?');
    assert.match(world.model.asked[1]?.messages[0]?.content ?? '', /the map$/);
  });

  it('gives what was found and the reason, where no model chats', async () => {
    const world = new TurnWorld({ files, workspace: { retrieve } });
    world.model.description = { code: 'no-chat-model', message: 'No model for the chat is chosen.' };
    const answer = await world.ask('What counts?');
    assert.equal(answer.state, 'done');
    assert.equal(answer.reason, 'no-chat-model');
    assert.equal(answer.message, 'No model for the chat is chosen.');
    assert.deepEqual(answer.request?.sources, [
      { path: 'src/counter.ts', startLine: 2, endLine: 4, score: 7 },
    ]);
    world.model.description = { code: 'engine', message: 'The model is damaged.' };
    const failed = await world.ask('And now?');
    assert.deepEqual(
      [failed.state, failed.reason, failed.message],
      ['failed', 'engine', 'The model is damaged.'],
    );
    // What no model answered is no part of what a model is told later.
    world.model.description = describedModel;
    await world.ask('And then?');
    assert.equal(world.model.asked[0]?.messages.length, 2);
  });

  it('keeps the text of an engine that dies, and can be asked again', async () => {
    const world = new TurnWorld();
    const error = Object.assign(new Error('The engine ended.'), { code: 'crashed' });
    world.model.script = [{ events: says('Half an ans').events, error }, says('A whole answer.')];
    const answer = await world.ask('Why?');
    assert.deepEqual(
      [answer.state, answer.reason, answer.message],
      ['failed', 'engine', 'The engine ended.'],
    );
    assert.equal(textOf(answer), 'Half an ans');
    const again = await world.answer('q1');
    assert.equal(textOf(again), 'A whole answer.');
    const [first, second] = world.model.asked;
    assert.deepEqual(second?.messages, first?.messages);
    assert.deepEqual([first?.seed, second?.seed], [0, 1]);
  });

  it('stops at once, keeps what came, and lets nothing come after', async () => {
    const controller = new AbortController();
    const world = new TurnWorld();
    world.model.script = [{ events: says('The beginning').events, hangs: true }];
    world.onEvent = ({ type }) => void (type === 'wrote' && controller.abort());
    const answer = await world.ask('Why?', { signal: controller.signal });
    assert.deepEqual([answer.state, answer.reason, answer.message], ['stopped', 'stopped', null]);
    assert.equal(textOf(answer), 'The beginning');
  });

  it('tells why an answer is not whole', async () => {
    const world = new TurnWorld();
    world.model.script = [says('and on', 'max-tokens'), says('la la', 'repetition'), says('')];
    const answers = [await world.ask('One?'), await world.ask('Two?'), await world.ask('Three?')];
    assert.deepEqual(
      answers.map(({ reason }) => reason),
      ['max-tokens', 'repetition', 'end'],
    );
    assert.match(answers[0]?.message ?? '', /most tokens/);
    assert.match(answers[1]?.message ?? '', /again and again/);
    assert.match(answers[2]?.message ?? '', /wrote nothing/);
  });

  it('passes on how far the prompt is evaluated, and what it cost', async () => {
    const world = new TurnWorld();
    const answer = await world.ask('Why?');
    const [query] = world.model.asked;
    const total = promptTokens(query?.messages ?? [], query?.tools ?? []);
    assert.deepEqual(world.of('prefill'), [{ type: 'prefill', id: answer.id, done: total, total }]);
    assert.equal(answer.tokens?.prompt, total);
    assert.equal(answer.times?.firstToken, 30);
  });

  it('works in a window of 512 tokens, and leaves out old turns in steps', async () => {
    const world = new TurnWorld({ settings: { contextTokens: 512 }, files, workspace: { retrieve } });
    const starts: (string | null)[] = [];
    for (let turn = 1; turn <= 12; turn += 1) {
      world.model.script = [says(`answer ${'word '.repeat(30)}`)];
      const answer = await world.ask(`Question ${turn} ${'more '.repeat(30)}?`);
      assert.equal(answer.state, 'done');
      starts.push(answer.request?.firstSent ?? null);
      const query = world.model.asked.at(-1) ?? assert.fail();
      assert.ok(promptTokens(query.messages, query.tools) + query.maxTokens <= 512);
      assert.deepEqual(query.tools, []);
    }
    const steps = starts.filter((start, index) => index > 0 && start !== starts[index - 1]);
    assert.ok(steps.length >= 2 && steps.length <= 6, `${steps.length} steps in 12 turns: ${starts.join()}`);
  });

  it('ends exactly once, whatever fails, hangs or is stopped, and wherever', async () => {
    const methods = [
      ...['describe', 'countPrompt', 'countTexts', 'answer', 'retrieve', 'map', 'search', 'check'],
      ...['attach', 'instructions', 'problems'],
    ];
    const kinds = ['rejects', 'throws', 'stops'] as const;
    const fault = fc.record({
      method: fc.constantFrom(...methods),
      kind: fc.constantFrom(...kinds),
      at: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 3 }), async (faults) => {
        const controller = new AbortController();
        const times = new Map<string, number>();
        const faulty = <Port extends object>(port: Port): Port =>
          new Proxy(port, {
            get: (target, name) => {
              const value: unknown = Reflect.get(target, name);
              if (typeof value !== 'function') return value;
              return (...args: unknown[]) => {
                const time = times.get(String(name)) ?? 0;
                times.set(String(name), time + 1);
                const now = faults.find(({ method, at }) => method === name && at === time);
                if (now?.kind === 'throws') throw new Error('It threw.');
                if (now?.kind === 'rejects') return Promise.reject(new Error('It rejected.'));
                // Whoever stops does so while the port works, and the port never ends then.
                if (now?.kind === 'stops' && name !== 'check') {
                  queueMicrotask(() => controller.abort());
                  return new Promise(() => undefined);
                }
                return (value as (...given: unknown[]) => unknown).apply(target, args);
              };
            },
          });
        const model = new ScriptedModel();
        model.script = [
          calls(call('search', { text: 'count' }), call('problems', {})),
          says('See `src/counter.ts:1`.'),
        ];
        const world = new TurnWorld({ files, workspace: { retrieve } });
        const { parts } = world;
        Object.assign(parts, {
          model: faulty<ChatModel>(model),
          workspace: faulty(parts.workspace),
          surroundings: faulty(parts.surroundings),
        });
        const answer = await world.ask('/explain @file:a.ts why?', { signal: controller.signal });
        assert.equal(world.of('answering').length, 1);
        assert.equal(world.of('answered').length, 1);
        assert.equal(world.events.at(-1)?.type, 'answered');
        assert.notEqual(answer.state, 'writing');
        // What could not be had before it failed is said too.
        const said =
          /^It (threw|rejected)\.( (The repository could not be searched: )?It (threw|rejected)\.)*$/;
        if (answer.state === 'failed') assert.match(answer.message ?? '', said);
        assert.equal(answer.state === 'stopped', controller.signal.aborted);
      }),
      { numRuns: 300 },
    );
  });
});
