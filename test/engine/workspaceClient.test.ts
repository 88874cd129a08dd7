import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { WorkspaceClient } from '../../src/workspace/client.ts';
import { folderWith } from '../support/folderWith.ts';
import type { OpenedDocument, WindowReply, WindowRequest } from '../../src/workspace/protocol.ts';

const built = path.join(import.meta.dirname, '../../dist/worker.cjs');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-worker-'));
after(() => rmSync(folder, { recursive: true }));

/** The built worker, but that it ends, throws or hangs where it is told to by a document's text. */
const mortal = path.join(folder, 'mortal.cjs');
writeFileSync(
  mortal,
  `const { parentPort } = require('node:worker_threads');
   parentPort.on('message', ({ text }) => {
     if (text === 'end') process.exit(7);
     if (text === 'hang') for (;;);
     if (text === 'throw') throw new Error('Out of order.');
   });
   require(${JSON.stringify(built)});`,
);

const uri = 'file:///a.ts';

function request(documentVersion: number, offset: number, more: Partial<WindowRequest> = {}): WindowRequest {
  return { document: uri, documentVersion, offset, limits: { before: 100, after: 100 }, ...more };
}

function typescript(text: string): OpenedDocument {
  return { text, languageId: 'typescript', path: 'a.ts', folder: null };
}

function shown(reply: WindowReply): string {
  if (reply.kind === 'window') return `${reply.window.prefix}█${reply.window.suffix}`;
  return reply.kind === 'problem' ? reply.problem : reply.kind;
}

