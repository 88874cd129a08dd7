import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { bundleTests } from '../../scripts/editor/bundleTests.ts';
import { runInHost } from '../../scripts/editor/inHost.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { editorModel } from '../support/editorModel.ts';
import { repository, temporaryFolder } from '../support/engine.ts';

/** Suites about typing, which have a run of their own: all suites in one would take longer than a file may. */
const typing = ['ghostText', 'typingEdges', 'typingPath'];

/** Runs the suites about typing, or all others, inside the extension host, and reports each of their tests. */
export async function runHostSuites(which: 'typing' | 'others'): Promise<void> {
  const chatModel = path.join(temporaryFolder(), 'talker.gguf');
  const answers = ['I am a model of a test.'];
  const says = { 'Where is the coin?': 'In `shown/coin.ts`.' };
  await writeChatModel(chatModel, { answers, says, contextTokens: 16_384, name: 'talker' });
  const run = await runInHost({
    extensionPath: repository,
    testsEntry: await bundleTests(),
    folder: temporaryFolder(),
    env: {
      HEARTH_TEST_MODEL: await editorModel(),
      HEARTH_TEST_CHAT_MODEL: chatModel,
      HEARTH_TEST_SUITES: JSON.stringify({ names: typing, only: which === 'typing' }),
    },
    timeoutMs: 280_000,
  });
  describe(`inside the extension host: ${which}`, () => {
    for (const { title, ok, error } of run.tests) {
      it(title, () => assert.ok(ok, error));
    }
    it('the run as a whole', () => assert.equal(run.exitCode, 0, run.logs.slice(-20).join('\n')));
  });
}
