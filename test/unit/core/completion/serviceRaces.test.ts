import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompletionOutcome, CompletionQuery } from '../../../../src/core/completion/ports.ts';
import { CompletionService } from '../../../../src/core/completion/service.ts';
import { CompletionWorld, type Asked } from '../../../support/completionWorld.ts';

class Scene extends CompletionWorld {
  readonly service: CompletionService;

  constructor(picture: string, { speculate = false, backOffMs = (): number => 0 } = {}) {
    super(picture);
    this.service = new CompletionService(this.ports, { cache: true, speculate: () => speculate, backOffMs });
  }

  get last(): Asked {
    const last = this.asked.at(-1);
    assert.ok(last, 'the model was asked');
    return last;
  }

  async ask(more: Partial<CompletionQuery> = {}) {
    const controller = new AbortController();
    const outcome = this.service.request(this.query(more), controller.signal);
    await this.settle();
    return { outcome, cancel: () => controller.abort() };
  }

  async shown(text: string, more: Partial<CompletionQuery> = {}): Promise<CompletionOutcome> {
    const { outcome } = await this.ask(more);
    await this.last.end(text);
    const found = await outcome;
    this.service.shown(found);
    return found;
  }
}

const text = (outcome: CompletionOutcome): string | undefined => outcome.insertion?.text;

describe('what ends everything', () => {
  it('ends the request that waits, too, and asks nothing anew', async () => {
    const scene = new Scene('const a = █');
    const { outcome } = await scene.ask();
    scene.service.cancelAll();
    await scene.settle();
    assert.equal(scene.asked.length, 1);
    assert.equal((await outcome).record.reason, 'superseded');
  });

  it('ends a call that was made by hand', async () => {
    const scene = new Scene('const a = █');
    const { outcome } = await scene.ask({ manual: true });
    scene.service.cancelAll();
    assert.equal(scene.last.call.signal.aborted, true);
    assert.equal((await outcome).record.reason, 'superseded');
  });

  it('ends a prompt that is about to be evaluated ahead', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    void scene.service.warmUp(scene.query());
    scene.service.cancelAll();
    await scene.settle();
    assert.ok(scene.asked.every(({ call }) => call.signal.aborted));
  });

  it('leaves no work ahead behind that nobody can end', async () => {
    const scene = new Scene('const a = █', { speculate: true });
    await scene.shown('one();');
    void scene.service.warmUp(scene.query());
    await scene.pass(200);
    scene.service.cancelAll();
    await scene.settle();
    assert.ok(scene.asked.slice(1).every(({ ended }) => ended()));
    await scene.service.idle();
  });

  it('forgets also an answer that was being checked', async () => {
    let judge = (_: number): void => undefined;
    const scene = new Scene('const a = █');
    const syntax = {
      end: () => Promise.resolve(null),
      check: () => new Promise<number>((resolve) => (judge = resolve)),
    };
    Object.assign(scene.ports, { syntax });
    const { outcome } = await scene.ask();
    await scene.last.end('old();');
    scene.service.forget();
    judge(0);
    await outcome;
    const second = await scene.ask();
    assert.equal(scene.asked.length, 2, 'asked the new model');
    await scene.last.end('new();');
    judge(0);
    assert.equal(text(await second.outcome), 'new();');
  });
});

describe('a request by hand that is being written', () => {
  it('is kept by a keystroke that agrees with it', async () => {
    const scene = new Scene('const a = █');
    const byHand = await scene.ask({ manual: true });
    await scene.last.write('one');
    byHand.cancel();
    scene.type('on');
    const { outcome } = await scene.ask();
    assert.equal(scene.asked.length, 1);
    await scene.last.end('one();');
    assert.equal(text(await outcome), 'e();');
  });
});

describe('the time of grace', () => {
  it('counts from the last request that gave up', async () => {
    const scene = new Scene('const a = █');
    (await scene.ask()).cancel();
    await scene.pass(100);
    scene.type('o');
    (await scene.ask()).cancel();
    await scene.pass(60);
    assert.equal(scene.last.call.signal.aborted, false);
    await scene.pass(100);
    assert.equal(scene.last.call.signal.aborted, true);
  });
});