describe('WorkspaceClient with the built worker', () => {
  const clients: WorkspaceClient[] = [];
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));

  function start(workerPath = built, deadlineMs?: number): { client: WorkspaceClient; log: string[] } {
    const log: string[] = [];
    const client = new WorkspaceClient(workerPath, {
      log: (level, message) => log.push(`${level}: ${message}`),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
    clients.push(client);
    return { client, log };
  }

  it('opens, changes, reads and closes a document', async () => {
    const { client, log } = start();
    assert.equal(client.isOpen(uri), false);
    assert.equal(shown(await client.window(request(1, 0))), 'unknown');
    client.open(uri, 1, typescript('const a = 1;\r\n'));
    assert.equal(client.isOpen(uri), true);
    assert.equal(shown(await client.window(request(1, 6))), 'const █a = 1;\n');
    client.change(uri, 2, [{ offset: 6, length: 1, text: '😀' }]);
    assert.equal(shown(await client.window(request(2, 8))), 'const 😀█ = 1;\n');
    assert.equal(shown(await client.window(request(1, 6))), 'unknown');
    client.close(uri);
    assert.equal(client.isOpen(uri), false);
    assert.equal(shown(await client.window(request(2, 8))), 'unknown');
    assert.deepEqual(log, []);
  });

  it('sends no change of a document that it did not open', async () => {
    const { client, log } = start();
    client.change(uri, 2, [{ offset: 0, length: 0, text: 'x' }]);
    client.close(uri);
    client.open(uri, 2, typescript('a'));
    assert.equal(shown(await client.window(request(2, 1))), 'a█');
    assert.deepEqual(log, []);
  });

  it('finds the anchors, the end and the candidate that fits, in a text that changes', async () => {
    const { client, log } = start();
    const text = 'export function f() {\r\n  g(1);\r\n}\r\nfunction h() {\r\n}\r\n';
    client.open(uri, 1, typescript(text));
    const reply = await client.window(request(1, text.length));
    assert.ok(reply.kind === 'window');
    assert.deepEqual(
      [reply.window.anchors, reply.window.segments],
      [[0, 'export function f() {\n  g(1);\n}\n'.length], []],
    );

    // An `if` is typed into the first function.
    const offset = text.indexOf('\r\n}') + 2;
    client.change(uri, 2, [{ offset, length: 0, text: '  if (a) {' }]);
    const place = { document: uri, documentVersion: 2, offset: offset + 10 };
    const written = '\n    b();\n  }\n  c();\n';
    assert.deepEqual(await client.end({ ...place, text: '\n    b();\n', ended: false }), {
      keep: 9,
      stop: false,
    });
    assert.deepEqual(await client.end({ ...place, text: written, ended: false }), { keep: 13, stop: true });
    const candidates = [{ text: ' b(); }', replaceRight: 0 }];
    assert.equal(await client.check({ ...place, candidates }), 0);
    assert.equal(await client.check({ ...place, candidates: [] }), -1);
    client.change(uri, 3, [{ offset: place.offset, length: 0, text: ' b(); }' }]);
    assert.equal(await client.check({ ...place, documentVersion: 3, candidates }), -1);
    assert.deepEqual(log, []);
  });

  it('knows no end and no candidate without a grammar, of another version, or of a closed document', async () => {
    const { client } = start();
    const place = { document: uri, documentVersion: 1, offset: 0 };
    const asked = async () => [
      await client.end({ ...place, text: 'a\n', ended: true }),
      await client.check({ ...place, candidates: [{ text: 'a', replaceRight: 0 }] }),
    ];
    assert.deepEqual(await asked(), [null, 'unknown']);
    client.open(uri, 1, { ...typescript('# a'), languageId: 'markdown' });
    assert.deepEqual(await asked(), [null, null]);
    client.open(uri, 2, typescript('a();'));
    assert.deepEqual(await asked(), [null, 'unknown']);
    client.open(uri, 1, typescript('a();'));
    assert.deepEqual(await asked(), [{ keep: 2, stop: false }, 0]);
    client.close(uri);
    assert.deepEqual(await asked(), [null, 'unknown']);
  });

  it('answers for documents in all six grammars', async () => {
    const { client, log } = start();
    for (const languageId of ['ts', 'tsx', 'js', 'py', 'go', 'rs']) {
      client.open(uri, 1, { ...typescript(''), languageId });
      const place = { document: uri, documentVersion: 1, offset: 0 };
      assert.notEqual(await client.check({ ...place, candidates: [] }), null, languageId);
    }
    assert.deepEqual(log, []);
  });

  it('says once that its grammars are missing, and goes on without', async () => {
    const lone = path.join(folder, 'lone.cjs');
    copyFileSync(built, lone);
    const { client, log } = start(lone);
    client.open(uri, 1, typescript('function f() {}\n'));
    assert.equal(shown(await client.window(request(1, 16))), 'function f() {}\n█');
    const place = { document: uri, documentVersion: 1, offset: 0 };
    assert.equal(await client.end({ ...place, text: 'a\n', ended: true }), null);
    assert.equal(log.length, 1);
    assert.match(log[0] ?? '', /^warn: The grammar typescript can't be used/);
  });

  it('waits for a worker that hangs no longer than its deadline', async () => {
    const { client } = start(mortal, 50);
    client.open(uri, 1, typescript('hang'));
    const place = { document: uri, documentVersion: 1, offset: 0 };
    const window = assert.rejects(
      client.window(request(1, 0)),
      /^Error: The workspace worker gave no answer within 0.05 s\.$/,
    );
    const answers = [
      client.end({ ...place, text: '', ended: false }),
      client.check({ ...place, candidates: [] }),
    ];
    await window;
    assert.deepEqual(await Promise.all(answers), [null, null]);
  });

  it('says what forbids a window', async () => {
    const { client } = start();
    client.open(uri, 1, typescript('\0'));
    assert.equal(shown(await client.window(request(1, 0))), 'binary');
  });

  it('gives each of many requests its own answer', async () => {
    const { client } = start();
    const text = Array.from({ length: 200 }, (_, index) => `${index % 10}`).join('');
    client.open(uri, 1, typescript(text));
    const limits = { before: 3, after: 3 };
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) => client.window(request(1, index + 3, { limits }))),
    );
    replies.forEach((reply, index) => {
      assert.equal(shown(reply), `${text.slice(index, index + 3)}█${text.slice(index + 3, index + 6)}`);
    });
  });

  it('rejects a request that is none, and goes on', async () => {
    const { client, log } = start();
    client.open(uri, 1, typescript('a'));
    await assert.rejects(client.window(request(1, -1)), /Not a message of the workspace protocol: offset/);
    client.open('file:///b.ts', 1.5, typescript('b'));
    assert.equal(shown(await client.window(request(1, 1))), 'a█');
    assert.equal(log.length, 1);
    assert.match(log[0] ?? '', /^warn: Not a message of the workspace protocol: documentVersion/);
  });

  const deaths: [how: string, text: string, message: RegExp][] = [
    ['ends', 'end', /The workspace worker ended \(exit code 7\)/],
    ['throws', 'throw', /Out of order\./],
  ];
  for (const [how, text, message] of deaths) {
    it(`replaces a worker that ${how}, with the next request`, async () => {
      const { client, log } = start(mortal);
      client.open(uri, 1, typescript('a'));
      assert.equal(shown(await client.window(request(1, 1))), 'a█');

      client.open('file:///b.ts', 1, typescript(text));
      await assert.rejects(client.window(request(1, 1)), message);
      assert.equal(log.length, 1);
      assert.match(log[0] ?? '', message);

      // Nothing is open any more, so that the editor sends the whole text anew.
      assert.deepEqual([client.isOpen(uri), client.isOpen('file:///b.ts')], [false, false]);
      assert.equal(shown(await client.window(request(1, 1))), 'unknown');
      client.open(uri, 4, typescript('again'));
      assert.equal(shown(await client.window(request(4, 5))), 'again█');
      assert.equal(log.length, 1);
    });
  }

  it('tells a new worker what to index, and hears of its progress', async () => {
    const { client } = start(mortal);
    const indexed = folderWith({ 'lib/a.ts': 'export function total(a: number): void {}\n' });
    const states: string[] = [];
    const stop = client.onProgress(({ state }) => states.push(state));
    client.index({ folders: [{ path: indexed, exclude: {} }], snapshots: null, tokenizer: null });
    const shows = async (version: number): Promise<string> => {
      client.open(uri, version, { ...typescript('total'), folder: indexed });
      const asked = {
        document: uri,
        documentVersion: version,
        offset: 5,
        limits: { before: 100, after: 100 },
      };
      const reply = await client.context({ ...asked, budget: 100, estimate: true, wait: true });
      return reply.kind === 'context' ? reply.report.text : reply.kind;
    };
    assert.equal(await shows(1), 'lib/\nfunction total(a: number): void\n');
    client.open('file:///b.ts', 1, typescript('end'));
    await assert.rejects(client.window(request(1, 1)), /exit code 7/);
    assert.equal(await shows(2), 'lib/\nfunction total(a: number): void\n');
    assert.deepEqual(
      states.filter((state, at) => state !== states[at - 1]),
      ['reading', 'ready', 'cancelled', 'reading', 'ready'],
    );
    stop();
    const heard = states.length;
    client.index({ folders: [], snapshots: null, tokenizer: null });
    assert.equal(await shows(3), '');
    assert.equal(states.length, heard);
  });

  it('asks what the chat wants to know, of the complete index where that is wanted', async () => {
    const { client, log } = start();
    const root = folderWith({ 'src/door.ts': '/** Lets people in. */\nexport function openDoor() {}\n' });
    client.index({ folders: [{ path: root, exclude: {} }], snapshots: null, tokenizer: null });
    const paths = await client.ask({ kind: 'findPaths', query: 'door', limit: 3 }, true);
    assert.deepEqual(paths, ['src/door.ts']);
    const question = { question: 'who lets people in?', scopes: [], known: [], near: null, limit: 3 };
    const [found] = await client.ask({ kind: 'retrieve', ...question });
    assert.deepEqual([found?.path, found?.startLine, found?.endLine], ['src/door.ts', 1, 2]);
    const part = await client.ask({ kind: 'read', path: 'src/door.ts', startLine: 2, endLine: 2 });
    assert.equal(part?.text, 'export function openDoor() {}');
    await assert.rejects(client.ask({ kind: 'read', path: 'a.ts', startLine: -1, endLine: 1 }), /startLine/);
    assert.deepEqual(log, []);
  });

  it('survives ten deaths in a row', async () => {
    const { client } = start(mortal);
    for (let life = 1; life <= 10; life += 1) {
      client.open(uri, life, typescript(`life ${life}`));
      assert.equal(shown(await client.window(request(life, 5))), `life █${life}`);
      client.open(uri, life, typescript('end'));
      await assert.rejects(client.window(request(life, 0)), /exit code 7/);
    }
  });

  it('rejects where there is no worker to start', async () => {
    const { client, log } = start(path.join(folder, 'missing.cjs'));
    await assert.rejects(client.window(request(1, 0)), /missing\.cjs/);
    await assert.rejects(client.window(request(1, 0)), /missing\.cjs/);
    assert.equal(log.length, 2);
  });

  it('rejects what is under way when it is disposed, without a complaint', async () => {
    const { client, log } = start();
    client.open(uri, 1, typescript('a'));
    const asked = assert.rejects(client.window(request(1, 0)), /The workspace worker was stopped/);
    await client.dispose();
    await asked;
    assert.equal(client.isOpen(uri), false);
    assert.deepEqual(log, []);
  });
});
