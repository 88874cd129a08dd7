import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { workspaceProtocolVersion, type WorkspaceReply } from '../../../src/workspace/protocol.ts';
import { WorkspaceWorker } from '../../../src/workspace/workspaceWorker.ts';
import { until } from '../../support/engine.ts';
import { folderWith } from '../../support/folderWith.ts';
import { grammarsFolder } from '../../support/grammars.ts';

/** The worker's own code in this thread, and what it sends. */
class InThread {
  readonly folder: string;
  readonly sent: WorkspaceReply[] = [];
  readonly #worker: WorkspaceWorker;
  #nextId = 1;

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

  /** Sends a request without waiting for its answer. */
  ask(file: string, more: object = {}): number {
    const id = this.#nextId++;
    const limits = { before: 1000, after: 1000 };
    const place = { document: this.uri(file), documentVersion: 1, offset: 0, limits };
    this.tell({ type: 'context', id, ...place, budget: 500, estimate: false, wait: true, ...more });
    return id;
  }

  async answer(id: number): Promise<WorkspaceReply> {
    const isIt = (reply: WorkspaceReply): boolean =>
      'id' in reply && reply.id === id && reply.type !== 'count';
    await until(() => this.sent.some(isIt), `the answer to ${id}`);
    return this.sent.find(isIt) as WorkspaceReply;
  }

  get questions(): Extract<WorkspaceReply, { type: 'count' }>[] {
    return this.sent.filter((reply) => reply.type === 'count');
  }
}

const files = { 'lib/a.ts': 'export function total(a: number): void {}\n' };

describe('WorkspaceWorker', () => {
  it('asks for counts while a request waits for them, and takes the answer out of turn', async () => {
    const worker = new InThread(files, 'made up');
    worker.open('b.ts', 'total');
    const id = worker.ask('b.ts');
    let answered = 0;
    await until(() => {
      for (const { id: question, texts } of worker.questions.slice(answered)) {
        worker.tell({ type: 'counted', id: question, counts: texts.map((text) => text.length) });
        answered += 1;
      }
      return worker.sent.some((reply) => reply.type === 'context');
    }, 'the context');
    const reply = await worker.answer(id);
    assert.ok(reply.type === 'context' && reply.reply.kind === 'context');
    const { report } = reply.reply;
    assert.equal(report.text, 'lib/\nfunction total(a: number): void\n');
    assert.deepEqual([report.estimated, report.tokens], [false, report.text.length]);
    assert.ok(answered > 0);
  });

  it('takes no answer that it did not ask for, and none that is malformed', async () => {
    const worker = new InThread(files, 'made up');
    worker.tell({ type: 'counted', id: 99, counts: [1] });
    worker.tell({ type: 'counted', id: 0, counts: 'many' });
    await until(() => worker.sent.some((reply) => reply.type === 'error'), 'the complaint');
    const error = worker.sent.find((reply) => reply.type === 'error');
    assert.match(error?.message ?? '', /Not a message of the workspace protocol: counts/);
    worker.open('b.ts', 'total');
    const reply = await worker.answer(worker.ask('b.ts', { estimate: true }));
    assert.equal(reply.type, 'context');
  });

  it('brings a document into the index when nobody types, though only it is asked about', async () => {
    const worker = new InThread(files);
    worker.open('c.ts', 'let c;\n');
    const change = [{ offset: 0, length: 0, text: 'typed();\n' }];
    worker.tell({ type: 'change', document: worker.uri('c.ts'), documentVersion: 2, changes: change });
    const indexed = async (): Promise<number> => {
      const reply = await worker.answer(
        worker.ask('c.ts', { documentVersion: 2, wait: false, estimate: true }),
      );
      assert.ok(reply.type === 'context' && reply.reply.kind === 'context');
      return reply.reply.report.index.files;
    };
    assert.ok((await indexed()) < 2);
    await until(async () => (await indexed()) === 2, 'the document in the index');
  });

  it('answers in order, also after a message that is none', async () => {
    const worker = new InThread(files);
    worker.open('b.ts', 'total');
    const ids = [
      worker.ask('b.ts'),
      worker.ask('none.ts'),
      worker.ask('b.ts', { limits: 1 }),
      worker.ask('b.ts'),
    ];
    await worker.answer(ids[3] ?? 0);
    const order = worker.sent.flatMap((reply) =>
      'id' in reply && ids.includes(reply.id ?? 0) ? [reply] : [],
    );
    assert.deepEqual(
      order.map((reply) => (reply.type === 'context' ? reply.reply.kind : reply.type)),
      ['context', 'unknown', 'error', 'context'],
    );
  });
});
