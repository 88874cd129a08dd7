/** A refactor's endpoint that is not there: the local model works in its place, and that is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EndpointError, type EndpointErrorCode } from '../../../../src/core/endpoints/errors.ts';
import { withFallback } from '../../../../src/host/endpoints/fallbackModel.ts';
import { ScriptedModel } from '../../../support/chatPorts.ts';

/** An endpoint that fails with this when it is asked what it is; null: it does not. */
function world(code: EndpointErrorCode | null) {
  const endpoint = Object.assign(new ScriptedModel(), { route: 'Company' });
  const local = Object.assign(new ScriptedModel(), { route: 'local' });
  const said: string[] = [];
  const describe = endpoint.describe.bind(endpoint);
  let failure = code;
  endpoint.describe = (...asked) =>
    failure === null ? describe(...asked) : Promise.reject(new EndpointError(failure, 'Company is gone.'));
  const model = withFallback(endpoint, local, (sentence) => said.push(sentence));
  const { signal } = new AbortController();
  return { model, said, signal, mend: () => (failure = null) };
}

describe('an endpoint with the local model behind it', () => {
  it('is the one who works where it is there', async () => {
    const { model, said, signal } = world(null);
    await model.describe(signal);
    assert.deepEqual([model.route, said], ['Company', []]);
  });

  for (const code of ['unreachable', 'server'] as const) {
    it(`is replaced where it is ${code}, and asked again the next time`, async () => {
      const { model, said, signal, mend } = world(code);
      await model.describe(signal);
      assert.deepEqual([model.route, said], ['local', ['Company is gone. So the local model was asked.']]);
      assert.equal((await model.countTexts(['a', 'b'])).length, 2);
      mend();
      await model.describe(signal);
      assert.equal(model.route, 'Company');
    });
  }

  it('is not replaced where nothing may be sent, its key is wrong, or the user stopped it', async () => {
    for (const code of ['forbidden', 'unauthorized', 'cancelled'] as const) {
      const { model, said, signal } = world(code);
      await assert.rejects(model.describe(signal), { code });
      assert.deepEqual(said, []);
    }
    const { model, said } = world('unreachable');
    await assert.rejects(model.describe(AbortSignal.abort()));
    assert.deepEqual(said, []);
  });
});
