import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DefinitionLookup,
  namesBefore,
  type LookupPlace,
  type LookupPorts,
  type NamePlace,
} from '../../../src/vscode/definitionLookup.ts';
import type { Target } from '../../../src/workspace/protocol.ts';
import { FakeTimers } from '../../support/fakeTimers.ts';

type Answer = Awaited<ReturnType<LookupPorts['ask']>>;

/** A language server that knows some names, and takes its time. */
class World {
  readonly timers = new FakeTimers();
  readonly asked: { name: string; at: number }[] = [];
  readonly told: (readonly Target[])[] = [];
  place: LookupPlace | null;
  answers: Readonly<Record<string, Answer>> = {};
  msEach = 20;
  atOnce = 0;
  mostAtOnce = 0;
  readonly lookup: DefinitionLookup;

  constructor(...lines: string[]) {
    this.place = { document: 'file:///a.ts', lines, startLine: 0 };
    this.lookup = new DefinitionLookup({
      timers: this.timers,
      place: () => this.place,
      ask: (_document, name) => this.#ask(name),
      tell: (_document, targets) => this.told.push(targets),
    });
  }

  get names(): string[] {
    return this.asked.map(({ name }) => name);
  }

  async #ask({ name }: NamePlace): Promise<Answer> {
    this.asked.push({ name, at: this.timers.now() });
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await new Promise<void>((resolve) => this.timers.after(this.msEach, resolve));
    this.atOnce -= 1;
    return this.answers[name] ?? null;
  }
}

const lines = (...text: string[]): LookupPlace => ({ document: '', lines: text, startLine: 40 });

describe('the names before the cursor', () => {
  it('are those nearest first, each once, where it stands nearest', () => {
    assert.deepEqual(namesBefore(lines('total = sum(cart)', 'pay(total, ')), [
      { name: 'total', line: 41, character: 4 },
      { name: 'pay', line: 41, character: 0 },
      { name: 'cart', line: 40, character: 12 },
      { name: 'sum', line: 40, character: 8 },
    ]);
  });

  it('leave out keywords, short names, numbers, and the name that is being typed', () => {
    const names = namesBefore(lines('for (const i of new Set(items)) {', '  return 12 + render'));
    assert.deepEqual(
      names.map(({ name }) => name),
      ['items', 'Set'],
    );
  });

  it('leave out comments, texts in double quotes and endless lines', () => {
    const names = namesBefore(
      lines('send("hello world", user); // tell the others', '# and the rest', `big(${'x'.repeat(600)})`, ''),
    );
    assert.deepEqual(
      names.map(({ name }) => name),
      ['user', 'send'],
    );
  });

  it('take letters of every script', () => {
    assert.deepEqual(namesBefore(lines('größe(данные) ')), [
      { name: 'данные', line: 40, character: 6 },
      { name: 'größe', line: 40, character: 0 },
    ]);
  });
});

