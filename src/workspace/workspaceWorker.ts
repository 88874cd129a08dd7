import { countByUnits } from '../core/context/items.ts';
import { ChatQuestions } from './chat/chatQuestions.ts';
import { WorkspaceContext } from './context.ts';
import { Documents, type KnownDocument } from './documents.ts';
import { Parsers } from './parsers.ts';
import { parseText } from './refactor/parseText.ts';
import {
  parseWorkspaceRequest,
  type ContextReply,
  type ContextRequest,
  type WindowReply,
  type WindowRequest,
  type WorkspaceReply,
  type WorkspaceRequest,
} from './protocol.ts';
import { Syntax } from './syntax.ts';
import { TokenCounts } from './tokenCounts.ts';
import { WorkspaceIndex } from './workspaceIndex.ts';
import { sentenceOf } from '../core/text/sentence.ts';

/** Times that context is chosen anew with counts that were estimated before. */
const mostRounds = 4;
/** Quiet time after which an open document's changes come into the index. */
const idleMs = 250;

interface IndexOpenOptions {
  readonly except?: string;
  readonly unlessHeld?: boolean;
}

/** What the workspace worker does with its messages. */
export class WorkspaceWorker {
  readonly #send: (reply: WorkspaceReply) => void;
  readonly #parsers: Parsers;
  readonly #documents = new Documents();
  readonly #syntax: Syntax;
  readonly #counts: TokenCounts;
  readonly #index: WorkspaceIndex;
  readonly #context: WorkspaceContext;
  readonly #chat: ChatQuestions;
  /** Open documents whose present text is not in the index yet. */
  readonly #unindexed = new Set<string>();
  #idle: NodeJS.Timeout | undefined;
  /** Messages are taken in their order, each when those before it are done with, so that none sees later changes. */
  #last: Promise<void> = Promise.resolve();
  /** The questions beside them that are being answered, by their numbers. */
  readonly #asked = new Map<number, AbortController>();
  readonly #counting = new Map<number, (counts: readonly number[] | null) => void>();
  #nextCount = 1;

