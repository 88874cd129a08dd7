/** Entry point of the workspace worker thread. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { WorkspaceContext } from './context.ts';
import { Documents } from './documents.ts';
import { Parsers } from './parsers.ts';
import {
  parseWorkspaceRequest,
  type WindowReply,
  type WindowRequest,
  type WorkspaceReply,
  type WorkspaceRequest,
} from './protocol.ts';
import { Syntax } from './syntax.ts';

/** The grammars lie beside this bundle. */
const parsers = new Parsers(path.join(__dirname, 'grammars'), (message) => send({ type: 'log', message }));
const documents = new Documents();
const syntax = new Syntax(parsers);
const context = new WorkspaceContext(parsers, () => documents.all());

async function handle(request: WorkspaceRequest): Promise<WorkspaceReply | null> {
  const { document } = request;
  switch (request.type) {
    case 'open':
      syntax.drop(document);
      documents.open(document, request.documentVersion, request);
      context.opened(document);
      return null;
    case 'change': {
      const was = documents.present(document);
      const before = documents.change(document, request.documentVersion, request.changes);
      if (before === null) syntax.drop(document);
      else syntax.change(document, before, request.changes);
      if (was !== null && before !== null) context.changed(was, request.changes);
      return null;
    }
    case 'close': {
      const was = documents.present(document);
      if (was !== null) context.closed(was);
      syntax.drop(document);
      documents.close(document);
      return null;
    }
    case 'window':
      return { type: 'window', id: request.id, reply: await window(request) };
    case 'end': {
      const { id, text, ended } = request;
      const known = documents.known(document, request.documentVersion, request.offset);
      return { type: 'end', id, reply: known && (await syntax.end(known, request, text, ended)) };
    }
    case 'check': {
      const { id, candidates } = request;
      const known = documents.known(document, request.documentVersion, request.offset);
      const reply = known === null ? 'unknown' : await syntax.check(known, request, candidates);
      return { type: 'check', id, reply };
    }
  }
}

/** The text around a cursor, with what syntax and the rest of the workspace add to it. */
async function window(request: WindowRequest): Promise<WindowReply> {
  const reply = documents.window(request);
  const known = documents.known(request.document, request.documentVersion, request.offset);
  if (reply.kind !== 'window' || known === null) return reply;
  const anchors = await syntax.anchors(known, reply.window);
  if (context.wantsFacts(known)) context.learn(known, await syntax.facts(known));
  if (request.wait === true) await context.ready(known);
  const segments = context.segments(known, reply.window, request.limits);
  return { kind: 'window', window: { ...reply.window, anchors, segments } };
}

async function answer(value: unknown): Promise<void> {
  try {
    const reply = await handle(parseWorkspaceRequest(value));
    if (reply !== null) send(reply);
  } catch (error) {
    const { id } = (typeof value === 'object' && value !== null ? value : {}) as { id?: unknown };
    const message = error instanceof Error ? error.message : String(error);
    send({ type: 'error', id: typeof id === 'number' ? id : null, message });
  }
}

function send(reply: WorkspaceReply): void {
  parentPort?.postMessage(reply);
}

/** Messages are taken in their order, each when those before it are done with, so that none sees later changes. */
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (value: unknown) => {
  last = last.then(() => answer(value));
});
