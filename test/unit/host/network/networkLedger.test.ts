import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  symlinkSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NetworkLedger } from '../../../../src/host/network/networkLedger.ts';
import { EgressError } from '../../../../src/remote/egressError.ts';
import type { EgressEnd } from '../../../../src/remote/egressTypes.ts';
import { repository, temporaryFolder } from '../../../support/engine.ts';
import { closedRequest, openedRequest } from '../../../support/ledgerEntries.ts';

function ledgerIn(folder: string, fileBytes?: number): { ledger: NetworkLedger; log: string[] } {
  const log: string[] = [];
  const workspace = (): string => 'file:///shop';
  const options = { folder, log: (message: string) => void log.push(message), workspace };
  return { ledger: new NetworkLedger(fileBytes === undefined ? options : { ...options, fileBytes }), log };
}

const newFolder = (): string => path.join(temporaryFolder(), 'state/network');
const filesOf = (folder: string): string[] => readdirSync(folder).sort();
const textOf = (folder: string): string =>
  filesOf(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('');

describe('NetworkLedger', () => {
  it('has a request on the disk before it goes on, and its end after', async () => {
    const folder = newFolder();
    const { ledger } = ledgerIn(folder);
    const end = await ledger.record(openedRequest());
    assert.match(textOf(folder), /^\{"id":"[^"]+".*"host":"api\.example:443".*\}\n$/);
    const [open] = await ledger.entries();
    assert.deepEqual([open?.end, open?.running], [null, true]);
    end(closedRequest());
    await ledger.flush();
    const [{ id = '', ...entry } = {}, ...others] = await ledger.entries();
    assert.ok(id !== '' && others.length === 0);
    const { when, ...opened } = openedRequest();
    assert.deepEqual(entry, {
      ...{ at: when, workspace: 'file:///shop', pid: process.pid, running: false, end: closedRequest() },
      ...opened,
    });
  });

  it('tells who listens of each line, and no more once told so', async () => {
    const { ledger } = ledgerIn(newFolder());
    let told = 0;
    const stop = ledger.onChange(() => (told += 1));
    const end = await ledger.record(openedRequest());
    assert.equal(told, 1);
    end(closedRequest());
    await ledger.flush();
    await ledger.entries();
    assert.equal(told, 2);
    stop();
    await ledger.clear();
    assert.equal(told, 2);
  });

  it('takes a request whose program is gone for cut off', async () => {
    const folder = newFolder();
    const child = spawn(process.execPath, [], { stdio: 'ignore' });
    await once(child, 'exit');
    await ledgerIn(folder).ledger.record(openedRequest({ when: Date.now() }));
    const [file = ''] = filesOf(folder);
    const text = textOf(folder).replace(`"pid":${process.pid}`, `"pid":${child.pid}`);
    writeFileSync(path.join(folder, file), text);
    const [entry] = await ledgerIn(folder).ledger.entries();
    assert.deepEqual([entry?.end, entry?.running], [null, false]);
  });

  it('keeps what other windows write, whatever comes between, and reads it while it grows', async () => {
    const step = fc.record({ who: fc.constantFrom(0, 1), what: fc.constantFrom('open', 'end', 'read') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const folder = newFolder();
        const writers = [0, 1].map(() => ({ ...ledgerIn(folder, 4000), open: [] as Promise<EgressEnd>[] }));
        const wanted = new Map<string, number | null>();
        const all: Promise<unknown>[] = [];
        for (const [index, { who, what }] of steps.entries()) {
          const writer = writers[who];
          assert.ok(writer);
          if (what === 'open') {
            const host = `h${index}:1`;
            wanted.set(host, null);
            const recorded = Promise.resolve(writer.ledger.record(openedRequest({ host, when: index })));
            writer.open.push(
              recorded.then((end) => (closed) => (wanted.set(host, closed.sent), end(closed))),
            );
            all.push(recorded);
          } else if (what === 'end') {
            const opened = writer.open.shift();
            all.push(Promise.resolve(opened?.then((end) => end(closedRequest({ sent: index })))));
          } else all.push(writer.ledger.entries());
        }
        await Promise.all(all);
        for (const { ledger } of writers) await ledger.flush();
        for (const { ledger, log } of writers) {
          const entries = await ledger.entries();
          assert.deepEqual(new Map(entries.map(({ host, end }) => [host, end?.sent ?? null])), wanted);
          assert.deepEqual(log, []);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing of two processes that write at once and begin new files', async () => {
    const folder = newFolder();
    const child = path.join(repository, 'test/support/ledgerChild.ts');
    const ends = ['a', 'b'].map((name) =>
      once(spawn(process.execPath, [child, folder, name, '100'], { stdio: 'inherit' }), 'exit'),
    );
    for (const [code] of await Promise.all(ends)) assert.equal(code, 0);
    const entries = await ledgerIn(folder).ledger.entries();
    const names = entries.flatMap(({ host, end }) => (end === null ? [] : [host])).sort();
    const wanted = ['a', 'b'].flatMap((name) =>
      Array.from({ length: 100 }, (_, at) => `${name}-${at}.example:443`),
    );
    assert.deepEqual(names, wanted.sort());
    assert.ok(filesOf(folder).length > 2, 'files were full');
  });

  it('drops the oldest, never grows beyond its bounds, and keeps what left this machine apart', async () => {
    const folder = newFolder();
    const { ledger } = ledgerIn(folder, 2000);
    (await ledger.record(openedRequest({ host: 'away:1' })))(closedRequest());
    for (let number = 0; number < 100; number += 1) {
      const opened = openedRequest({ host: `local-${number}:1`, reach: 'loopback', when: number });
      (await ledger.record(opened))(closedRequest());
    }
    await ledger.flush();
    const hosts = (await ledger.entries()).map(({ host }) => host);
    assert.ok(hosts.includes('away:1') && hosts.includes('local-99:1') && !hosts.includes('local-0:1'));
    for (let number = 0; number < 100; number += 1) await ledger.record(openedRequest({ when: number }));
    const sizes = filesOf(folder).map((name) => statSync(path.join(folder, name)).size);
    assert.equal(sizes.length, 10);
    for (const size of sizes) assert.ok(size < 3000, `${size} bytes`);
  });

  it('skips damaged lines and those of a kind that it does not know', async () => {
    const folder = newFolder();
    const { ledger } = ledgerIn(folder);
    await ledger.record(openedRequest({ host: 'first:1', when: 1 }));
    const file = path.join(folder, filesOf(folder)[0] ?? '');
    appendFileSync(file, '\u0000\u0000\n{"id":"x","end":{"outcome":"lost"}}\n[]\n{"id":"half","at":1');
    await ledger.record(openedRequest({ host: 'second:1', when: 2 }));
    const other = ledgerIn(folder).ledger;
    for (const one of [ledger, other])
      assert.deepEqual(
        (await one.entries()).map(({ host }) => host),
        ['second:1', 'first:1'],
      );
  });

  it('is cleared for all windows, and goes on', async () => {
    const folder = newFolder();
    const [one, other] = [ledgerIn(folder).ledger, ledgerIn(folder).ledger];
    const end = await one.record(openedRequest());
    await other.entries();
    await other.clear();
    assert.deepEqual([await one.entries(), await other.entries(), filesOf(folder)], [[], [], []]);
    end(closedRequest());
    await one.record(openedRequest({ host: 'later:1' }));
    assert.deepEqual(
      (await other.entries()).map(({ host }) => host),
      ['later:1'],
    );
  });

  it('is empty where nothing was ever written, and makes no folder for looking', async () => {
    const folder = newFolder();
    assert.deepEqual(await ledgerIn(folder).ledger.entries(), []);
    assert.throws(() => readdirSync(folder), { code: 'ENOENT' });
  });
});

describe('NetworkLedger and the disk', () => {
  it('lets nobody else read it', async () => {
    const folder = newFolder();
    const { ledger } = ledgerIn(folder);
    await ledger.record(openedRequest());
    const file = path.join(folder, filesOf(folder)[0] ?? '');
    if (process.platform === 'win32') return;
    assert.deepEqual([statSync(folder).mode & 0o777, statSync(file).mode & 0o777], [0o700, 0o600]);
  });

  if (process.platform === 'linux') {
    it('refuses what a full disk does not take', async () => {
      const folder = newFolder();
      mkdirSync(folder, { recursive: true });
      symlinkSync('/dev/full', path.join(folder, 'away-000001.jsonl'));
      await assert.rejects(async () => ledgerIn(folder).ledger.record(openedRequest()), {
        code: 'forbidden',
        message: /can't be written down before, in .* \(ENOSPC\): make room on the disk/,
      });
    });
  }

  it('refuses what would go elsewhere unwritten, in one sentence, and lets downloads and this machine go on', async () => {
    const folder = newFolder();
    mkdirSync(path.dirname(folder), { recursive: true });
    // No folder can be made where a file is, whoever the user is.
    writeFileSync(folder, '');
    const { ledger, log } = ledgerIn(folder);
    for (const reach of ['internet', 'private'] as const) {
      for (const purpose of ['endpoint', 'endpoint-probe'] as const) {
        await assert.rejects(
          async () => ledger.record(openedRequest({ reach, purpose })),
          (error) =>
            error instanceof EgressError &&
            error.code === 'forbidden' &&
            error.message.startsWith('What would be sent to api.example:443 ') &&
            error.message.includes(folder),
        );
      }
    }
    assert.deepEqual(log, []);
    const goOn = [
      openedRequest({ purpose: 'model-download', about: null }),
      openedRequest({ reach: 'loopback' }),
      openedRequest({ reach: 'unix' }),
    ];
    for (const opened of goOn) (await ledger.record(opened))(closedRequest());
    await ledger.flush();
    await new Promise(setImmediate);
    assert.equal(log.length, 6);
    for (const line of log) assert.match(line, /^Network: .*could not be written/);
  });
});
