import assert from 'node:assert/strict';
import type { ModelCall } from '../../src/core/completion/ports.ts';
import { stopSpec } from '../../src/core/completion/stop.ts';
import { EndpointError, type EndpointErrorCode } from '../../src/core/endpoints/errors.ts';
import type {
  EndpointClient,
  InfillAnswer,
  InfillCall,
  InfillQuery,
} from '../../src/core/endpoints/ports.ts';
import type { Endpoint, EndpointAbility } from '../../src/core/endpoints/types.ts';
import type { CompletionAsked } from '../../src/host/endpoints/completionQuery.ts';
import {
  EndpointCompletions,
  type EndpointCompletionsOptions,
} from '../../src/host/endpoints/endpointCompletions.ts';
import { FakeTimers, settled } from './fakeTimers.ts';
import { madeUpAbility, madeUpEndpoint } from './scriptedEndpoint.ts';

/** One request of the made-up client, whose answer comes when the test says so. */
interface Asked {
  readonly query: InfillQuery;
  readonly call: InfillCall;
  write(text: string): Promise<void>;
  end(text: string, more?: Partial<InfillAnswer>): Promise<void>;
  fail(error: EndpointError): Promise<void>;
}

/** Completions over a client that a test holds in its hand. */
export class EndpointCompletionWorld {
  readonly asked: Asked[] = [];
  readonly timers = new FakeTimers();
  readonly states: (string | null)[] = [];
  readonly completions: EndpointCompletions;
  ability: EndpointAbility = {
    ...madeUpAbility,
    api: 'llama-server',
    infill: 'raw',
    family: 'qwen-coder',
    contextTokens: 4096,
  };
  abilities = 0;
  forgotten = 0;
  /** Whether it takes the connection, and says nothing. */
  hangs = false;
  counted: readonly string[] = [];

  constructor(where: Endpoint['class'] = 'local', more: Partial<EndpointCompletionsOptions> = {}) {
    const client: EndpointClient = {
      endpoint: madeUpEndpoint({ name: 'Box', class: where, roles: ['completion'] }),
      ability: (signal) => {
        this.abilities += 1;
        return this.hangs ? untilStopped(signal) : Promise.resolve(this.ability);
      },
      chat: () => Promise.reject(new Error('It does not chat.')),
      infill: (query, call) => this.#ask(query, call),
      countTokens: (texts) => {
        this.counted = texts;
        return Promise.resolve(texts.map(({ length }) => Math.ceil(length / 2)));
      },
      forget: () => void (this.forgotten += 1),
    };
    this.completions = new EndpointCompletions({
      client,
      now: () => this.timers.now(),
      after: (milliseconds, run) => this.timers.after(milliseconds, run),
      onState: (error) => this.states.push(error?.code ?? null),
      ...more,
    });
  }

  #ask(query: InfillQuery, call: InfillCall): Promise<InfillAnswer> {
    return new Promise((resolve, reject) => {
      const tokens = { prompt: 30, reused: 20, generated: 4 };
      let written = '';
      call.signal.addEventListener('abort', () => reject(new EndpointError('cancelled', 'It was stopped.')));
      call.enough?.addEventListener('abort', () => resolve({ text: written, stopReason: 'enough', tokens }));
      const asked: Asked = {
        query,
        call,
        write: (text) => {
          written = text;
          call.onText?.(text);
          return settled();
        },
        end: (text, answer = {}) => {
          call.onText?.(text);
          resolve({ text, stopReason: 'end', tokens, ...answer });
          return settled();
        },
        fail: (error) => {
          reject(error);
          return settled();
        },
      };
      this.asked.push(asked);
    });
  }

  get last(): Asked {
    const last = this.asked.at(-1);
    assert.ok(last !== undefined, 'nothing was asked');
    return last;
  }

  /** Begins a request, and what comes of it: a text or a code. */
  async begin(query: Partial<CompletionAsked> = {}, call: Partial<ModelCall> = {}) {
    const texts: string[] = [];
    const never = new AbortController().signal;
    const answer = this.completions.complete(modelQuery(query), {
      priority: 'keystroke',
      deadlineMs: 0,
      signal: never,
      enough: never,
      urgent: never,
      onText: (text) => texts.push(text),
      ...call,
    });
    const outcome = answer.then(
      (done) => done.text,
      (error: unknown) => String((error as { code?: unknown }).code ?? error),
    );
    await settled();
    return { answer, outcome, texts };
  }
}

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new EndpointError('cancelled', 'It was stopped.')));
  });
}

/** What the pipeline asks at a cursor in a function. */
export function modelQuery(more: Partial<CompletionAsked> = {}): CompletionAsked {
  const { prefix = 'function total() {\n  return ', suffix = '\n}\n' } = more;
  return {
    repository: 'shop',
    path: 'src/a.ts',
    segments: [{ kind: 'signatures', path: 'lib/b.ts', startLine: 3, endLine: 4, text: 'f(): B' }],
    prefix,
    suffix,
    anchors: [],
    maxTokens: 40,
    budgetTokens: 0,
    avoid: [],
    stop: stopSpec({ prefix, suffix }, { multiline: false }),
    ...more,
  };
}

/** A failure of the made-up client. */
export const failed = (
  code: EndpointErrorCode,
  more: ConstructorParameters<typeof EndpointError>[2] = {},
): EndpointError => new EndpointError(code, `Box failed with ${code}: do something.`, more);
