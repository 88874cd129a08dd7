import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { roomForBoth } from '../../../src/engine/holdBoth.ts';
import { settingsOf } from '../../support/fakeEngine.ts';

const half = 512 * 1024 * 1024;

describe('room for two models', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'hearth-room-'));
    await writeFile(path.join(folder, 'm.gguf'), new Uint8Array(1000));
  });
  after(() => rm(folder, { recursive: true }));

  it('is there for 1.2 times the file and half a gigabyte', async () => {
    const settings = settingsOf(path.join(folder, 'm.gguf'));
    assert.equal(await roomForBoth(settings, () => half + 1200), true);
    assert.equal(await roomForBoth(settings, () => half + 1199), false);
  });

  it('is no question for a file that is not there', async () => {
    assert.equal(await roomForBoth(settingsOf(path.join(folder, 'gone.gguf')), () => 0), true);
  });
});
