/** Entry point of the thread that reads headers of model files for the extension host, which must not wait for them. */
import { parentPort } from 'node:worker_threads';
import { ModelFileError } from './errors.ts';
import { directReader } from './headerReader.ts';
import type { HeaderQuestion, HeaderReply } from './headerThread.ts';
import { sentenceOf } from '../core/text/sentence.ts';

async function answer({ id, method, file }: HeaderQuestion): Promise<HeaderReply> {
  try {
    return { id, ok: true, value: await directReader[method](file) };
  } catch (error) {
    const message = sentenceOf(error);
    return { id, ok: false, code: error instanceof ModelFileError ? error.code : null, message };
  }
}

parentPort?.on('message', (question: HeaderQuestion) => {
  void answer(question).then((reply) => parentPort?.postMessage(reply));
});
