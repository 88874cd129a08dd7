import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { CompletionOutcome } from '../../../../src/core/completion/ports.ts';
import { CompletionService } from '../../../../src/core/completion/service.ts';
import { CompletionWorld, type Asked } from '../../../support/completionWorld.ts';

/** What the model writes at a time. */
const written = fc.stringMatching(/^[ab]{0,3}(\(a?\))?[;{]?(\n[ab;}]{0,3})?$/);
const often = (value: boolean) => fc.nat(3).map((one) => (one > 0 ? value : !value));

/** Requests, answers, keys and commands in any order. */
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('complete' as const), manual: often(false), text: written }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('type' as const), key: fc.constantFrom(...'ab(){;\n') }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'follow' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'erase' as const }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), manual: often(false) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('end' as const, 'write' as const),
      which: fc.nat(3).map((which) => Math.max(0, which - 2)),
      text: written,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      code: fc.constantFrom('preempted', 'deadline', 'crashed'),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'cancel' as const }, { do: 'warm' as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'accept' as const }, { do: 'reject' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(10, 130, 200, 500) }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'cancelAll' as const }, { do: 'forget' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** An editor that shows what it is given for the text as it is now, closes brackets, and is never told a lie. */
class Player extends CompletionWorld {
  readonly service: CompletionService;
  readonly #written = new Map<Asked, string>();
  readonly #rejected = new Set<string>();
  readonly #outcomes: Promise<unknown>[] = [];
  #asking: AbortController | null = null;
  #shown: { outcome: CompletionOutcome; version: number } | null = null;

  constructor(picture: string, speculate: boolean, backOffMs: number) {
    super(picture);
    this.service = new CompletionService(this.ports, {
      cache: true,
      speculate: () => speculate,
      backOffMs: () => backOffMs,
    });
  }

  async play(one: Step): Promise<void> {
    switch (one.do) {
      case 'type':
        this.#type(one.key);
        break;
      case 'follow':
        this.#type(this.#onScreen()?.text[0] ?? 'a');
        break;
      case 'erase':
        if (this.before.length > 1) this.erase(1);
        break;
      case 'ask':
        this.#ask(one.manual);
        break;
      case 'complete':
        this.#ask(one.manual);
        await this.settle();
        await this.#answer('end', 0, one.text);
        break;
      case 'warm':
        this.#expect(this.service.warmUp(this.query()));
        break;
      case 'write':
      case 'end':
        await this.#answer(one.do, one.which, one.text);
        break;
      case 'fail':
        await this.#running()[0]?.fail(one.code);
        break;
      case 'cancel':
        this.#asking?.abort();
        break;
      case 'accept':
        this.#accept();
        break;
      case 'reject':
        this.#reject();
        break;
      case 'pass':
        await this.pass(one.ms);
        break;
      case 'cancelAll':
        this.service.cancelAll();
        break;
      case 'forget':
        this.#rejected.clear();
        this.service.forget();
        break;
    }
    await this.settle();
    const running = this.#running().filter(({ call }) => !call.signal.aborted);
    assert.ok(running.length <= 2, `${running.length} calls at a time`);
  }

  /** Everything ends, and every request has had its answer. */
  async finish(): Promise<void> {
    this.service.cancelAll();
    let idle = false;
    const all = Promise.all([...this.#outcomes, this.service.idle()]).then(() => (idle = true));
    // A request that failed is heard of below.
    all.catch(() => undefined);
    await this.settle();
    await this.pass(0);
    assert.ok(idle, 'nothing is left');
    await all;
    assert.ok(this.asked.every(({ ended }) => ended()));
  }

  #running(): Asked[] {
    return this.asked.filter(({ ended }) => !ended());
  }

  #onScreen() {
    return this.#shown?.version === this.version ? this.#shown.outcome.insertion : null;
  }

  /** One key in an editor that closes round brackets and lets one type over them. */
  #type(key: string): void {
    if (key === ')' && this.after.startsWith(')')) this.after = this.after.slice(1);
    if (key === '(') this.after = `)${this.after}`;
    this.type(key);
  }

  #ask(manual: boolean): void {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const { version } = this;
    const request = this.service.request(this.query({ manual }), asking.signal).then((outcome) => {
      if (asking.signal.aborted || version !== this.version) return;
      this.#shown = { outcome, version };
      this.#check(outcome, manual);
      this.service.shown(outcome);
    });
    this.#expect(request);
  }

  /** What is shown goes on with what the model wrote for this very text, and was not turned down. */
  #check({ insertion, alternatives }: CompletionOutcome, manual: boolean): void {
    for (const one of [insertion, ...alternatives]) {
      if (one === null) continue;
      const whole = unindented(this.before + one.text);
      const isWritten = [...this.#written].some(([{ query }, text]) =>
        unindented(query.prefix + text).startsWith(whole),
      );
      assert.ok(isWritten, `${JSON.stringify(whole)} was never written`);
      assert.ok(this.after.slice(0, one.replaceRight).match(/^[)};]*$/));
    }
    if (!manual && insertion !== null) {
      assert.ok(!this.#rejected.has(this.before + insertion.text), 'was turned down');
    }
  }

  async #answer(how: 'write' | 'end', which: number, text: string): Promise<void> {
    const asked = this.#running()
      .filter(({ call }) => !call.signal.aborted)
      .at(-1 - which);
    if (asked === undefined) return;
    const sofar = this.#written.get(asked) ?? '';
    this.#written.set(asked, sofar + text);
    await asked[how](sofar + text);
  }

  #accept(): void {
    const insertion = this.#onScreen();
    if (insertion == null) return;
    this.service.accepted();
    this.after = this.after.slice(insertion.replaceRight);
    this.type(insertion.text);
  }

  #reject(): void {
    const insertion = this.#onScreen();
    if (insertion == null || this.#shown === null) return;
    this.service.rejected(this.#shown.outcome);
    this.#rejected.add(this.before + insertion.text);
    this.#shown = null;
  }

  #expect(work: Promise<unknown>): void {
    work.catch(() => undefined);
    this.#outcomes.push(work);
  }
}

/** Indentation is mended, all else is shown as it was written. */
function unindented(text: string): string {
  return text.replaceAll(/\n[ \t]+/g, '\n');
}

it('never mixes places, never fails and always ends, whatever comes when', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.boolean(),
      fc.constantFrom(0, 150),
      fc.constantFrom('a█', 'a(█)\nb;', 'if (a) {█\n}\nb'),
      async (steps, speculate, backOff, picture) => {
        const player = new Player(picture, speculate, backOff);
        for (const one of steps) await player.play(one);
        await player.finish();
      },
    ),
    { numRuns: 150 },
  );
});
