import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attachment } from '../../../../src/core/chat/context.ts';
import { commitQuestion } from '../../../../src/vscode/chat/commitQuestion.ts';
import type { Repository } from '../../../../src/vscode/chat/git.ts';
import { answerOnce } from '../../../../src/vscode/chat/onceAnswered.ts';
import { says } from '../../../support/chatPorts.ts';
import { TurnWorld } from '../../../support/chatTurn.ts';

const repository = (staged: string, changed: string): Repository => ({
  rootUri: {} as Repository['rootUri'],
  inputBox: { value: '' },
  diff: (cached = false) => Promise.resolve(cached ? staged : changed),
});

const diffOf = (label: string, text: string): Attachment => ({
  ...{ kind: 'diff', label, place: null, language: 'diff', text, cut: false },
});

/** Reads a repository as the editor's surroundings do. */
async function changesOf(repository: Repository, staged: boolean): Promise<Attachment | null> {
  const indexed = await repository.diff(true);
  const text = staged ? indexed : `${indexed}${await repository.diff(false)}`;
  return text === '' ? null : diffOf(staged ? 'Staged changes' : 'Changes', text);
}

describe('the question for a commit message', () => {
  it('has what is staged, else all that was changed, and is not asked where nothing was', async () => {
    const attached = async (staged: string, changed: string): Promise<unknown> =>
      (await commitQuestion({ changesOf }, repository(staged, changed)))?.attachments;
    assert.deepEqual(await attached('+staged', '+changed'), [diffOf('Staged changes', '+staged')]);
    assert.deepEqual(await attached('', '+changed'), [diffOf('Changes', '+changed')]);
    assert.equal(await attached('', ''), undefined);
  });

  it('is answered from the repository that it is for, whichever the active file lies in', async () => {
    const ofActiveFile = diffOf('Staged changes', '+of the active file');
    const world = new TurnWorld({
      surroundings: {
        attach: () => Promise.resolve([ofActiveFile]),
        diff: () => Promise.resolve({ text: ofActiveFile.text, files: [] }),
      },
    });
    world.model.script.push(says('Mend the other one'));
    const question = await commitQuestion({ changesOf }, repository('+of the other repository', ''));
    assert.ok(question);
    const { signal } = new AbortController();
    const { answer } = await answerOnce(world.parts, question, signal, () => undefined);
    assert.equal(answer.state, 'done');
    const prompt = JSON.stringify(world.model.asked.map(({ messages }) => messages));
    assert.match(prompt, /\+of the other repository/);
    assert.doesNotMatch(prompt, /of the active file/);
  });
});
