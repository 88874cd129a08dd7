/** No key is in anything that outlives a request: not in the ledger, the log, an error, or what is exported. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { ChatQuery } from '../../../../src/core/chat/types.ts';
import { endpointApis, type Endpoint } from '../../../../src/core/endpoints/types.ts';
import { ledgerCsv, ledgerJson } from '../../../../src/core/network/exportLedger.ts';
import { networkGuard } from '../../../../src/host/network/networkGuard.ts';
import { NetworkLedger } from '../../../../src/host/network/networkLedger.ts';
import { withLog } from '../../../../src/host/network/withLog.ts';
import { Egress } from '../../../../src/remote/egress.ts';
import type { EgressOptions, EgressRequest } from '../../../../src/remote/egressTypes.ts';
import { createEndpointClient } from '../../../../src/remote/endpoints/client.ts';
import { temporaryFolder } from '../../../support/engine.ts';
import { FaultServer, type Reply } from '../../../support/faultServer.ts';

/** Planted as keys, in an address, in headers and in a body; and how basic authorization writes one. */
const planted = 'sk-planted-7f3a9c';
const forms = [planted, Buffer.from(`user:${planted}`).toString('base64'), encodeURIComponent(planted)];

/** Ends that a request can have. */
const replies: Readonly<Record<string, Reply>> = {
  answered: { body: '{}' },
  'answered with an echo': {
    status: 400,
    body: JSON.stringify({ error: { message: `bad key ${planted}` } }),
  },
  unauthorized: {
    status: 401,
    body: JSON.stringify({ error: { message: `Incorrect API key: ${planted}` } }),
  },
  'too many': { status: 429, headers: { 'retry-after': '3600' } },
  'broken off': { cutAfter: 3 },
  'no answer of its kind': { headers: { 'content-type': 'text/html' }, body: `<p>${planted}</p>` },
  redirected: { status: 302, headers: { location: `http://127.0.0.1:9/?key=${planted}` } },
};

class World {
  readonly folder = path.join(temporaryFolder(), 'network');
  readonly lines: string[] = [];
  readonly thrown: unknown[] = [];
  readonly ledger: NetworkLedger;
  readonly egress: Egress;

  constructor(options: EgressOptions = {}, folder?: string) {
    const write = (message: string): void => void this.lines.push(message);
    this.ledger = new NetworkLedger({ folder: folder ?? this.folder, log: write, workspace: () => null });
    const log = { info: write, debug: write };
    this.egress = new Egress({ ...withLog({ log, ledger: this.ledger.record }), ...options });
  }

  async ask(request: EgressRequest): Promise<void> {
    try {
      await (await this.egress.request(request)).text(10_000);
    } catch (error) {
      this.thrown.push(error);
    }
  }

  /** Everything that was written, shown, thrown and would be exported. */
  async traces(): Promise<string> {
    await this.ledger.flush();
    const entries = await this.ledger.entries().catch(() => []);
    const files = readdirSync(this.folder, { withFileTypes: true }).map(({ name }) =>
      readFileSync(path.join(this.folder, name), 'utf8'),
    );
    const errors = this.thrown.map((error) => inspect(error, { depth: 10, showHidden: true }));
    return [...this.lines, ...files, ...errors, ledgerJson(entries), ledgerCsv(entries)].join('\n');
  }
}

function assertClean(traces: string): void {
  for (const form of forms) assert.ok(!traces.includes(form), traces);
}

describe('a planted key', () => {
  let server: FaultServer;
  before(async () => void (server = await FaultServer.start(Buffer.from('x'))));
  after(() => server.stop());

  const secretly = (address: string): EgressRequest => ({
    ...{ purpose: 'endpoint', method: 'POST', body: planted, redirects: 0, connectMs: 2000 },
    address: `${address.replace('://', `://user:${planted}@`)}/${planted}?key=${planted}`,
    headers: { authorization: `Bearer ${planted}`, 'x-api-key': planted },
  });

  for (const [how, reply] of Object.entries(replies)) {
    it(`is in no trace of a request that is ${how}`, async () => {
      const world = new World();
      server.reply = () => reply;
      const before = server.requests.length;
      await world.ask({ ...secretly(server.address('')), headers: { 'x-api-key': planted } });
      await world.ask({ ...secretly(server.address('')), address: server.address(`/?key=${planted}`) });
      const seen = server.requests.slice(before);
      assert.ok(seen.length === 2 && inspect(seen).includes(planted), 'the server did get it');
      const traces = await world.traces();
      assert.match(traces, /"host":"127\.0\.0\.1:\d+"/);
      assertClean(traces);
    });
  }

  it('is in no trace of a request that nobody answers, that is refused, or that can’t be written down', async () => {
    const guard = networkGuard({ offline: () => 'go on.', trusted: () => true });
    const worlds = [new World(), new World({ guard })];
    for (const world of worlds) {
      await world.ask(secretly('http://127.0.0.1:9'));
      assert.equal(world.thrown.length, 1);
      assertClean(await world.traces());
    }
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const full = new World({}, file);
    await full.ask({ ...secretly('https://hearth.invalid') });
    assert.match(inspect(full.thrown), /can't be written down/);
    for (const form of forms) assert.ok(!inspect(full.thrown, { depth: 10 }).includes(form));
  });

  it('is in no trace of a request through a proxy that wants one', async () => {
    const address = server.address('').replace('://', `://user:${planted}@`);
    server.reply = () => ({ status: 407 });
    const world = new World({ proxy: { address, environment: {}, authorization: `Basic ${planted}` } });
    const before = server.requests.length;
    await world.ask({ ...secretly('http://hearth.invalid'), allowHttp: true });
    assert.ok(inspect(server.requests.slice(before)).includes(planted), 'the proxy did get it');
    assertClean(await world.traces());
  });

  for (const api of endpointApis) {
    it(`is in no trace of an endpoint that speaks as ${api}`, async () => {
      const query: ChatQuery = {
        messages: [{ role: 'user', content: 'Where?' }],
        ...{ tools: [], answerStart: '', maxTokens: 10, thinking: false, temperature: 0, stops: [] },
      } as unknown as ChatQuery;
      for (const reply of Object.values(replies)) {
        server.reply = () => reply;
        const world = new World();
        const endpoint: Endpoint = {
          ...{
            name: 'Team',
            address: server.address('').replace(/\/$/, ''),
            api,
            model: 'm',
            roles: ['chat'],
          },
          ...{ class: 'local', contextTokens: null, price: null, keepAliveMinutes: null },
        };
        const keys = { get: () => Promise.resolve(planted) };
        const log = (message: string): void => void world.lines.push(message);
        const client = createEndpointClient(endpoint, { egress: world.egress, keys, log });
        const about = { endpoint: 'Team', purpose: 'chat', places: [], tokens: 3, redactions: 0 } as const;
        const { signal } = new AbortController();
        const before = server.requests.length;
        await client.chat(query, { signal, about }).catch((error: unknown) => world.thrown.push(error));
        assert.equal(world.thrown.length, 1);
        assert.ok(inspect(server.requests.slice(before)).includes(planted), 'the server did get it');
        const shown = world.thrown.map((error) => (error as Error).message).join('\n');
        for (const form of forms) assert.ok(!shown.includes(form), shown);
        assertClean(await world.traces());
      }
    });
  }
});
