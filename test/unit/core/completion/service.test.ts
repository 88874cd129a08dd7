import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompletionOutcome, CompletionQuery } from '../../../../src/core/completion/ports.ts';
import { CompletionService } from '../../../../src/core/completion/service.ts';
import { CompletionWorld, type Asked } from '../../../support/completionWorld.ts';

class Scene extends CompletionWorld {
  readonly service: CompletionService;

  constructor(
    picture: string,
    { speculate = false, ...options }: { speculate?: boolean; backOffMs?: () => number } = {},
  ) {
    super(picture);
    this.service = new CompletionService(this.ports, { cache: true, speculate: () => speculate, ...options });
  }

  /** The latest call of the model. */
  get last(): Asked {
    const last = this.asked.at(-1);
    assert.ok(last, 'the model was asked');
    return last;
  }

  /** A request that is under way. */
  async ask(more: Partial<CompletionQuery> = {}) {
    const controller = new AbortController();
    const outcome = this.service.request(this.query(more), controller.signal);
    await this.settle();
    return { outcome, cancel: () => controller.abort() };
  }

  /** A request that the model answers with `text`, shown. */
  async shown(text: string, more: Partial<CompletionQuery> = {}): Promise<CompletionOutcome> {
    const { outcome } = await this.ask(more);
    await this.last.end(text);
    const found = await outcome;
    this.service.shown(found);
    return found;
  }

  /** A request by hand, whose calls the model answers with `texts`, and with nothing from then on. */
  async byHand(...texts: readonly string[]): Promise<(string | undefined)[]> {
    const { outcome } = await this.ask({ manual: true });
    const answers = [...texts, ''];
    while (answers.length > 0 && !this.last.ended()) await this.last.end(answers.shift() ?? '');
    const { insertion, alternatives } = await outcome;
    return [insertion, ...alternatives].map((one) => one?.text);
  }

  /** What comes without a further call of the model. */
  async known(more: Partial<CompletionQuery> = {}): Promise<CompletionOutcome> {
    const calls = this.asked.length;
    const outcome = await (await this.ask(more)).outcome;
    assert.equal(this.asked.length, calls, 'the model was not asked');
    return outcome;
  }
}

const told = ({ insertion, record }: CompletionOutcome): string =>
  insertion === null
    ? `${record.source}: ${record.reason}`
    : `${record.source}: ${JSON.stringify(insertion.text)}`;

describe('answers without the model', () => {
  it('goes along with what is typed of a suggestion, to its last character', async () => {
    const scene = new Scene('const a = █');
    assert.equal(told(await scene.shown('one();')), 'model: "one();"');
    for (const [typed, rest] of [
      ['o', 'ne();'],
      ['n', 'e();'],
      ['e()', ';'],
    ] as const) {
      scene.type(typed);
      const outcome = await scene.known();
      assert.equal(told(outcome), `cache: ${JSON.stringify(rest)}`);
      scene.service.shown(outcome);
    }
  });

  it('goes along over a line end, and where the editor closes brackets by itself', async () => {
    const scene = new Scene('run(() => {█');
    await scene.shown('\n  call(one);\n});');
    scene.type('\n  call(');
    scene.after = ')';
    const outcome = await scene.known();
    assert.deepEqual(outcome.insertion, { text: 'one);\n});', replaceRight: 1 });
  });

  it('goes along where the window meanwhile starts at another line', async () => {
    const scene = new Scene('a\n'.repeat(50) + 'const b = █');
    scene.limit = 112;
    await scene.shown('ninety(nine);');
    scene.type('ninety(');
    assert.ok(scene.before.length > scene.limit);
    assert.equal(told(await scene.known()), 'cache: "nine);"');
  });

  it('answers again after a character was taken back, and in another order', async () => {
    const scene = new Scene('const a = █');
    await scene.shown('one();');
    scene.type('t');
    await scene.shown('wo();');
    scene.erase(1);
    assert.equal(told(await scene.known()), 'cache: "one();"');
    scene.type('t');
    assert.equal(told(await scene.known()), 'cache: "wo();"');
  });

  it('knows that there was nothing, but asks when asked by hand', async () => {
    const scene = new Scene('const a = █');
    const { outcome } = await scene.ask();
    await scene.last.end('');
    assert.equal(told(await outcome), 'model: empty');
    assert.equal(told(await scene.known()), 'cache: empty');
    assert.deepEqual(await scene.byHand('one();'), ['one();']);
  });

  it('does not take the text behind the cursor, or another document, for the same place', async () => {
    const scene = new Scene('const a = █');
    await scene.shown('one();');
    const other = await scene.ask({ document: 'file:///b.ts' });
    assert.equal(scene.asked.length, 2);
    await scene.last.end('two();');
    assert.equal(told(await other.outcome), 'model: "two();"');
    scene.after = '\nnext();';
    const behind = await scene.ask();
    assert.equal(scene.asked.length, 3);
    await scene.last.end('three();');
    assert.equal(told(await behind.outcome), 'model: "three();"');
  });

  it('remembers nothing of a failure', async () => {
    const scene = new Scene('const a = █');
    const { outcome } = await scene.ask();
    await scene.last.fail('crashed');
    assert.equal(told(await outcome), 'none: engine');
    await scene.ask();
    assert.equal(scene.asked.length, 2);
  });
});

