import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelCall, ModelQuery } from '../../../../src/core/completion/ports.ts';
import type { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import { completeRouted } from '../../../../src/host/endpoints/completionRoutes.ts';
import type { EndpointCompletions } from '../../../../src/host/endpoints/endpointCompletions.ts';
import { settled } from '../../../support/fakeTimers.ts';
import { EndpointCompletionWorld as World, failed, modelQuery } from '../../../support/completionEndpoint.ts';

describe('completeRouted', () => {
  const local = (asked: ModelQuery[]) => (query: ModelQuery) => {
    asked.push(query);
    return Promise.resolve({
      text: 'local',
      stopReason: 'end-of-text' as const,
      parts: [],
      tokens: { prompt: 1, reused: 0, evaluated: 1, generated: 1 },
      milliseconds: { prompt: 1, firstToken: 1, total: 1 },
    });
  };
  const never = new AbortController().signal;
  const call: ModelCall = {
    ...{ priority: 'keystroke', deadlineMs: 0, signal: never, enough: never, urgent: never },
    onText: () => undefined,
  };

  it('asks whoever has the role', async () => {
    const world = new World();
    const asked: ModelQuery[] = [];
    let endpoint: EndpointCompletions | null = null;
    const complete = completeRouted({ endpoint: () => endpoint, local: local(asked) });
    assert.equal((await complete(modelQuery(), call)).text, 'local');
    endpoint = world.completions;
    const answer = complete(modelQuery(), call);
    await settled();
    await world.last.end('far;');
    assert.equal((await answer).text, 'far;');
    assert.equal(asked.length, 1);
  });

  it('falls back where nobody is there or nothing may be sent, tells of each reason once, and of the end', async () => {
    const world = new World();
    const asked: ModelQuery[] = [];
    const told: (string | null)[] = [];
    const complete = completeRouted({
      endpoint: () => world.completions,
      local: local(asked),
      onFallback: (error) => told.push(error?.message ?? null),
    });
    const ask = async (fail: EndpointError | null): Promise<string> => {
      const before = world.asked.length;
      const answer = complete(modelQuery(), call).then(
        ({ text }) => text,
        (error: unknown) => (error as EndpointError).code,
      );
      await settled();
      if (world.asked.length > before) await (fail === null ? world.last.end('far;') : world.last.fail(fail));
      return answer;
    };
    assert.equal(await ask(failed('forbidden')), 'local');
    assert.equal(await ask(failed('forbidden')), 'local');
    assert.equal(await ask(failed('unreachable')), 'local');
    // It rests now.
    assert.equal(await ask(null), 'local');
    const ahead = await complete(modelQuery(), { ...call, priority: 'speculation' });
    assert.equal(ahead.text, 'local');
    await world.timers.pass(2000);
    assert.equal(await ask(failed('unauthorized')), 'unauthorized');
    world.completions.forget();
    assert.equal(await ask(null), 'far;');
    assert.equal(asked.length, 5);
    assert.deepEqual(
      told.map((sentence) => sentence?.replace(/^Box failed with (\w+).*$/s, '$1')),
      ['forbidden', 'unreachable', undefined],
    );
  });

  it('has nobody go on with what another one began', async () => {
    const world = new World();
    const asked: ModelQuery[] = [];
    const complete = completeRouted({ endpoint: () => world.completions, local: local(asked) });
    const texts: string[] = [];
    const answer = complete(modelQuery(), { ...call, onText: (text) => texts.push(text) });
    const refused = assert.rejects(answer, { code: 'broken' });
    await settled();
    await world.last.write('far');
    await world.last.fail(failed('broken'));
    await refused;
    assert.deepEqual(texts, ['far']);
    assert.equal(asked.length, 0);
  });
});
