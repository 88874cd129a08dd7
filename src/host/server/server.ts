import type { Egress } from '../../remote/egress.ts';
import type { Listening, ServedReply, ServedRequest } from '../../remote/listenTypes.ts';
import { systemTimers, type Timers } from '../../remote/timers.ts';
import { Admission } from './admission.ts';
import { readJson } from './body.ts';
import { answerChat } from './chatRoute.ts';
import { answerCompletion } from './completionRoute.ts';
import {
  checkOrigin,
  enter,
  healthPath,
  notAllowed,
  pathOf,
  preflight,
  type DoorRules,
  type Entrance,
} from './door.ts';
import { answerEmbeddings } from './embeddingsRoute.ts';
import { challengeOf, health, proofOf } from './identity.ts';
import { answerModels } from './modelsRoute.ts';
import type { OfferedModels } from './offeredModels.ts';
import { Refusal } from './refusal.ts';
import { Reply } from './reply.ts';

/** What one program may take of the machine. Times in milliseconds. */
export const serverLimits = {
  mostBytes: 4 * 1024 * 1024,
  mostNesting: 64,
  /** The engine answers one at a time for each model; the others of these wait in it. */
  mostRunning: 4,
  mostWaiting: 16,
  mostConnections: 64,
  mostHeaderBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 5_000,
  /** For which a client may read nothing of its answer. */
  stallMs: 60_000,
} as const;
export type ServerLimits = { readonly [key in keyof typeof serverLimits]: number };

export interface ServerOptions {
  readonly egress: Pick<Egress, 'listen'>;
  /** 0: any that is free. */
  readonly port: number;
  /** Read at every request. */
  readonly rules: () => DoorRules;
  readonly models: OfferedModels;
  /** Hears of each request that ended, by method, path and status; never of what it says. */
  readonly log?: (message: string) => void;
  readonly limits?: Partial<ServerLimits>;
  readonly timers?: Timers;
}

const routes = {
  '/v1/chat/completions': answerChat,
  '/v1/completions': answerCompletion,
  '/v1/embeddings': answerEmbeddings,
} as const;

/** Offers the loaded models to other programs of this machine, in OpenAI's interface. */
export class HearthServer {
  readonly #options: ServerOptions;
  readonly #limits: ServerLimits;
  readonly #admission: Admission;
  #listening: Listening | null = null;

  private constructor(options: ServerOptions) {
    this.#options = options;
    this.#limits = { ...serverLimits, ...options.limits };
    this.#admission = new Admission(this.#limits.mostRunning, this.#limits.mostWaiting);
  }

  /** Begins to listen; rejects with EgressError, whose `systemCode` is `EADDRINUSE` where the port is taken. */
  static async start(options: ServerOptions): Promise<HearthServer> {
    const server = new HearthServer(options);
    server.#listening = await options.egress.listen({
      ...server.#limits,
      port: options.port,
      handle: (request, reply) => void server.#handle(request, reply),
    });
    return server;
  }

  get port(): number {
    return this.#listening?.port ?? this.#options.port;
  }

  /** Base address, as clients of OpenAI's interface want it. */
  get address(): string {
    return addressOf(this.port);
  }

  /** Resolves when it listens no more, whoever ended it. */
  get ended(): Promise<void> {
    return this.#listening?.ended ?? Promise.resolve();
  }

  /** Ends all requests and listens no more. */
  async stop(): Promise<void> {
    await this.#listening?.close();
  }

  async #handle(request: ServedRequest, raw: ServedReply): Promise<void> {
    const { timers = systemTimers, log } = this.#options;
    const { stallMs } = this.#limits;
    // A client that goes away while it sends is told of by the reply.
    request.on('error', () => undefined);
    const reply = new Reply(raw, { timers, stallMs });
    try {
      const rules = this.#options.rules();
      reply.add(checkOrigin(request, rules));
      const mayAsk = preflight(request);
      if (mayAsk !== null) return reply.empty(204, mayAsk);
      await this.#answer(enter(request, rules), request, reply);
    } catch (error) {
      if (!reply.signal.aborted) reply.fail(error);
    }
    const outcome = reply.signal.aborted ? 'given up by the client' : `HTTP ${reply.status}`;
    log?.(`Server: ${request.method ?? ''} ${known(pathOf(request.url ?? ''))}: ${outcome}.`);
  }

  async #answer(entrance: Entrance, request: ServedRequest, reply: Reply): Promise<void> {
    const { path, method } = entrance;
    const { models } = this.#options;
    if (path === healthPath || path === '/v1/models' || path.startsWith('/v1/models/')) {
      if (method !== 'GET') throw notAllowed('GET');
      if (path === healthPath) return reply.json(200, this.#health(request));
      return answerModels(path, models, reply);
    }
    if (!isRoute(path)) {
      throw new Refusal(
        404,
        `There is nothing at this address: there are /v1/models, ${Object.keys(routes).join(', ')} and ${healthPath}.`,
      );
    }
    if (method !== 'POST') throw notAllowed('POST');
    const body = await readJson(request, this.#limits);
    await this.#admission.run(reply.signal, () => routes[path](body, models, reply));
  }

  /** That it lives, and to whoever asks for a proof that it has the token, this proof. */
  #health({ url = '' }: ServedRequest): object {
    const { token } = this.#options.rules();
    const challenge = challengeOf(url);
    if (token === null || challenge === null) return health;
    return { ...health, proof: proofOf(token, this.port, challenge) };
  }
}

/** Base address of a server at a port. */
export function addressOf(port: number): string {
  return `http://127.0.0.1:${port}/v1`;
}

function isRoute(path: string): path is keyof typeof routes {
  return Object.hasOwn(routes, path);
}

/** A path as the log may have it: one that is none of ours may hold anything. */
function known(path: string): string {
  return isRoute(path) || path === healthPath || path === '/v1/models' ? path : '(another path)';
}