describe('an answer that is being written', () => {
  it('is kept by a keystroke that agrees with it', async () => {
    const scene = new Scene('const a = █');
    const first = await scene.ask();
    await scene.last.write('one');
    first.cancel();
    assert.equal(told(await first.outcome), 'none: superseded');
    scene.type('on');
    const second = await scene.ask();
    assert.equal(scene.asked.length, 1);
    await scene.pass(1000);
    assert.equal(scene.last.call.signal.aborted, false);
    await scene.last.end('one();');
    assert.equal(told(await second.outcome), 'stream: "e();"');
  });

  it('is kept while nothing is written yet, and given up when it turns out to differ', async () => {
    const scene = new Scene('const a = █');
    const first = await scene.ask();
    first.cancel();
    scene.type('tw');
    const second = await scene.ask();
    assert.equal(scene.asked.length, 1);
    await scene.last.write('t');
    assert.equal(scene.asked.length, 1);
    await scene.last.write('three');
    assert.equal(scene.asked[0]?.call.signal.aborted, true);
    assert.equal(scene.asked.length, 2);
    assert.equal(scene.last.query.prefix, 'const a = tw');
    await scene.last.end('o();');
    assert.equal(told(await second.outcome), 'model: "o();"');
  });

  it('ends soon after the last request gave it up', async () => {
    const scene = new Scene('const a = █');
    const { cancel } = await scene.ask();
    cancel();
    await scene.pass(100);
    assert.equal(scene.last.call.signal.aborted, false);
    await scene.pass(100);
    assert.equal(scene.last.call.signal.aborted, true);
  });

  it('ends at once for a request that does not agree', async () => {
    const scene = new Scene('const a = █');
    await scene.ask();
    await scene.last.write('one');
    scene.type('x');
    await scene.ask();
    assert.equal(scene.asked[0]?.call.signal.aborted, true);
    assert.equal(scene.asked.length, 2);
  });

  it('answers the place that it was asked for, too', async () => {
    const scene = new Scene('const a = █');
    (await scene.ask()).cancel();
    scene.type('o');
    const second = await scene.ask();
    await scene.last.end('one();');
    await second.outcome;
    scene.erase(1);
    assert.equal(told(await scene.known()), 'cache: "one();"');
  });
});

describe('what the user turned down', () => {
  it('is not shown again at its place, wherever on the line the cursor is, unless asked for', async () => {
    const scene = new Scene('first();\nconst a = █');
    scene.service.rejected(await scene.shown('one();'));
    assert.equal(told(await scene.known()), 'cache: rejected');
    scene.type('o');
    assert.equal(told(await scene.known()), 'cache: rejected');
    scene.erase(1);
    assert.deepEqual(await scene.byHand('two();'), ['two();', 'one();']);
  });

  it('is shown elsewhere', async () => {
    const scene = new Scene('const a = █');
    scene.service.rejected(await scene.shown('one();'));
    scene.type('two();\nconst a = ');
    assert.equal(told(await scene.shown('one();')), 'model: "one();"');
  });
});