describe('DefinitionLookup', () => {
  it('asks once the cursor has rested, and tells what other files define', async () => {
    const world = new World('pay(total, ');
    world.answers = { pay: { path: '/pay.ts', line: 7 }, total: 'here' };
    world.lookup.moved();
    await world.timers.pass(299);
    assert.deepEqual(world.names, []);
    await world.timers.pass(100);
    assert.deepEqual(world.names, ['total', 'pay']);
    assert.deepEqual(world.told, [[{ name: 'pay', path: '/pay.ts', line: 7 }]]);
  });

  it('asks nothing while somebody types', async () => {
    const world = new World('pay(total, ');
    for (let key = 0; key < 30; key += 1) {
      world.lookup.moved();
      await world.timers.pass(100);
    }
    assert.deepEqual(world.names, []);
  });

  it('stops in the middle when somebody types, and tells what it knows', async () => {
    const world = new World('one(two(three(four(five(');
    world.answers = { five: { path: '/five.ts', line: 5 } };
    world.lookup.moved();
    await world.timers.pass(330);
    world.lookup.moved();
    await world.timers.pass(200);
    assert.deepEqual(world.names, ['five', 'four']);
    assert.deepEqual(world.told, [[{ name: 'five', path: '/five.ts', line: 5 }]]);
  });

  it('asks for eight names at most, one after the other, and for more a second later', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `name${index}`);
    const world = new World(`${names.join(' ')} `);
    world.lookup.moved();
    await world.timers.pass(900);
    assert.deepEqual(world.names, names.slice(12).reverse());
    assert.equal(world.mostAtOnce, 1);
    world.lookup.moved();
    await world.timers.pass(399);
    assert.equal(world.asked.length, 8);
    await world.timers.pass(601);
    assert.deepEqual(world.names.slice(8), names.slice(4, 12).reverse());
    assert.equal(world.asked[8]?.at, 1_300);
  });

  it('has one round at a time, however slow the server is, and the next after it', async () => {
    const world = new World('one(two( ');
    world.msEach = 5_000;
    world.lookup.moved();
    await world.timers.pass(1_000);
    world.place = { document: 'file:///b.ts', lines: ['three '], startLine: 0 };
    world.lookup.moved();
    await world.timers.pass(4_000);
    assert.deepEqual(world.names, ['two']);
    await world.timers.pass(2_000);
    assert.deepEqual(world.names, ['two', 'three']);
    assert.equal(world.mostAtOnce, 1);
  });

  it('does not ask again for what is known, soon again for what was not, and tells all it knows', async () => {
    const world = new World('pay(total, ');
    world.answers = { pay: { path: '/pay.ts', line: 7 } };
    const rest = async (ms: number): Promise<void> => {
      world.lookup.soon();
      await world.timers.pass(ms);
    };
    await rest(6_000);
    await rest(4_100);
    assert.deepEqual(world.names, ['total', 'pay']);
    await rest(5_000);
    assert.deepEqual(world.names, ['total', 'pay', 'total']);
    world.answers = { ...world.answers, order: { path: '/order.ts', line: 1 } };
    world.place = { document: 'file:///a.ts', lines: ['pay(order, '], startLine: 0 };
    await rest(5_000);
    assert.deepEqual(world.names.slice(3), ['order']);
    assert.deepEqual(
      world.told.at(-1)?.map(({ name }) => name),
      ['pay', 'order'],
    );
    await world.timers.pass(120_000);
    await rest(5_000);
    assert.deepEqual(world.names.slice(4), ['order', 'pay']);
  });

  it('tells nothing of a document that was closed meanwhile', async () => {
    const world = new World('pay(');
    world.answers = { pay: { path: '/pay.ts', line: 7 } };
    world.lookup.moved();
    await world.timers.pass(310);
    world.lookup.closed('file:///a.ts');
    await world.timers.pass(1_000);
    assert.deepEqual(world.names, ['pay']);
    assert.deepEqual(world.told, []);
  });

  it('goes on after a server that fails', async () => {
    const world = new World('pay(total, ');
    const lookup = new DefinitionLookup({
      timers: world.timers,
      place: () => world.place,
      ask: (_document, { name }) =>
        name === 'total' ? Promise.reject(new Error('no')) : Promise.resolve({ path: '/pay.ts', line: 7 }),
      tell: (_document, targets) => world.told.push(targets),
    });
    lookup.moved();
    await world.timers.pass(400);
    assert.deepEqual(world.told, [[{ name: 'pay', path: '/pay.ts', line: 7 }]]);
  });

  it('asks nothing where there is no place, and leaves no timer when it is cleared', async () => {
    const world = new World('pay(');
    world.lookup.moved();
    world.lookup.clear();
    assert.equal(world.timers.waiting, 0);
    world.place = null;
    world.lookup.moved();
    await world.timers.pass(5_000);
    assert.deepEqual(world.names, []);
  });

  it('waits for a server that never answers for a while only, and asks on', async () => {
    const world = new World('total = sum(cart);', '');
    world.msEach = 1_000_000;
    world.lookup.soon();
    await world.timers.pass(5_000);
    assert.equal(world.asked.length, 1);
    await world.timers.pass(5_000);
    assert.ok(world.asked.length > 1, 'the next name is asked about');
    assert.deepEqual(world.told, []);
  });
});