  constructor(grammarsFolder: string, send: (reply: WorkspaceReply) => void) {
    this.#send = send;
    const log = (message: string): void => send({ type: 'log', message });
    this.#parsers = new Parsers(grammarsFolder, log);
    this.#syntax = new Syntax(this.#parsers);
    this.#counts = new TokenCounts((texts) => this.#count(texts));
    const openText = (folder: string, file: string): string | null => this.#documents.textAt(folder, file);
    this.#index = new WorkspaceIndex({
      parsers: this.#parsers,
      grammarsFolder,
      openText,
      onProgress: (progress) => send({ type: 'progress', progress }),
      log,
    });
    this.#context = new WorkspaceContext(this.#index, this.#counts, openText);
    this.#chat = new ChatQuestions(this.#index, this.#counts);
  }

  /** Takes a message of the client. */
  receive(value: unknown): void {
    // The answer to a question of ours is awaited by a message that is being handled.
    if (isCounted(value)) {
      this.#counting.get(value.id)?.(value.counts);
      this.#counting.delete(value.id);
    } else this.#last = this.#last.then(() => this.#answer(value));
  }

  async #answer(value: unknown): Promise<void> {
    try {
      const reply = await this.#handle(parseWorkspaceRequest(value));
      if (reply !== null) this.#send(reply);
    } catch (error) {
      const { id } = (typeof value === 'object' && value !== null ? value : {}) as { id?: unknown };
      const message = sentenceOf(error);
      this.#send({ type: 'error', id: typeof id === 'number' ? id : null, message });
    }
  }

  /** Answers the chat and refactors while other messages are taken: nothing waits for a search. */
  async #answerBeside({ id, question, wait }: Extract<WorkspaceRequest, { type: 'ask' }>): Promise<void> {
    const ended = new AbortController();
    this.#asked.set(id, ended);
    const { signal } = ended;
    try {
      if (wait) await this.#index.idle();
      signal.throwIfAborted();
      const reply =
        question.kind === 'parse'
          ? await parseText(this.#parsers, question)
          : await this.#chat.answer(question, signal);
      this.#send({ type: 'ask', id, reply });
    } catch (error) {
      if (!signal.aborted) this.#send({ type: 'error', id, message: sentenceOf(error) });
    } finally {
      this.#asked.delete(id);
    }
  }

  async #handle(request: WorkspaceRequest): Promise<WorkspaceReply | null> {
    switch (request.type) {
      case 'index':
        this.#counts.use(request.tokenizer);
        this.#index.setFolders(request.folders, request.snapshots);
        return null;
      case 'disk':
        this.#index.disk(request.paths);
        return null;
      case 'cancelIndexing':
        this.#index.cancel();
        return null;
      case 'targets':
        this.#context.targets(request.document, request.targets);
        return null;
      case 'counted':
        return null;
      case 'excluded':
        return { type: 'excluded', id: request.id, reply: await this.#index.exclusion(request.path) };
      case 'ask':
        if (request.question.kind !== 'parse') await this.#indexOpen();
        void this.#answerBeside(request);
        return null;
      case 'cancelAsk':
        this.#asked.get(request.id)?.abort();
        return null;
      case 'context':
        return { type: 'context', id: request.id, reply: await this.#report(request) };
      case 'window':
        return { type: 'window', id: request.id, reply: await this.#window(request) };
      case 'end': {
        const { id, text, ended, document } = request;
        const known = this.#documents.known(document, request.documentVersion, request.offset);
        return { type: 'end', id, reply: known && (await this.#syntax.end(known, request, text, ended)) };
      }
      case 'check': {
        const { id, candidates, document } = request;
        const known = this.#documents.known(document, request.documentVersion, request.offset);
        const reply = known === null ? 'unknown' : await this.#syntax.check(known, request, candidates);
        return { type: 'check', id, reply };
      }
      case 'open':
      case 'change':
      case 'close':
        this.#edit(request);
        return null;
    }
  }

  /** Follows what becomes of an open document. */
  #edit(request: Extract<WorkspaceRequest, { type: 'open' | 'change' | 'close' }>): void {
    const { document } = request;
    const was = this.#documents.present(document);
    switch (request.type) {
      case 'open':
        this.#syntax.drop(document);
        this.#documents.open(document, request.documentVersion, request);
        this.#context.opened(document);
        this.#unindexed.add(document);
        return;
      case 'change': {
        const before = this.#documents.change(document, request.documentVersion, request.changes);
        if (before === null) this.#syntax.drop(document);
        else this.#syntax.change(document, before, request.changes);
        if (was !== null && before !== null) this.#context.changed(was, request.changes);
        this.#unindexed.add(document);
        this.#indexWhenIdle();
        return;
      }
      case 'close':
        if (was !== null) this.#context.closed(was);
        this.#syntax.drop(document);
        this.#documents.close(document);
        this.#unindexed.delete(document);
        // What is saved counts now; nothing waits for it.
        if (was?.folder != null && was.path !== null) void this.#index.folder(was.folder)?.closed(was.path);
    }
  }

  #indexWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const failed = (error: unknown): void =>
        this.#send({ type: 'error', id: null, message: String(error) });
      this.#last = this.#last.then(() => this.#indexTyped()).catch(failed);
    }, idleMs);
    this.#idle.unref();
  }

  /** Brings into the index what can come now, and the rest when it is quiet again. */
  async #indexTyped(): Promise<void> {
    await this.#indexOpen({ unlessHeld: true });
    if (this.#unindexed.size > 0) this.#indexWhenIdle();
  }

  /**
   * Brings what was changed in open documents into the index, those that are not asked about. `unlessHeld`: not what
   * belongs to a folder that a question works on, since the question would begin anew.
   */
  async #indexOpen({ except, unlessHeld = false }: IndexOpenOptions = {}): Promise<void> {
    for (const document of [...this.#unindexed]) {
      if (document === except) continue;
      const known = this.#documents.present(document);
      const folder = known?.folder == null ? null : this.#index.folder(known.folder);
      if (unlessHeld && folder?.isHeld === true) continue;
      this.#unindexed.delete(document);
      if (known?.path == null || folder === null) continue;
      const facts = await this.#syntax.facts(known);
      this.#context.relearn(known, facts);
      await folder.setOpen(known.path, known.text, facts);
    }
  }

  /** The text around a cursor, with what syntax and the rest of the workspace add to it. */
  async #window(request: WindowRequest): Promise<WindowReply> {
    const reply = this.#documents.window(request);
    const known = this.#documents.known(request.document, request.documentVersion, request.offset);
    if (reply.kind !== 'window' || known === null) return reply;
    const anchors = await this.#syntax.anchors(known, reply.window);
    await this.#prepare(known, request.wait === true);
    const window = { ...reply.window, anchors };
    let segments = await this.#context.segments(known, window, request.limits);
    if (request.wait === true && (await this.#context.settle())) {
      this.#context.renew(known.document);
      segments = await this.#context.segments(known, window, request.limits);
    }
    return { kind: 'window', window: { ...window, segments } };
  }

  /** Learns what a document imports, and brings into the index what was changed elsewhere. */
  async #prepare(known: KnownDocument, wait: boolean): Promise<void> {
    if (this.#context.wantsFacts(known)) this.#context.learn(known, await this.#syntax.facts(known));
    if (known.folder === null || known.path === null) return;
    this.#index.folder(known.folder)?.prefer(known.path);
    if (wait) await this.#index.idle();
    // A key's own change is for the time when nobody types; everything else counts at once.
    await this.#indexOpen(wait ? {} : { except: known.document, unlessHeld: true });
  }

  async #report(request: ContextRequest): Promise<ContextReply> {
    const began = performance.now();
    const reply = this.#documents.window(request);
    if (reply.kind !== 'window') return reply;
    const known = this.#documents.known(request.document, request.documentVersion, request.offset);
    if (known === null) return { kind: 'unknown' };
    if (known.folder === null || known.path === null) return { kind: 'problem', problem: 'no-folder' };
    await this.#prepare(known, request.wait);
    const asked = performance.now();
    const anchors = await this.#syntax.anchors(known, reply.window);
    const window = { ...reply.window, anchors };
    const count = request.estimate ? countByUnits : this.#counts.count;
    const choose = () => this.#context.report(known, window, request.limits, request.budget, count);
    let report = await choose();
    let estimated = request.estimate || !this.#counts.exact;
    for (let round = 0; !request.estimate && estimated && round < mostRounds; round += 1) {
      if (!(await this.#context.settle())) break;
      if (request.budget === null) this.#context.renew(known.document);
      report = await choose();
      estimated = !this.#counts.exact;
    }
    if (report === null) return { kind: 'problem', problem: 'secret' };
    const index = this.#index.facts(known.folder);
    const ms = performance.now() - (request.wait ? asked : began);
    return { kind: 'context', report: { ...report, estimated, index, ms: Math.round(ms * 100) / 100 } };
  }

  #count(texts: readonly string[]): Promise<readonly number[] | null> {
    const id = this.#nextCount;
    this.#nextCount += 1;
    return new Promise((resolve) => {
      this.#counting.set(id, resolve);
      this.#send({ type: 'count', id, texts });
    });
  }
}

function isCounted(value: unknown): value is Extract<WorkspaceRequest, { type: 'counted' }> {
  try {
    return (
      (value as { type?: unknown } | null)?.type === 'counted' &&
      parseWorkspaceRequest(value).type === 'counted'
    );
  } catch {
    return false;
  }
}
