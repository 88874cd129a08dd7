import assert from 'node:assert/strict';
import { Egress } from '../../src/remote/egress.ts';
import type {
  EgressClosed,
  EgressOpened,
  EgressOptions,
  EgressRequest,
  EgressResponse,
} from '../../src/remote/egressTypes.ts';
import { FakeTimers, settled } from './fakeTimers.ts';
import { FaultServer } from './faultServer.ts';

/** A server on loopback with a short file, and requests to it, with a ledger and a clock of their own. */
export class EgressWorld {
  readonly server: FaultServer;
  readonly content: Buffer;
  /** Each request with its end; null while it runs. */
  readonly ledger: [EgressOpened, EgressClosed | null][] = [];
  readonly timers = new FakeTimers();

  private constructor(server: FaultServer) {
    this.server = server;
    this.content = server.content;
  }

  static async start(): Promise<EgressWorld> {
    return new EgressWorld(await FaultServer.start(Buffer.from('some bytes of a file')));
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  ask(more: Partial<EgressRequest> = {}, options: EgressOptions = {}): Promise<EgressResponse> {
    const egress = new Egress({
      timers: this.timers,
      wallClock: () => 1_700_000_000_000,
      ledger: (opened) => {
        const entry: [EgressOpened, EgressClosed | null] = [opened, null];
        this.ledger.push(entry);
        return (closed) => {
          assert.equal(entry[1], null, 'an end is told once');
          entry[1] = closed;
        };
      },
      ...options,
    });
    return egress.request({ purpose: 'catalogue', address: this.server.address('/x'), ...more });
  }

  /** Until the server has no connection any more. */
  async allClosed(): Promise<void> {
    while (this.server.connections > 0) await settled();
  }
}
