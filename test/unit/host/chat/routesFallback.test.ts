/** A chat whose endpoint gives nothing: when the local model answers in its place, with what, and what is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import type { RouteRule } from '../../../../src/core/endpoints/routing.ts';
import { describedModel, says } from '../../../support/chatPorts.ts';
import { textOf, usualSettings } from '../../../support/chatTurn.ts';
import { routedChat } from '../../../support/routedChat.ts';
import { madeUpAbility } from '../../../support/scriptedEndpoint.ts';

const gone = new EndpointError('unreachable', 'Cloud can’t be reached: check the network.');
const broke = new EndpointError('broken', 'The answer of Cloud broke off.');
const always: RouteRule = { endpoint: 'Cloud', languages: [], folders: [], when: 'always' };
const hard: RouteRule = { ...always, when: 'hard' };
const noModel = { code: 'no-chat-model', message: 'No model for the chat is chosen.' } as const;

describe('a chat whose endpoint gives nothing', () => {
  it('has the local model answer where nobody is there, and says so', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.failure = gone;
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'Locally.');
    assert.equal(chat.last.request?.route, 'local');
    assert.equal(
      chat.last.message,
      'Cloud can’t be reached: check the network. So the local model was asked.',
    );
  });

  it('has it answer where the endpoint fails before its first word, and not after it', async (t) => {
    const chat = await routedChat(t);
    for (const error of [new EndpointError('server', 'Cloud has an error.'), broke]) {
      await chat.service.newConversation();
      chat.cloud.model.script = [{ events: [], error }];
      chat.local.script = [says('Locally.')];
      await chat.service.ask('Why?', [], { route: 'Cloud' });
      assert.equal(textOf(chat.last), 'Locally.');
      chat.cloud.model.script = [{ ...says('Half of'), error }];
      await chat.service.ask('Why?', [], { route: 'Cloud' });
      assert.equal(textOf(chat.last), 'Half of');
      assert.deepEqual([chat.last.state, chat.last.message], ['failed', error.message]);
    }
  });

  it('says both reasons where neither answers', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.failure = gone;
    chat.local.script = [{ events: [], error: new Error('The engine is gone.') }];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.deepEqual(
      [chat.last.state, chat.last.message],
      ['failed', `${gone.message} The local model gave no answer either: The engine is gone.`],
    );
  });

  it('says that the local model was asked where that broke off', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.failure = gone;
    chat.local.script = [{ ...says('Half of'), error: new Error('The engine is gone.') }];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(chat.last.message, `${gone.message} So the local model was asked. The engine is gone.`);
  });

  it('says the cause first where there is no local model, or it can’t be loaded', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.failure = gone;
    chat.local.description = noModel;
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.deepEqual(
      [chat.last.reason, chat.last.message],
      [
        'no-chat-model',
        `${gone.message} No model of this machine can answer instead: No model for the chat is chosen.`,
      ],
    );
    chat.local.description = { code: 'engine', message: 'The model is damaged.' };
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(
      chat.last.message,
      `${gone.message} The local model gave no answer either: The model is damaged.`,
    );
  });

  it('says the cause first where the question is too long for the local model', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.failure = gone;
    chat.local.description = { ...describedModel, contextTokens: 512 };
    await chat.service.ask('why '.repeat(600), [], { route: 'Cloud' });
    assert.equal(chat.last.reason, 'question-too-long');
    assert.match(
      chat.last.message ?? '',
      /^Cloud can’t be reached: check the network\. So the local model was asked\. The question takes/,
    );
  });

  it('does not have it answer where the key is refused', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.failure = new EndpointError('unauthorized', 'Cloud refuses the key.');
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(chat.last.message, 'Cloud refuses the key.');
    assert.deepEqual(chat.local.asked, []);
  });

  it('keeps nothing of what there was to say of the endpoint', async (t) => {
    const chat = await routedChat(t);
    // The question has no room beside the tools there, which is noted.
    chat.cloud.can = { ...madeUpAbility, contextTokens: 4600 };
    chat.gate.stored.set('Cloud', 'always');
    chat.cloud.model.script = [{ events: [], error: broke }];
    chat.local.description = { ...describedModel, contextTokens: 16_384 };
    await chat.service.ask('word '.repeat(2100), [], { route: 'Cloud' });
    assert.deepEqual([chat.cloud.asked[0]?.tools, chat.local.asked.length], [[], 1]);
    assert.equal(chat.last.message, `${broke.message} So the local model was asked.`);
    assert.equal(chat.last.leftOut, undefined);
  });

  it('gives the local model what the endpoint may not have', async (t) => {
    const chat = await routedChat(t);
    chat.gate.deny = ['vault'];
    chat.cloud.model.script = [{ events: [], error: broke }];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.doesNotMatch(JSON.stringify(chat.cloud.asked), /hidden/);
    assert.match(JSON.stringify(chat.local.asked), /vault\/hidden\.ts/);
  });
});

describe('a chat whose endpoint may be sent nothing', () => {
  it('has the local model answer where a rule or a role chose it, and says why', async (t) => {
    const chat = await routedChat(t, { roles: ['chat'] });
    for (const rules of [[], [always]]) {
      chat.rules = rules;
      chat.gate.trusted = false;
      chat.local.script = [says('Locally.')];
      await chat.service.ask('Why?', []);
      assert.equal(textOf(chat.last), 'Locally.');
      assert.match(chat.last.message ?? '', /not trusted.* So the local model was asked\.$/);
      chat.gate.trusted = true;
      chat.cloud.failure = new EndpointError('forbidden', 'Cloud is not asked, Hearth is offline.');
      chat.local.script = [says('Offline.')];
      await chat.service.ask('Why?', []);
      assert.equal(textOf(chat.last), 'Offline.');
      chat.cloud.failure = null;
    }
  });

  it('says so, and asks nobody else, where somebody chose it by hand', async (t) => {
    const chat = await routedChat(t, { roles: ['chat'] });
    chat.cloud.failure = new EndpointError('forbidden', 'Cloud is not asked, Hearth is offline.');
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.deepEqual(
      [chat.last.reason, chat.last.message],
      ['not-sent', 'Cloud is not asked, Hearth is offline.'],
    );
    assert.deepEqual(chat.local.asked, []);
  });

  it('asks nobody else where a person saw the question and did not send it', async (t) => {
    const chat = await routedChat(t, { roles: ['chat'] });
    for (const answer of ['cancelled', 'never'] as const) {
      chat.gate.answer = answer;
      await chat.service.ask('Why?', []);
      assert.equal(chat.last.reason, 'not-sent');
      assert.deepEqual(chat.local.asked, []);
    }
  });
});

describe('a hard question', () => {
  it('is not given back to the local model, which has just failed', async (t) => {
    const chat = await routedChat(t);
    chat.rules = [hard];
    chat.cloud.failure = gone;
    chat.local.script = [says('')];
    await chat.service.ask('Why?', []);
    assert.equal(chat.local.asked.length, 1);
    assert.deepEqual([chat.last.state, chat.last.message], ['failed', gone.message]);
  });

  it('is not asked of an endpoint once more that could not be reached', async (t) => {
    const chat = await routedChat(t);
    chat.rules = [always, hard];
    chat.cloud.failure = gone;
    chat.local.script = [says('')];
    await chat.service.ask('Why?', []);
    assert.match(chat.last.message ?? '', /So the local model was asked\. The model wrote nothing/);
    const answers = [...(chat.service.conversation?.messages.values() ?? [])].filter(
      ({ role }) => role === 'assistant',
    );
    assert.equal(answers.length, 1);
  });
});

describe('the limits of an endpoint', () => {
  it('are its own, not those that the user set for the local model', async (t) => {
    const chat = await routedChat(t);
    chat.settings = { ...usualSettings, contextTokens: 1024 };
    chat.cloud.can = { ...madeUpAbility, contextTokens: 200_000 };
    chat.rules = [hard];
    chat.cloud.model.script = [says('From afar.')];
    await chat.service.ask('why '.repeat(3000), []);
    assert.equal(textOf(chat.last), 'From afar.');
    assert.equal(chat.local.asked.length, 0);
  });

  it('are named by its own setting where they are too small', async (t) => {
    const chat = await routedChat(t);
    chat.cloud.can = { ...madeUpAbility, contextTokens: 1024 };
    await chat.service.ask('why '.repeat(3000), [], { route: 'Cloud' });
    assert.match(chat.last.message ?? '', /raise contextTokens of Cloud in hearth\.endpoints if/);
    chat.cloud.model.script = [says('To the last token', 'window-full')];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.match(chat.last.message ?? '', /start a new chat, or raise contextTokens of Cloud in/);
    chat.local.script = [says('To the last token', 'window-full')];
    await chat.service.ask('Why?', [], { route: 'local' });
    assert.match(chat.last.message ?? '', /start a new chat, or raise hearth\.chat\.contextTokens/);
  });

  it('leave room for thoughts where its model thinks', async (t) => {
    const chat = await routedChat(t);
    const limits: (number | undefined)[] = [];
    for (const thinking of [false, true]) {
      chat.cloud.can = { ...madeUpAbility, contextTokens: 200_000, thinking };
      await chat.service.ask('Why?', [], { route: 'Cloud' });
      limits.push(chat.cloud.asked.at(-1)?.maxTokens);
    }
    assert.deepEqual(limits, [usualSettings.maxTokens, usualSettings.maxTokens + 4096]);
    chat.cloud.can = { ...madeUpAbility, contextTokens: 4096, thinking: true };
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    const { maxTokens = 0 } = chat.cloud.asked.at(-1) ?? {};
    assert.ok(maxTokens > usualSettings.maxTokens && maxTokens < 4096, 'as much as the window has');
  });
});

describe('what an answer cost that broke off', () => {
  it('is told with it', async (t) => {
    const chat = await routedChat(t, { price: { input: 1, output: 1 } });
    chat.cloud.model.script = [{ ...says('Half of'), error: new EndpointError('broken', 'It broke off.') }];
    await chat.service.ask('Why SECRET1?', [], { route: 'Cloud' });
    assert.equal(chat.last.state, 'failed');
    assert.equal(chat.last.sent?.redactions, 1);
    assert.ok((chat.last.sent?.dollars ?? 0) > 0);
  });
});
