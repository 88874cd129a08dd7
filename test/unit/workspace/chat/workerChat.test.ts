import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { workspaceProtocolVersion, type WorkspaceReply } from '../../../../src/workspace/protocol.ts';
import { FolderIndex } from '../../../../src/workspace/folderIndex.ts';
import type { ChatQuestion } from '../../../../src/workspace/chat/questions.ts';
import { WorkspaceWorker } from '../../../../src/workspace/workspaceWorker.ts';
import { until } from '../../../support/engine.ts';
import { folderWith } from '../../../support/folderWith.ts';
import { grammarsFolder } from '../../../support/grammars.ts';

/** The worker's own code in this thread, and what it sends, in order. */
class InThread {
  readonly folder: string;
  readonly sent: WorkspaceReply[] = [];
  readonly #worker: WorkspaceWorker;

  constructor(files: Readonly<Record<string, string>>, tokenizer: string | null = null) {
    this.folder = folderWith(files);
    this.#worker = new WorkspaceWorker(grammarsFolder, (reply) => this.sent.push(reply));
    this.tell({ type: 'index', folders: [{ path: this.folder, exclude: {} }], snapshots: null, tokenizer });
  }

  tell(message: object): void {
    this.#worker.receive({ version: workspaceProtocolVersion, ...message });
  }

  uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  open(file: string, text: string): void {
    const rest = {
      documentVersion: 1,
      languageId: path.extname(file).slice(1),
      path: file,
      folder: this.folder,
    };
    this.tell({ type: 'open', document: this.uri(file), text, ...rest });
  }

  ask(id: number, question: ChatQuestion, wait = true): void {
    this.tell({ type: 'ask', id, question, wait });
  }

  window(id: number, file: string): void {
    const place = { document: this.uri(file), documentVersion: 1, offset: 0 };
    this.tell({ type: 'window', id, ...place, limits: { before: 1000, after: 1000 } });
  }

  has(id: number): boolean {
    return this.sent.some((reply) => 'id' in reply && reply.id === id && reply.type !== 'count');
  }

  async answer(id: number): Promise<WorkspaceReply> {
    await until(() => this.has(id), `the answer to ${id}`);
    return this.sent.find(
      (reply) => 'id' in reply && reply.id === id && reply.type !== 'count',
    ) as WorkspaceReply;
  }
}

const search = { kind: 'search', text: 'needle', scope: null, limit: 10_000 } as const;

