import * as vscode from 'vscode';
import { answerText } from '../../core/chat/answerText.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { signalOf } from '../cancellation.ts';
import { putCommitMessage } from './blocks.ts';
import type { ChatCore } from './chatCore.ts';
import { commitMessageIn } from './commitMessageIn.ts';
import { commitQuestion } from './commitQuestion.ts';
import { currentRepository } from './git.ts';
import { answerOnce, type OnceQuestion } from './onceAnswered.ts';

/**
 * Has a message written for what is staged, or for all changes where nothing is, and puts it into the source control
 * box. `root` is the folder of the repository; without it, that of the active file.
 */
export async function generateCommitMessage(core: ChatCore, root: vscode.Uri | undefined): Promise<void> {
  try {
    const repository = await currentRepository(root);
    const question = await commitQuestion(core.surroundings, repository);
    if (question === null) {
      await vscode.window.showInformationMessage(
        'Hearth: Nothing was changed, so there is nothing to commit.',
      );
      return;
    }
    const text = await written(core, question);
    const problem = text === null ? null : await putCommitMessage(text, repository.rootUri);
    if (problem !== null) await vscode.window.showErrorMessage(`Hearth: ${problem}`);
  } catch (error) {
    await vscode.window.showErrorMessage(`Hearth: ${sentenceOf(error)}`);
  }
}

/** The message that the model writes; null where there is none, which was said. */
async function written(core: ChatCore, question: OnceQuestion): Promise<string | null> {
  const busy = (is: boolean): void =>
    void vscode.commands.executeCommand('setContext', 'hearth.commitMessageBusy', is);
  const title = 'Hearth: Writing a commit message';
  busy(true);
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const { answer } = await answerOnce(core.turn(), question, signalOf(token), (event) => {
          if (event.type !== 'prefill' || event.total === 0) return;
          progress.report({ message: `read ${Math.floor((100 * event.done) / event.total)} %` });
        });
        if (answer.state === 'stopped') return null;
        const text = commitMessageIn(answerText(answer.steps));
        if (text !== '' && answer.state === 'done') return text;
        explain(answer.reason === 'no-chat-model', answer.message);
        return null;
      },
    );
  } finally {
    busy(false);
  }
}

/** Doesn't wait for an answer: the progress would stay until the message is closed. */
function explain(noModel: boolean, message: string | null): void {
  const choose = 'Choose a Model';
  const said = `Hearth: ${message ?? 'The model wrote no commit message: try again.'}`;
  const actions = noModel ? [choose] : [];
  void vscode.window.showWarningMessage(said, ...actions).then((picked) => {
    if (picked === choose) void vscode.commands.executeCommand('hearth.models.choose');
  });
}