describe('work ahead', () => {
  it('begins when a suggestion has been shown for a moment, and answers the request after its acceptance', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    await scene.shown('one();');
    await scene.pass(50);
    assert.equal(scene.asked.length, 1);
    await scene.pass(100);
    assert.equal(scene.asked.length, 2);
    assert.equal(scene.last.call.priority, 'speculation');
    assert.equal(scene.last.query.prefix, 'const a = one();');
    await scene.last.end('\ntwo();');
    scene.service.accepted();
    scene.type('one();');
    assert.equal(told(await scene.known()), 'cache: "\\ntwo();"');
    assert.equal(scene.service.counters.speculated.evaluated, 4);
  });

  it('is joined by the request after the acceptance when it is still going on', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    await scene.shown('one();');
    await scene.pass(200);
    scene.type('one();');
    assert.equal(scene.last.call.urgent.aborted, false);
    const { outcome } = await scene.ask();
    assert.equal(scene.asked.length, 2);
    assert.equal(scene.last.call.urgent.aborted, true);
    await scene.last.end('\ntwo();');
    assert.equal(told(await outcome), 'stream: "\\ntwo();"');
  });

  it('gives way to a request that needs the model, and asks anew when it was ended for another', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    await scene.shown('one();');
    await scene.pass(200);
    scene.type('x');
    await scene.ask();
    assert.equal(scene.asked[1]?.call.signal.aborted, true);
    assert.equal(scene.last.call.priority, 'keystroke');

    const joined = new Scene('const a = █', { speculate: true });
    await joined.shown('one();');
    await joined.pass(200);
    joined.type('one();');
    const { outcome } = await joined.ask();
    await joined.last.fail('preempted');
    assert.equal(joined.asked.length, 3);
    await joined.last.end('\ntwo();');
    assert.equal(told(await outcome), 'model: "\\ntwo();"');
  });

  it('goes on while one types along', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    await scene.shown('one();');
    await scene.pass(200);
    scene.type('o');
    scene.service.shown(await scene.known());
    await scene.pass(200);
    assert.equal(scene.asked.length, 2);
    assert.equal(scene.last.call.signal.aborted, false);
  });

  it('evaluates a prompt ahead of the first key, and never in the way of a request', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    const warm = scene.service.warmUp(scene.query());
    await scene.settle();
    assert.deepEqual([scene.last.call.priority, scene.last.query.maxTokens], ['warm-up', 0]);
    await scene.ask();
    await warm;
    assert.equal(scene.asked[0]?.call.signal.aborted, true);
    assert.equal(scene.last.call.priority, 'keystroke');
    await scene.service.warmUp(scene.query());
    assert.equal(scene.asked.length, 2);
  });
});

describe('asked by hand', () => {
  it('gives three answers where they come quickly, then another one each time, up to five', async () => {
    const scene = new Scene('const a = █');
    await scene.shown('one();');
    const all = ['one();', 'two();', 'three();', 'four();', 'five();'];
    // The one that is shown was for one line; by hand there may be more of them.
    assert.deepEqual((await scene.byHand('one();', 'two();', 'three();')).sort(), all.slice(0, 3).sort());
    assert.deepEqual([...scene.last.query.avoid].sort(), ['one();', 'two();']);
    assert.deepEqual((await scene.byHand('four();')).sort(), all.slice(0, 4).sort());
    assert.deepEqual((await scene.byHand('five();')).sort(), [...all].sort());
    assert.equal((await scene.known({ manual: true })).alternatives.length, 4);
  });

  it('gives what it has where more would take time', async () => {
    const scene = new Scene('const a = █');
    const { outcome } = await scene.ask({ manual: true });
    scene.clock += 601;
    await scene.last.end('one();');
    assert.equal(told(await outcome), 'model: "one();"');
    assert.equal(scene.asked.length, 1);
  });

  it('gives the first answer though others fail', async () => {
    const scene = new Scene('const a = █');
    const { outcome } = await scene.ask({ manual: true });
    await scene.last.end('one();');
    await scene.last.fail('crashed');
    assert.equal(told(await outcome), 'model: "one();"');
  });

  it('keeps what is known where there is no other answer', async () => {
    const scene = new Scene('const a = █');
    await scene.shown('one();');
    const { outcome } = await scene.ask({ manual: true });
    await scene.last.end('');
    assert.equal(told(await outcome), 'cache: "one();"');
  });
});

describe('waiting', () => {
  it('waits as long as the refusals ask for, but not for what is known or asked by hand', async () => {
    const scene = new Scene('const a = █', { backOffMs: () => 300 });
    const { outcome } = await scene.ask();
    assert.equal(scene.asked.length, 0);
    await scene.pass(300);
    assert.equal(scene.asked.length, 1);
    await scene.last.end('one();');
    assert.equal(told(await outcome), 'model: "one();"');
    scene.type('o');
    assert.equal(told(await scene.known()), 'cache: "ne();"');
    scene.type('x');
    await scene.ask({ manual: true });
    assert.equal(scene.asked.length, 2);
  });

  it('asks for the latest of several waiting requests only', async () => {
    const scene = new Scene('const a = █', { backOffMs: () => 300 });
    const first = await scene.ask();
    scene.type('x');
    const second = await scene.ask();
    await scene.pass(300);
    assert.equal(scene.asked.length, 1);
    await scene.last.end('();');
    assert.equal(told(await first.outcome), 'none: superseded');
    assert.equal(told(await second.outcome), 'model: "();"');
  });
});

it('forgets everything when told to', async () => {
  const scene = new Scene('const a = █');
  await scene.shown('one();');
  scene.service.forget();
  await scene.ask();
  assert.equal(scene.asked.length, 2);
});
