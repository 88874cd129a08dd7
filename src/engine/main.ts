/** Entry point of the engine process: reads requests from its parent, answers them, ends with its parent. */
import { asEngineError } from './errors.ts';
import { EventBatch } from './eventBatch.ts';
import { Engine, type CompletionSignals } from './llama/engine.ts';
import {
  parseClientMessage,
  parseParams,
  ProtocolError,
  protocolVersion,
  type ClientMessage,
  type EngineMessage,
  type Results,
} from './protocol.ts';

declare const LLAMA_VERSION: string;

type Request = Extract<ClientMessage, { type: 'request' }>;

/** What a client may still say about a request, each said by aborting. */
interface Controllers {
  readonly cancel: AbortController;
  readonly enough: AbortController;
  readonly raise: AbortController;
}

const running = new Map<number, Controllers>();
const engine = new Engine({ log: (level, message) => send({ type: 'log', level, message }) });

function send(message: EngineMessage): void {
  // The parent may go away between two tokens; the disconnect handler ends the process then.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function sendError(id: number | null, error: unknown): void {
  const { code, message } = error instanceof ProtocolError ? error : asEngineError(error);
  send({ type: 'error', id, code, message });
}

async function answer(request: Request): Promise<void> {
  const controllers: Controllers = {
    cancel: new AbortController(),
    enough: new AbortController(),
    raise: new AbortController(),
  };
  const limit = request.deadlineMs > 0 ? [AbortSignal.timeout(request.deadlineMs)] : [];
  running.set(request.id, controllers);
  try {
    const result = await perform(request, {
      signal: AbortSignal.any([controllers.cancel.signal, ...limit]),
      enough: controllers.enough.signal,
      urgent: controllers.raise.signal,
    });
    send({ type: 'result', id: request.id, result });
  } catch (error) {
    sendError(request.id, error);
  } finally {
    running.delete(request.id);
  }
}

async function perform(request: Request, signals: CompletionSignals): Promise<Results[keyof Results]> {
  const { signal } = signals;
  const { id, method, params, priority } = request;
  switch (method) {
    case 'load':
      return engine.load(parseParams(method, params, id), signal, (progress) =>
        send({ type: 'progress', id, ...progress }),
      );
    case 'complete': {
      const asked = parseParams(method, params, id);
      let sent = '';
      return engine.complete(asked, priority, signals, (text) => {
        if (asked.stream && text !== sent) send({ type: 'text', id, text });
        sent = text;
      });
    }
    case 'countTokens':
      return engine.countTokens(parseParams(method, params, id));
    case 'chat': {
      const asked = parseParams(method, params, id);
      const batch = new EventBatch((events) => send({ type: 'chat', id, events }));
      try {
        return await engine.chat(asked, signal, (event) => batch.push(event), priority);
      } finally {
        batch.flush();
      }
    }
    case 'countChat':
      return engine.countChat(parseParams(method, params, id));
    case 'prepareChat':
      parseParams(method, params, id);
      return engine.prepareChat(signal);
    case 'selfTest':
      parseParams(method, params, id);
      return engine.selfTest(priority, signal);
    case 'measure':
      return engine.measure(parseParams(method, params, id), priority, signal);
    case 'embed':
      return engine.embed(parseParams(method, params, id), signal);
    case 'ping':
      parseParams(method, params, id);
      return { busy: engine.busy };
    case 'shutdown':
      parseParams(method, params, id);
      setImmediate(() => void stop(0));
      return {};
  }
}

/** Frees the native memory and ends; a hanging native call must not keep the process alive. */
async function stop(code: number): Promise<void> {
  setTimeout(() => process.exit(code), 2000).unref();
  for (const { cancel } of running.values()) cancel.abort();
  await engine.dispose().catch(() => undefined);
  process.exit(code);
}

process.on('message', (value) => {
  try {
    const message = parseClientMessage(value);
    if (message.type === 'request') void answer(message);
    else if (message.type === 'hold') engine.hold();
    else if (message.type === 'release') engine.release();
    else running.get(message.id)?.[message.type].abort();
  } catch (error) {
    sendError(error instanceof ProtocolError ? error.id : null, error);
  }
});
process.on('disconnect', () => void stop(0));
// A terminal's Ctrl+C reaches the whole process group; the parent decides when the engine ends.
process.on('SIGINT', () => undefined);

if (process.send === undefined) {
  console.error('This is the engine of Hearth, started by the extension or the hearth command, not by hand.');
  process.exit(2);
}
send({ type: 'hello', version: protocolVersion, pid: process.pid, llamaVersion: LLAMA_VERSION });
