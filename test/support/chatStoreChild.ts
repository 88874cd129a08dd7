/**
 * A process that goes on with the conversation `chat` in a folder until it is killed. Each turn that is on the disk is
 * told as its number on a line; a turn's number is that of the questions before it.
 */
import { writeSync } from 'node:fs';
import { shownMessages } from '../../src/core/chat/path.ts';
import { ConversationStore } from '../../src/host/chat/conversationStore.ts';
import { made } from './chatEvents.ts';
import { storedAnswer } from './storedAnswer.ts';

const [, , folder = ''] = process.argv;
const store = new ConversationStore({ folder, onProblem: (message) => writeSync(2, `${message}\n`) });
const conversation = await store.load('chat');
if (conversation === null) store.append('chat', [made.created()]);
const shown = conversation === null ? [] : shownMessages(conversation);
let parent = shown.at(-1)?.id ?? null;
for (let turn = shown.filter(({ role }) => role === 'user').length; ; turn += 1) {
  const [question, answer] = [`q${turn}`, `a${turn}`];
  store.append('chat', [made.asked(question, parent), made.answering(answer, question)]);
  store.append('chat', [made.sent(answer)]);
  for (const [at, word] of storedAnswer(turn).entries()) {
    store.append('chat', [made.wrote(answer, word)]);
    if (at % 10 === 0) await store.flush();
  }
  store.append('chat', [made.answered(answer)]);
  if (await store.flush()) writeSync(1, `${turn}\n`);
  parent = answer;
}