describe('brackets that the editor closes', () => {
  it('do not spoil what is remembered for the place before them', async () => {
    const scene = new Scene('const a = █');
    (await scene.ask()).cancel();
    scene.type('one(');
    scene.after = ')';
    const { outcome } = await scene.ask();
    await scene.last.end('one(two())');
    assert.equal(text(await outcome), 'two())');
    scene.erase(4);
    scene.after = '';
    const again = await scene.ask();
    assert.equal(text(await again.outcome), 'one(two())');
  });

  it('are gone along with when they are typed over', async () => {
    const scene = new Scene('one(█)');
    await scene.shown('two(a), b);');
    scene.type('two(');
    scene.after = '))';
    const inner = await scene.ask();
    assert.equal(scene.asked.length, 1, 'an opened bracket');
    assert.deepEqual((await inner.outcome).insertion, { text: 'a), b);', replaceRight: 2 });
    scene.type('a');
    scene.type(')');
    scene.after = ')';
    const crossed = await scene.ask();
    assert.equal(scene.asked.length, 1, 'an own bracket typed over');
    assert.deepEqual((await crossed.outcome).insertion, { text: ', b);', replaceRight: 1 });
    scene.type(', b)');
    scene.after = '';
    const outside = await scene.ask();
    assert.equal(scene.asked.length, 1, 'the bracket that stood there typed over');
    assert.deepEqual((await outside.outcome).insertion, { text: ';', replaceRight: 0 });
  });

  it('are gone along with over the line end behind an opened block', async () => {
    const scene = new Scene('if (late) █\nnext();');
    await scene.shown('{\n  go();\n}');
    scene.type('{');
    scene.after = '}\nnext();';
    assert.equal(text(await (await scene.ask()).outcome), '\n  go();\n}');
    scene.type('\n  ');
    scene.after = '\n}\nnext();';
    const { outcome } = await scene.ask();
    assert.equal(scene.asked.length, 1);
    assert.deepEqual((await outcome).insertion, { text: 'go();', replaceRight: 0 });
  });
});

describe('a bracket that the editor put there', () => {
  it('moves down at a line end, and the block goes on', async () => {
    const scene = new Scene('if (late) {█}\nnext();');
    await scene.shown('\n  go();\n}');
    scene.type('\n  ');
    scene.after = '\n}\nnext();';
    const { outcome } = await scene.ask();
    assert.equal(scene.asked.length, 1);
    assert.deepEqual((await outcome).insertion, { text: 'go();', replaceRight: 0 });
  });

  it('moves down while more is typed than is asked for, and another is put before it', async () => {
    const scene = new Scene('if (late) {█}\nnext();');
    await scene.shown('\n  go(on);\n}');
    scene.type('\n  go(');
    scene.after = ')\n}\nnext();';
    const { outcome } = await scene.ask();
    assert.equal(scene.asked.length, 1);
    assert.deepEqual((await outcome).insertion, { text: 'on);', replaceRight: 1 });
  });
});

describe('several answers', () => {
  it('stays with the one that was chosen while it is typed along', async () => {
    const scene = new Scene('const a = █');
    await scene.shown('one(first);');
    const { outcome } = await scene.ask({ manual: true, multiline: 'never' });
    scene.clock += 1000;
    await scene.last.end('one(second);');
    scene.service.shown(await outcome);
    scene.type('one(s');
    const along = await scene.ask();
    assert.equal(text(await along.outcome), 'econd);');
  });

  it('offers another where the first was turned down', async () => {
    const scene = new Scene('const a = █');
    await scene.shown('one();');
    const { outcome } = await scene.ask({ manual: true, multiline: 'never' });
    scene.clock += 1000;
    await scene.last.end('two();');
    await outcome;
    const first = await scene.ask();
    const shown = await first.outcome;
    scene.service.shown(shown);
    scene.service.rejected(shown);
    const second = await scene.ask();
    assert.equal(text(await second.outcome), 'two();');
  });
});

describe('work ahead', () => {
  it('does not take the processor from a request that waits for a pause', async () => {
    const scene = new Scene('const a = █', { speculate: true, backOffMs: () => 300 });
    const first = await scene.ask();
    await scene.pass(300);
    await scene.last.end('one();');
    const outcome = await first.outcome;
    scene.type('x');
    await scene.ask();
    scene.service.shown(outcome);
    await scene.pass(200);
    await scene.pass(200);
    const running = scene.asked.filter(({ ended }) => !ended());
    assert.deepEqual(
      running.map(({ call }) => call.priority),
      ['keystroke'],
    );
  });
});
