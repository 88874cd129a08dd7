/** When the local model works in the place of an endpoint, and what is said of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EndpointError, type EndpointErrorCode } from '../../../../src/core/endpoints/errors.ts';
import { askOrLocal, insteadSentence, type AttemptStage } from '../../../../src/core/endpoints/fallback.ts';

interface Case {
  /** What the endpoint fails with; null: it works. */
  readonly failure: Error | null;
  readonly stage?: AttemptStage;
  readonly chosen?: boolean;
  readonly signal?: AbortSignal;
  readonly local?: () => Promise<string>;
  readonly hasFallback?: boolean;
}

const gone = (code: EndpointErrorCode): EndpointError => new EndpointError(code, 'Company is gone.');

/** Asks an endpoint that fails so; what came, who was asked, and why the local model was. */
async function attempt({ failure, stage = 'before', chosen = false, ...more }: Case) {
  const { hasFallback = true, local = () => Promise.resolve('locally') } = more;
  const { signal = new AbortController().signal } = more;
  const asked: string[] = [];
  const why: string[] = [];
  const watched = {
    signal,
    stage: () => stage,
    restart: ({ code }: EndpointError) => void why.push(code),
  };
  const fallback = hasFallback ? { parts: 'local', chosen } : undefined;
  const result = askOrLocal('Company', fallback, watched, (parts) => {
    asked.push(parts);
    if (parts === 'local') return local();
    return failure === null ? Promise.resolve('from afar') : Promise.reject(failure);
  });
  const came = await result.catch((error: unknown) => error);
  return { came, asked, why };
}

describe('an endpoint with the local model behind it', () => {
  it('is the only one who is asked where it works', async () => {
    assert.deepEqual(await attempt({ failure: null }), { came: 'from afar', asked: ['Company'], why: [] });
  });

  for (const code of ['unreachable', 'server', 'broken'] as const) {
    for (const stage of ['before', 'asked'] as const) {
      for (const chosen of [false, true]) {
        it(`gives way where it is ${code} (${stage}, ${chosen ? 'chosen by hand' : 'chosen by nobody'})`, async () => {
          const { came, asked, why } = await attempt({ failure: gone(code), stage, chosen });
          assert.deepEqual([came, asked, why], ['locally', ['Company', 'local'], [code]]);
        });
      }
    }

    it(`does not give way where it is ${code} once an answer has begun`, async () => {
      const failure = gone(code);
      const { came, asked, why } = await attempt({ failure, stage: 'begun' });
      assert.deepEqual([came, asked, why], [failure, ['Company'], []]);
    });
  }

  it('gives way where nothing may be sent there, unless somebody chose it', async () => {
    const failure = gone('forbidden');
    assert.equal((await attempt({ failure })).came, 'locally');
    const { came, asked } = await attempt({ failure, chosen: true });
    assert.deepEqual([came, asked], [failure, ['Company']]);
  });

  it('does not give way where a person may have seen the question, and refused', async () => {
    const failure = gone('forbidden');
    for (const chosen of [false, true]) {
      const { came, asked } = await attempt({ failure, stage: 'asked', chosen });
      assert.deepEqual([came, asked], [failure, ['Company']]);
    }
  });

  const lasting = ['unauthorized', 'payment', 'refused', 'no-model', 'too-long', 'cancelled'] as const;
  for (const code of lasting) {
    it(`does not give way where another try of the user's is needed: ${code}`, async () => {
      const failure = gone(code);
      const { came, asked } = await attempt({ failure });
      assert.deepEqual([came, asked], [failure, ['Company']]);
    });
  }

  it('is known as the cause of a failure, too', async () => {
    const failure = new Error('The refactor failed.', { cause: gone('unreachable') });
    assert.equal((await attempt({ failure })).came, 'locally');
    const other = new Error('The refactor failed.', { cause: new Error('Something else.') });
    assert.equal((await attempt({ failure: other })).came, other);
  });

  it('does not give way where the user stopped it, or nobody is behind it', async () => {
    for (const more of [{ signal: AbortSignal.abort() }, { hasFallback: false }]) {
      const failure = gone('unreachable');
      const { came, asked, why } = await attempt({ failure, ...more });
      assert.deepEqual([came, asked, why], [failure, ['Company'], []]);
    }
  });

  it('leaves the failure of the local model to whoever asked', async () => {
    const second = gone('unreachable');
    const { came, asked } = await attempt({
      failure: gone('unreachable'),
      local: () => Promise.reject(second),
    });
    assert.equal(came, second);
    assert.deepEqual(asked, ['Company', 'local'], 'and it is asked once');
  });
});

describe('what is said of a local model in the place of an endpoint', () => {
  it('begins with why it was asked', () => {
    const why = gone('unreachable');
    assert.equal(insteadSentence(why, 'worked'), 'Company is gone. So the local model was asked.');
    assert.equal(insteadSentence(why, 'failed'), 'Company is gone. The local model gave no answer either:');
    assert.equal(
      insteadSentence(why, 'no-model'),
      'Company is gone. No model of this machine can answer instead:',
    );
  });
});
