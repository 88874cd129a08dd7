import assert from 'node:assert/strict';
import { copyFile, open, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { EngineError } from '../../src/engine/errors.ts';
import { loadModel } from '../../src/engine/llama/loadModel.ts';
import { loadDefaults } from '../../src/engine/loadOptions.ts';
import type { EngineErrorCode } from '../../src/engine/protocol.ts';
import {
  byHand,
  completion,
  starterPath,
  stopEngines,
  temporaryFolder,
  testEngine,
} from '../support/engine.ts';
import { corrupt, sparseModel } from '../support/gguf.ts';

after(stopEngines);

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);

/** Each bad model with its code and with words that the one sentence about it must have. */
const table: { name: string; make: () => Promise<string>; code: EngineErrorCode; says: RegExp }[] = [
  {
    name: 'that is not there',
    make: () => Promise.resolve(file('nowhere.gguf')),
    code: 'model-missing',
    says: /nowhere\.gguf.*no such file.*hearth\.model\.completion/,
  },
  {
    name: 'that is a folder',
    make: () => Promise.resolve(folder),
    code: 'model-missing',
    says: /not a file/,
  },
  {
    name: 'of no length',
    make: () => corrupt.empty(file('empty.gguf')),
    code: 'model-invalid',
    says: /empty\.gguf.*empty/,
  },
  {
    name: 'that is a web page',
    make: () => corrupt.notGguf(file('page.gguf')),
    code: 'model-invalid',
    says: /not a GGUF file/,
  },
  {
    name: 'cut off in its weights',
    make: () => corrupt.truncated(starterPath, file('cut.gguf'), 4_000_000),
    code: 'model-invalid',
    says: /cut off.*4,770,848/,
  },
  {
    name: 'cut off in its header',
    make: () => corrupt.truncated(starterPath, file('beheaded.gguf'), 20_000),
    code: 'model-invalid',
    says: /cut off/,
  },
  {
    name: 'whose header claims absurd sizes',
    make: () => corrupt.absurdCounts(file('absurd.gguf')),
    code: 'model-invalid',
    says: /absurd\.gguf/,
  },
  {
    name: 'of an unknown architecture',
    make: () => corrupt.wrongArchitecture(file('alien.gguf')),
    code: 'model-unsupported',
    says: /doesn't know the kind of model.*notamodel/,
  },
  {
    name: 'with a byte changed, where SHA256SUMS lists it',
    make: tampered,
    code: 'model-tampered',
    says: /SHA256SUMS.*Reinstall/,
  },
  {
    name: 'larger than memory',
    make: async () => {
      await sparseModel({ path: file('huge.gguf'), bytes: os.totalmem() * 2 });
      return file('huge.gguf');
    },
    code: 'out-of-memory',
    says: /GB.*this machine has.*GB of memory.*smaller/,
  },
];

async function tampered(): Promise<string> {
  const copy = path.join(temporaryFolder(), 'starter.gguf');
  await copyFile(starterPath, copy);
  await copyFile(
    path.join(path.dirname(starterPath), 'SHA256SUMS'),
    path.join(path.dirname(copy), 'SHA256SUMS'),
  );
  const handle = await open(copy, 'r+');
  await handle.write(Buffer.from([0x55]), 0, 1, 4_000_000);
  await handle.close();
  return copy;
}

describe('a model file', () => {
  for (const { name, make, code, says } of table) {
    it(`${name} is refused with a sentence, without a restart`, async () => {
      const engine = testEngine(await make());
      await assert.rejects(engine.client.start(), (error: unknown) => {
        assert.ok(error instanceof EngineError);
        assert.equal(error.code, code, error.message);
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
      const { state } = engine.client;
      assert.ok(state.kind === 'failed' && state.retryInMs === null);
      await engine.client.stop();
    });
  }

  it('that makes llama.cpp abort is tried three times, then given up, and a good one works after "try again"', async () => {
    const bad = await corrupt.duplicateVocabulary(file('twice.gguf'));
    let model = bad;
    const engine = testEngine(() => model);
    const givenUp = new Promise<EngineError>((resolve) => {
      engine.client.onState((state) => {
        if (state.kind === 'failed' && state.retryInMs === null) resolve(state.error);
      });
    });
    await assert.rejects(engine.client.start(), { code: 'crashed' });
    const error = await givenUp;
    // Windows has no signals: there an abort is an exit code.
    const how = process.platform === 'win32' ? /ended unexpectedly \(exit code \d+/ : /\(SIGABRT/;
    assert.match(error.message, how);
    const starts = engine.states.filter(
      (state) => state.kind === 'starting' && state.progress.phase === 'starting',
    );
    assert.equal(starts.length, 3);
    model = starterPath;
    await engine.client.restart();
    assert.equal(engine.client.state.kind, 'ready');
    await engine.client.stop();
  });

  it('that is refused leaves nothing of llama.cpp behind', async () => {
    const bad = await corrupt.wrongArchitecture(file('refused.gguf'));
    const listening = process.listenerCount('beforeExit');
    const params = {
      ...loadDefaults,
      device: 'cpu',
      contextTokens: 768,
      threads: 1,
      remembered: {},
    } as const;
    const load = loadModel(
      { ...params, verified: [], modelPath: bad, stateFolder: null, draftModelPath: null },
      new AbortController().signal,
      () => undefined,
    );
    await assert.rejects(load, { code: 'model-unsupported' });
    assert.equal(process.listenerCount('beforeExit'), listening);
  });

  it('without a listed digest loads, and is told apart by its fingerprint', async () => {
    const copy = path.join(temporaryFolder(), 'other.gguf');
    await copyFile(starterPath, copy);
    const engine = testEngine(copy);
    const model = await engine.client.start();
    assert.equal(model.verified, false);
    assert.match(model.fingerprint, /^[0-9a-f]{64}$/);
    await engine.client.stop();
  });
});

describe('a folder for what is learnt that can’t be written', () => {
  it('costs one warning and nothing else', async () => {
    const blocker = file('a-file');
    await writeFile(blocker, '');
    const engine = testEngine(starterPath, { factsFolder: path.join(blocker, 'below') });
    await engine.client.start();
    const { text } = await engine.client.complete(completion('const a = █'), byHand);
    assert.equal(typeof text, 'string');
    await engine.client.restart();
    assert.equal(engine.log.filter((line) => line.startsWith('warn:')).length, 1, engine.log.join('\n'));
    assert.match(engine.log.find((line) => line.startsWith('warn:')) ?? '', /can't be kept|unreadable/);
    await engine.client.stop();
  });
});
