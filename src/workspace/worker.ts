/** Entry point of the workspace worker thread. */
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import { WorkspaceWorker } from './workspaceWorker.ts';
import type { WorkspaceReply } from './protocol.ts';

/** The grammars lie beside this bundle. */
const worker = new WorkspaceWorker(path.join(__dirname, 'grammars'), (reply: WorkspaceReply) =>
  parentPort?.postMessage(reply),
);
parentPort?.on('message', (value: unknown) => worker.receive(value));
