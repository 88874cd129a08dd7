import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ChatSurroundings, ChatWorkspace } from '../../../../src/core/chat/ports.ts';
import { fitFindings } from '../../../../src/core/chat/toolFindings.ts';
import { runTool, toolDefinitions } from '../../../../src/core/chat/tools.ts';
import { call, madeUpSurroundings, madeUpWorkspace, tokensOf } from '../../../support/chatPorts.ts';

const files = {
  'src/counter.ts': 'export class Counter {\n  count = 0;\n  add() {\n    this.count += 1;\n  }\n}\n',
  'src/main.ts': "import { Counter } from './counter.ts';\nnew Counter().add();\n",
};

const countTexts = (texts: readonly string[]): Promise<number[]> => Promise.resolve(texts.map(tokensOf));

async function result(
  name: string,
  args: unknown,
  {
    room = 1000,
    workspace = {},
    surroundings = {},
  }: {
    room?: number;
    workspace?: Partial<ChatWorkspace>;
    surroundings?: Partial<ChatSurroundings>;
  } = {},
) {
  const ports = {
    workspace: madeUpWorkspace(files, workspace),
    surroundings: madeUpSurroundings(surroundings),
  };
  return fitFindings(await runTool(call(name, args), ports), room, countTexts);
}

describe('the tools of the chat', () => {
  it('search gives lines with their places', async () => {
    const { text, sources } = await result('search', { text: 'COUNTER', path: './src/' });
    assert.equal(
      text,
      [
        'src/counter.ts:1: export class Counter {',
        "src/main.ts:1: import { Counter } from './counter.ts';",
        'src/main.ts:2: new Counter().add();',
      ].join('\n'),
    );
    assert.deepEqual(sources[0], { path: 'src/counter.ts', startLine: 1, endLine: 1, score: 1 });
    assert.equal(
      (await result('search', { text: 'zebra' })).text,
      'No line in the repository contains "zebra".',
    );
  });

  it('read_file gives the lines that are asked for below their header', async () => {
    const { text, sources } = await result('read_file', {
      path: 'src/counter.ts',
      start_line: '2',
      end_line: 3,
    });
    assert.equal(
      text,
      'src/counter.ts:2-3\n```ts\n  count = 0;\n  add() {\n```\n(src/counter.ts has 6 lines; 3 follow)',
    );
    assert.deepEqual(sources, [{ path: 'src/counter.ts', startLine: 2, endLine: 3, score: 1 }]);
  });

  it('read_file takes lines in the path, as they are cited', async () => {
    const { text } = await result('read_file', { path: 'src/main.ts:2' });
    assert.equal(text, 'src/main.ts:2\n```ts\nnew Counter().add();\n```');
  });

  it('read_file says what there is instead of a file that is not there, and of lines that are not', async () => {
    const { text } = await result('read_file', { path: 'lib/counter.ts' });
    assert.equal(text, 'There is no file lib/counter.ts that may be read. Similar paths: src/counter.ts.');
    assert.equal(
      (await result('read_file', { path: 'src/main.ts', start_line: 9 })).text,
      'src/main.ts has 2 lines only.',
    );
  });

  it('find_symbol and references give places', async () => {
    const found = { path: 'src/counter.ts', startLine: 1, endLine: 6, name: 'Counter', container: null };
    const symbol = { ...found, kind: 'class', signature: 'export class\n  Counter' };
    const workspace = { findSymbols: () => Promise.resolve([symbol]) };
    assert.equal(
      (await result('find_symbol', { name: 'Counter' }, { workspace })).text,
      'src/counter.ts:1-6 class export class Counter',
    );
    assert.match((await result('references', { name: 'add' })).text, /^src\/main\.ts:2: new Counter/m);
    assert.equal((await result('references', { name: 'nil' })).text, 'No line uses the name "nil".');
  });

  it('problems and git_diff give what the surroundings have', async () => {
    const asked: unknown[] = [];
    const surroundings = {
      problems: (path: string | null) =>
        Promise.resolve({
          text: asked.push(path) > 0 ? 'src/main.ts:2: error: no' : '',
          files: ['src/main.ts'],
        }),
      diff: (staged: boolean) =>
        Promise.resolve({ text: asked.push(staged) > 5 ? 'diff' : '', files: ['src/main.ts'] }),
    };
    assert.deepEqual(await result('problems', {}, { surroundings }), {
      text: 'src/main.ts:2: error: no',
      sources: [{ path: 'src/main.ts', startLine: 0, endLine: 0, score: 1 }],
    });
    assert.equal(
      (await result('git_diff', { staged: 'true' }, { surroundings })).text,
      'There are no changes.',
    );
    assert.deepEqual(asked, [null, true]);
    const changed = { diff: () => Promise.resolve({ text: 'diff', files: ['a.ts', 'src/b.ts'] }) };
    const { sources } = await result('git_diff', {}, { surroundings: changed });
    assert.deepEqual(
      sources.map(({ path }) => path),
      ['a.ts', 'src/b.ts'],
    );
  });

  it('read_file names what a link leads to', async () => {
    const read = (path: string) =>
      Promise.resolve({ path, startLine: 1, endLine: 1, text: 'x', lines: 1, real: 'clients/acme.md' });
    const { text, sources } = await result('read_file', { path: 'docs/acme.md' }, { workspace: { read } });
    assert.deepEqual(sources, [
      { path: 'docs/acme.md', startLine: 1, endLine: 1, score: 1 },
      { path: 'clients/acme.md', startLine: 0, endLine: 0, score: 1 },
    ]);
    assert.doesNotMatch(text, /clients/);
  });

  it('says what is wrong with a call, so that the model can mend it', async () => {
    const said = async (name: string, args: unknown): Promise<string> => (await result(name, args)).text;
    assert.match(
      await said('write_file', {}),
      /^There is no tool "write_file"\. The tools are search, read_file/,
    );
    assert.match(await said('search', '{"text": '), /^The arguments of search are no JSON object/);
    assert.match(await said('search', '[]'), /are no JSON object/);
    assert.equal(await said('search', ''), 'search needs the argument text. Call it again with it.');
    assert.equal(
      await said('read_file', { path: 'a', start_line: 'x' }),
      'The argument start_line of read_file must be of type integer. Call it again.',
    );
  });

  it('takes numbers and truth values for a text, and the other way round', async () => {
    assert.equal(
      (await result('search', { text: 1 })).text,
      'src/counter.ts:4:     this.count += 1;'.replace('     ', ' '),
    );
    assert.match((await result('search', { text: true })).text, /contains "true"/);
    assert.match((await result('search', { text: ['a'] })).text, /must be of type string/);
    const staged: boolean[] = [];
    const surroundings = {
      diff: (only: boolean) => Promise.resolve({ text: String(staged.push(only)), files: [] }),
    };
    for (const given of ['true', true, 'false', false])
      await result('git_diff', { staged: given }, { surroundings });
    assert.deepEqual(staged, [true, true, false, false]);
    assert.match((await result('git_diff', { staged: 'maybe' })).text, /must be of type boolean/);
  });

  it('gives what fits, and says how much is left out', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => ({
      path: 'a.ts',
      line: index + 1,
      text: 'x y z',
    }));
    const workspace = { search: () => Promise.resolve(lines) };
    const { text, sources } = await result('search', { text: 'x' }, { room: 60, workspace });
    assert.ok(tokensOf(text) <= 60);
    assert.ok(sources.length > 2);
    assert.equal(text.split('\n').at(-1), `(${30 - sources.length} more lines left out)`);
    const part = await result('read_file', { path: 'src/counter.ts' }, { room: 44 });
    assert.ok(tokensOf(part.text) <= 44);
    const [source] = part.sources;
    assert.ok(source !== undefined && source.endLine < 6);
    assert.match(part.text, new RegExp(`has 6 lines; ${6 - source.endLine} follow`));
  });

  it('never throws, whatever the arguments and the ports', async () => {
    const failing = new Proxy({} as ChatWorkspace & ChatSurroundings, {
      get: () => () => {
        throw new Error('The thread died.');
      },
    });
    const name = fc.constantFrom(...toolDefinitions.map((tool) => tool.name), 'other', '__proto__');
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const record = fc.dictionary(
      fc.constantFrom('text', 'path', 'name', 'start_line', 'staged', '__proto__'),
      value,
    );
    const args = fc.oneof(
      fc.string(),
      fc.json(),
      record.map((one) => JSON.stringify(one)),
    );
    await fc.assert(
      fc.asyncProperty(name, args, async (tool, json) => {
        const real = { workspace: madeUpWorkspace(files), surroundings: madeUpSurroundings() };
        const dead = { workspace: failing, surroundings: failing };
        for (const ports of [real, dead]) {
          const findings = await runTool(call(tool, json), ports);
          assert.notEqual(findings.give(findings.lines).text, '');
          findings.give(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
