import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import type { ConversationMessage } from '../../../../src/core/chat/conversation.ts';
import { shownMessages } from '../../../../src/core/chat/path.ts';
import { ConversationStore } from '../../../../src/host/chat/conversationStore.ts';
import { temporaryFolder } from '../../../support/engine.ts';
import { storedAnswer } from '../../../support/storedAnswer.ts';

const child = path.join(import.meta.dirname, '../../../support/chatStoreChild.ts');
const kills = 10;

/** Lets a process go on with a conversation until it told of some turns and wrote some bytes more; then kills it. */
async function killed(folder: string, turns: number, bytes: number): Promise<number[]> {
  const running = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: number[] = [];
  const file = path.join(folder, 'chat.jsonl');
  const killAt = (size: number): void => {
    if (statSync(file).size >= size) running.kill('SIGKILL');
    else setImmediate(killAt, size);
  };
  createInterface({ input: running.stdout }).on('line', (line) => {
    told.push(Number(line));
    if (told.length === turns) killAt(statSync(file).size + bytes);
  });
  const [, signal] = (await once(running, 'close')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
  return told;
}

function check(messages: readonly ConversationMessage[], told: ReadonlySet<number>): void {
  const questions = messages.filter(({ role }) => role === 'user').map(({ id }) => id);
  assert.deepEqual(
    questions,
    questions.map((_, turn) => `q${turn}`),
  );
  for (const turn of told) assert.ok(turn < questions.length);
  for (const message of messages) {
    if (message.role === 'user') continue;
    const turn = Number(message.id.slice(1));
    const whole = storedAnswer(turn).join('');
    const text = message.steps.map((step) => (step.kind === 'text' ? step.text : '')).join('');
    if (message.state === 'done') assert.equal(text, whole);
    // What was told is whole; of the turn in which the process was killed, what had come is there.
    else
      assert.ok(
        !told.has(turn) && message.reason === 'interrupted' && whole.startsWith(text),
        `turn ${turn}`,
      );
  }
}

it(`loses nothing that is on the disk when a process is killed while it appends, ${kills} times`, async () => {
  const folder = path.join(temporaryFolder(), 'chats');
  const told = new Set<number>();
  for (let kill = 0; kill < kills; kill += 1) {
    const bytes = Math.floor(Math.random() * 300_000);
    for (const turn of await killed(folder, 1 + (kill % 3), bytes)) told.add(turn);
    // A line that the kill cut short is kept aside, and told.
    const store = new ConversationStore({
      folder,
      onProblem: (message) => assert.match(message, /is damaged/),
    });
    const conversation = await store.load('chat');
    assert.ok(conversation !== null);
    check(shownMessages(conversation), told);
  }
  assert.ok(told.size >= kills);
});
