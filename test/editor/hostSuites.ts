import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { bundleTests } from '../../scripts/editor/bundleTests.ts';
import { runInHost } from '../../scripts/editor/inHost.ts';
import { writeChatModel } from '../support/chatModel.ts';
import { editorModel } from '../support/editorModel.ts';
import { repository, temporaryFolder } from '../support/engine.ts';

/** Suites that have a run of their own: all in one would take longer than a file may. */
const apart = {
  typing: ['ghostText', 'typingEdges', 'typingPath'],
  refactors: [
    'refactor',
    'refactorFiles',
    'refactorTrouble',
    'refactorEnds',
    'refactorRaces',
    'refactorTyping',
  ],
  silence: ['silence'],
} as const;

/** VS Code's own extensions that they look at. */
const builtins = {
  typing: ['ipynb', 'notebook-renderers'],
  refactors: ['typescript-language-features'],
  silence: [],
  others: ['git', 'git-base', 'markdown-language-features'],
} as const;

/** Runs some suites, or all that belong to no group, inside the extension host, and reports each of their tests. */
export async function runHostSuites(which: keyof typeof apart | 'others'): Promise<void> {
  const chatModel = path.join(temporaryFolder(), 'talker.gguf');
  const answers = ['I am a model of a test.'];
  const says = { 'Where is the coin?': 'In `shown/coin.ts`.' };
  await writeChatModel(chatModel, { answers, says, contextTokens: 16_384, name: 'talker' });
  const only = which !== 'others';
  const names: readonly string[] = only ? apart[which] : Object.values(apart).flat();
  const run = await runInHost({
    extensionPath: repository,
    testsEntry: await bundleTests(),
    folder: temporaryFolder(),
    env: {
      HEARTH_TEST_MODEL: await editorModel(),
      HEARTH_TEST_CHAT_MODEL: chatModel,
      HEARTH_TEST_SUITES: JSON.stringify({ names, only }),
      ...(which === 'refactors' || which === 'silence' ? await writeRefactorModels() : {}),
    },
    builtins: builtins[which],
    timeoutMs: 280_000,
  });
  describe(`inside the extension host: ${which}`, () => {
    for (const { title, ok, error } of run.tests) {
      it(title, () => assert.ok(ok, error));
    }
    it('the run as a whole', () => assert.equal(run.exitCode, 0, run.logs.slice(-20).join('\n')));
  });
}

/** Models whose answers are code: what they write in a fence begins behind a line end, whatever was asked. */
async function writeRefactorModels(): Promise<NodeJS.ProcessEnv> {
  const folder = temporaryFolder();
  const [good, endless] = [path.join(folder, 'good.gguf'), path.join(folder, 'endless.gguf')];
  const code = 'export function valueOf(coin: string): number {\n  return coin.trim().length;\n}\n```\n';
  await writeChatModel(good, {
    answers: [code],
    says: { 'Propose better names': '["lettersOf", "lengthOf"]' },
    ...{ contextTokens: 16_384, name: 'good' },
  });
  await writeChatModel(endless, {
    answers: ['const more = 1;\n'],
    ...{ endless: true, contextTokens: 16_384, name: 'endless' },
  });
  return { HEARTH_TEST_REFACTOR_MODEL: good, HEARTH_TEST_ENDLESS_MODEL: endless };
}
