import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { broughtMentions, commandPlans, commandQuestion } from '../../../../src/core/chat/commands.ts';
import { slashCommands } from '../../../../src/core/chat/conversation.ts';
import { formatMention, parseQuestion } from '../../../../src/core/chat/question.ts';

describe('a slash command', () => {
  const brought = (...[command, given]: Parameters<typeof broughtMentions>) =>
    broughtMentions(command, given).map(formatMention);

  it('brings what it is about where nothing was given', () => {
    assert.deepEqual(brought('explain', []), ['@selection']);
    assert.deepEqual(brought('doc', [{ kind: 'instructions' }]), ['@selection']);
    assert.deepEqual(brought('tests', [{ kind: 'workspace' }]), ['@selection']);
    assert.deepEqual(brought('fix', []), ['@selection', '@problems']);
    assert.deepEqual(brought('review', []), ['@diff']);
    assert.deepEqual(brought('commit', []), ['@diff:staged']);
  });

  it('brings nothing beside what was given', () => {
    assert.deepEqual(brought('explain', [{ kind: 'file' }]), []);
    assert.deepEqual(brought('fix', [{ kind: 'symbol' }]), ['@problems']);
    assert.deepEqual(brought('fix', [{ kind: 'problems' }]), ['@selection']);
    assert.deepEqual(brought('review', [{ kind: 'file' }]), []);
    assert.deepEqual(brought('commit', [{ kind: 'diff' }]), []);
  });

  it('asks for what it is about, with what the user wrote behind it', () => {
    for (const command of slashCommands) {
      const { instruction } = commandPlans[command];
      assert.equal(commandQuestion(command, ' \n'), instruction);
      assert.equal(commandQuestion(command, 'Only @file:a.ts '), `${instruction}\n\nOnly @file:a.ts`);
      assert.deepEqual(parseQuestion(instruction).mentions, [], 'the instruction mentions nothing itself');
    }
    assert.equal(
      new Set(slashCommands.map((command) => commandPlans[command].instruction)).size,
      slashCommands.length,
    );
  });
});