describe('the chat’s questions in the worker', () => {
  it('let a window be cut while a search goes on', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`f${at}.ts`, `export const needle${at} = 1;\n`]),
    );
    const worker = new InThread(many);
    worker.open('f0.ts', 'let a;\n');
    worker.ask(1, { ...search, text: 'needle149' });
    await worker.answer(1);
    worker.ask(2, search, false);
    worker.window(3, 'f0.ts');
    await worker.answer(3);
    assert.equal(worker.has(2), false);
    const reply = await worker.answer(2);
    // The open document has none.
    assert.ok(reply.type === 'ask' && Array.isArray(reply.reply) && reply.reply.length === 149);
  });

  it('see what was typed before them', async () => {
    const worker = new InThread({ 'a.ts': 'let needle;\n' });
    worker.open('a.ts', 'let other;\n');
    worker.open('new.ts', 'let needle2;\n');
    const changes = [{ offset: 0, length: 0, text: 'needle3;\n' }];
    worker.tell({ type: 'change', document: worker.uri('a.ts'), documentVersion: 2, changes });
    worker.ask(1, search);
    const reply = await worker.answer(1);
    assert.ok(reply.type === 'ask');
    assert.deepEqual(reply.reply, [
      { path: 'a.ts', line: 1, text: 'needle3;' },
      { path: 'new.ts', line: 1, text: 'let needle2;' },
    ]);
  });

  it('wait for the complete index where that is wanted', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`f${at}.ts`, `export const needle${at} = 1;\n`]),
    );
    const worker = new InThread(many);
    worker.ask(1, { kind: 'findPaths', query: '', limit: 999 }, false);
    worker.ask(2, { kind: 'findPaths', query: '', limit: 999 }, true);
    const counts = [1, 2].map(async (id) => {
      const reply = await worker.answer(id);
      return reply.type === 'ask' && Array.isArray(reply.reply) ? reply.reply.length : -1;
    });
    const [early = -1, late] = await Promise.all(counts);
    assert.ok(early >= 0 && early < 40, `${early}`);
    assert.equal(late, 40);
  });

  it('count the map’s tokens with the model’s tokenizer', async () => {
    const worker = new InThread(
      { 'a.ts': 'export function one() {}\nexport function two() {}\n' },
      'made up',
    );
    worker.ask(1, { kind: 'map', focus: [], question: '', budget: 30 });
    let answered = 0;
    await until(() => {
      const questions = worker.sent.filter((reply) => reply.type === 'count');
      for (const { id, texts } of questions.slice(answered))
        worker.tell({ type: 'counted', id, counts: texts.map((text) => text.length) });
      answered = questions.length;
      return worker.has(1);
    }, 'the map');
    const reply = await worker.answer(1);
    const text = 'a.ts:\n  function one(): void\n';
    assert.ok(reply.type === 'ask');
    assert.deepEqual(reply.reply, {
      text: 'a.ts:\n  function one()\n',
      files: ['a.ts'],
      tokens: text.length - 6,
    });
  });

  it('end without an answer when nobody waits for it any more', async (t) => {
    const many = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`f${at}.ts`, `export const needle${at} = 1;\n`]),
    );
    const worker = new InThread(many);
    worker.ask(1, { kind: 'findPaths', query: '', limit: 1 });
    await worker.answer(1);
    let reads = 0;
    t.mock.method(FolderIndex.prototype, 'present', () => {
      reads += 1;
      if (reads === 1) for (const id of [2, 3, 99]) worker.tell({ type: 'cancelAsk', id });
      return Promise.resolve(null);
    });
    worker.ask(2, search, false);
    worker.ask(3, search, true);
    await until(() => reads > 0, 'the first file');
    worker.ask(4, { ...search, text: 'needle149' });
    await worker.answer(4);
    assert.ok(reads <= 3, `${reads} files`);
    assert.deepEqual([worker.has(2), worker.has(3)], [false, false]);
    assert.deepEqual(
      worker.sent.filter((reply) => reply.type === 'error'),
      [],
    );
  });

  it('are not begun anew for what is typed while they use the index', async (t) => {
    const worker = new InThread({ 'a.ts': 'let needle;\n' });
    worker.open('a.ts', 'let needle;\n');
    const paths = async (id: number): Promise<unknown> => {
      worker.ask(id, { kind: 'findPaths', query: '', limit: 9 });
      const reply = await worker.answer(id);
      return reply.type === 'ask' && reply.reply;
    };
    assert.deepEqual(await paths(1), ['a.ts']);
    let isHeld = true;
    t.mock.getter(FolderIndex.prototype, 'isHeld', () => isHeld);
    const { mock } = t.mock.method(FolderIndex.prototype, 'setOpen');
    worker.open('b.ts', 'let other;\n');
    worker.window(2, 'a.ts');
    await worker.answer(2);
    assert.equal(mock.callCount(), 0);
    isHeld = false;
    worker.window(3, 'a.ts');
    await worker.answer(3);
    assert.equal(mock.callCount(), 1);
    // The next question has to know of it.
    isHeld = true;
    worker.open('c.ts', 'let more;\n');
    assert.deepEqual(await paths(4), ['a.ts', 'b.ts', 'c.ts']);
  });

  it('leave what was typed meanwhile for when they are done', async (t) => {
    const worker = new InThread({ 'a.ts': 'let needle;\n' });
    worker.open('a.ts', 'let needle;\n');
    worker.ask(1, search);
    await worker.answer(1);
    let looks = 0;
    t.mock.getter(FolderIndex.prototype, 'isHeld', () => (looks += 1) < 3);
    const { mock } = t.mock.method(FolderIndex.prototype, 'setOpen');
    const changes = [{ offset: 0, length: 0, text: 'a' }];
    worker.tell({ type: 'change', document: worker.uri('a.ts'), documentVersion: 2, changes });
    await until(() => mock.callCount() === 1, 'the document in the index');
    assert.equal(looks, 3);
  });

  it('that are malformed get an error, and others their answers', async () => {
    const worker = new InThread({ 'a.ts': '' });
    worker.tell({ type: 'ask', id: 1, question: { kind: 'write', path: 'a.ts' }, wait: false });
    worker.tell({
      type: 'ask',
      id: 2,
      question: { kind: 'read', path: 'a.ts', startLine: -1, endLine: 1 },
      wait: false,
    });
    worker.ask(3, { kind: 'read', path: 'a.ts', startLine: 1, endLine: 1 });
    assert.equal((await worker.answer(1)).type, 'error');
    assert.equal((await worker.answer(2)).type, 'error');
    assert.equal((await worker.answer(3)).type, 'ask');
  });
});
