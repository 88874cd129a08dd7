import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { siblingsOf } from '../../../../src/core/chat/path.ts';
import { says } from '../../../support/chatPorts.ts';
import { textOf } from '../../../support/chatTurn.ts';
import { routedChat as chatOf } from '../../../support/routedChat.ts';

describe('the routes of a chat', () => {
  it('are the local model and the endpoints for its questions', async (t) => {
    const chat = await chatOf(t);
    assert.deepEqual(
      chat.service.routes().map(({ route }) => route),
      ['local', 'Cloud'],
    );
  });

  it('lead to the local model, unless somebody chooses', async (t) => {
    const chat = await chatOf(t);
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', []);
    assert.equal(textOf(chat.last), 'Locally.');
    assert.equal(chat.last.request?.route, 'local');
    assert.deepEqual(chat.gate.shown, []);
  });

  it('lead to the endpoint that was chosen, after consent, and say what was sent', async (t) => {
    const chat = await chatOf(t, { price: { input: 1, output: 1 } });
    chat.cloud.model.script = [says('From afar: HELD_1_.')];
    await chat.service.ask('Why SECRET1?', [], { route: 'Cloud' });
    assert.equal(textOf(chat.last), 'From afar: SECRET1.');
    assert.equal(chat.last.request?.route, 'Cloud');
    assert.equal(chat.last.sent?.redactions, 1);
    assert.ok((chat.last.sent?.dollars ?? 0) > 0);
    assert.equal(chat.gate.shown.length, 1);
    assert.deepEqual(chat.local.asked, []);
    assert.doesNotMatch(JSON.stringify(chat.cloud.asked), /SECRET/);
  });

  it('write another answer beside the local one', async (t) => {
    const chat = await chatOf(t);
    chat.local.script = [says('Locally.')];
    await chat.service.ask('Why?', []);
    chat.cloud.model.script = [says('From afar.')];
    assert.equal(await chat.service.retry(chat.last.id, { route: 'Cloud' }), null);
    const { conversation } = chat.service;
    assert.ok(conversation);
    assert.equal(textOf(chat.last), 'From afar.');
    assert.equal(siblingsOf(conversation, chat.last.id).length, 2);
  });

  it('keep the question where nothing is sent, and say why', async (t) => {
    const chat = await chatOf(t);
    chat.gate.answer = 'cancelled';
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.equal(chat.last.reason, 'not-sent');
    assert.equal(chat.last.message, 'Nothing was sent to Cloud.');
    assert.deepEqual(chat.cloud.asked, []);
    assert.deepEqual(chat.local.asked, []);
  });

  it('follow the rules, with their reasons', async (t) => {
    const chat = await chatOf(t);
    chat.rules = [{ endpoint: 'Cloud', languages: [], folders: [], when: 'always' }];
    chat.cloud.model.script = [says('From afar.')];
    await chat.service.ask('Why?', []);
    assert.deepEqual(chat.last.request?.routeReasons, ['a rule of yours sends everything to Cloud']);
  });

  it('ask for another answer where the local model could not and a rule says so, in one go', async (t) => {
    const chat = await chatOf(t);
    chat.rules = [{ endpoint: 'Cloud', languages: [], folders: [], when: 'hard' }];
    chat.local.script = [says(''), says('All is well.')];
    chat.cloud.model.script = [says('From afar.')];
    await chat.service.ask('Why?', []);
    assert.equal(textOf(chat.last), 'From afar.');
    assert.deepEqual(chat.last.request?.routeReasons, [
      'the local model wrote nothing',
      'a rule of yours asks Cloud then',
    ]);
    await chat.service.ask('And now?', []);
    assert.equal(textOf(chat.last), 'All is well.');
  });

  it('name the files of the map to whoever agrees, and leave out what is denied', async (t) => {
    const chat = await chatOf(t);
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    assert.deepEqual(
      chat.gate.shown[0]?.places.map(({ path }) => path),
      ['src/open.ts', 'vault/hidden.ts'],
    );
    await chat.service.newConversation();
    chat.gate.deny = ['vault'];
    await chat.service.ask('Why?', [], { route: 'Cloud' });
    const { places = [], messages = [] } = chat.gate.shown[1] ?? {};
    assert.deepEqual(
      places.map(({ path }) => path),
      ['src/open.ts'],
    );
    assert.doesNotMatch(JSON.stringify(messages), /hidden/);
  });

  it('say that an endpoint is gone', async (t) => {
    const chat = await chatOf(t);
    assert.match(
      (await chat.service.ask('Why?', [], { route: 'Gone' })) ?? '',
      /no endpoint "Gone" any more/,
    );
    assert.equal(chat.service.busy, false);
  });

  it('remember what was marked as bad', async (t) => {
    const chat = await chatOf(t);
    chat.local.script = [says('Nonsense.')];
    await chat.service.ask('Why?', []);
    const { id } = chat.last;
    assert.equal(chat.service.rate(id, 'bad'), null);
    assert.equal(chat.last.rating, 'bad');
    chat.service.rate(id, null);
    assert.equal(chat.last.rating, undefined);
    assert.match(chat.service.rate('none', 'bad') ?? '', /not there any more/);
  });
});
