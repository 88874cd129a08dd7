import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Connection, type RequestOptions } from '../../src/engine/connection.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import type { Method, Params, Results } from '../../src/engine/protocol.ts';
import { MachineProbe } from '../../src/host/models/machineProbe.ts';
import { SpeedBook } from '../../src/host/models/speedBook.ts';
import { alive, enginePath, starterPath, temporaryFolder } from '../support/engine.ts';

const settings: LoadSettings = {
  ...loadDefaults,
  modelPath: starterPath,
  device: 'cpu',
  contextTokens: 4096,
  threads: 1,
  stateFolder: null,
  draftModelPath: null,
};

/** A connection that tells what is asked. */
class Watched extends Connection {
  asked: (method: Method) => void = () => undefined;

  override request<M extends Method>(
    method: M,
    params: Params<M>,
    options: RequestOptions,
  ): Promise<Results[M]> {
    const answer = super.request(method, params, options);
    this.asked(method);
    return answer;
  }
}

interface World {
  readonly probe: MachineProbe;
  readonly folder: string;
  readonly speeds: SpeedBook;
  readonly pids: number[];
  readonly log: string[];
}

/** A measurement with real processes, of a model that is loaded at once. */
function world(asked: (method: Method) => void = () => undefined, milliseconds = 300): World {
  const folder = path.join(temporaryFolder(), 'probe');
  const speeds = new SpeedBook(null);
  const pids: number[] = [];
  const log: string[] = [];
  const probe = new MachineProbe({
    engine: {
      enginePath,
      log: (level, message) => void log.push(`${level}: ${message}`),
      connect: (options) => {
        const connection = new Watched(options);
        connection.asked = asked;
        pids.push(connection.pid ?? 0);
        return connection;
      },
    },
    folder,
    settings: () => settings,
    loaded: () => null,
    speeds,
    freeMemory: () => Promise.resolve(8e9),
    shape: { layers: 4, width: 256, heads: 4, keyValueHeads: 2, feedForward: 512 },
    milliseconds,
  });
  return { probe, folder, speeds, pids, log };
}

describe('the measurement of the machine', () => {
  it('is of a model that llama.cpp takes as it is, and leaves neither a file nor a process', async () => {
    const { probe, folder, speeds, pids, log } = world();
    assert.equal(await probe.run(), true, log.join('\n'));
    const found = probe.known(await speeds.all());
    assert.ok(found !== null);
    assert.ok(found.promptTokensPerSecond > 0 && Number.isFinite(found.promptTokensPerSecond));
    assert.ok(found.decodeTokensPerSecond > 0 && Number.isFinite(found.decodeTokensPerSecond));
    // A byte and a sixteenth for a parameter, and four for those of the norms.
    const share = found.weightBytes / found.parameters.total;
    assert.ok(share > 34 / 32 && share < 1.08, `${share}`);
    assert.deepEqual(
      log.filter((line) => /^(warn|error)/.test(line)),
      [],
    );
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(pids.length, 1);
    assert.ok(pids.every((pid) => !alive(pid)));
  });

  for (const at of ['load', 'measure'] as const) {
    it(`leaves neither when it is broken off in ${at}`, async () => {
      const controller = new AbortController();
      const asked: Method[] = [];
      const watch = (method: Method): void => {
        asked.push(method);
        if (method === at) controller.abort();
      };
      const { probe, folder, speeds, pids } = world(watch, 60_000);
      assert.equal(await probe.run(controller.signal), false);
      assert.ok(asked.includes(at));
      assert.deepEqual(readdirSync(folder), []);
      assert.ok(pids.length === 1 && pids.every((pid) => !alive(pid)));
      assert.equal((await speeds.all()).size, 0);
    });
  }
});
