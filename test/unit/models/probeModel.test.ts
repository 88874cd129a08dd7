import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkComplete, readGgufHeader } from '../../../src/core/models/ggufHeader.ts';
import { shapeOf } from '../../../src/core/models/shapeOf.ts';
import { tellingBytes } from '../../../src/core/models/speed.ts';
import { fileSource } from '../../../src/disk/fileSource.ts';
import { directReader } from '../../../src/models/headerReader.ts';
import {
  probeParameters,
  probeShape,
  removeProbeModel,
  sweepProbeModels,
  writeProbeModel,
} from '../../../src/models/probeModel.ts';
import { temporaryFolder } from '../../support/engine.ts';

const small = { layers: 2, width: 64, heads: 2, keyValueHeads: 1, feedForward: 128 };

async function written(...rest: Parameters<typeof writeProbeModel>): Promise<string> {
  const file = await writeProbeModel(...rest);
  assert.ok(file !== null);
  return file;
}

describe('writeProbeModel', () => {
  it('writes a model that is large enough to tell, and takes up next to nothing', async () => {
    const folder = path.join(temporaryFolder(), 'Größe 大', 'probe');
    const file = await written(folder);
    const { size, blocks } = statSync(file);
    assert.ok(size > tellingBytes && size < 1.1 * tellingBytes, `${size}`);
    // Windows does not say what a file takes up.
    if (process.platform !== 'win32') assert.ok(blocks * 512 < 1e6, `${blocks * 512} bytes are taken up`);
    const handle = await open(file);
    const header = await readGgufHeader(fileSource(handle, size)).finally(() => handle.close());
    checkComplete(header, size);
    const shape = shapeOf(header);
    assert.equal(shape.layers.length, probeShape.layers);
    assert.deepEqual(shape.gaps, []);
    assert.equal(shape.parameters?.total, probeParameters(probeShape));
    assert.ok(await directReader.look(file));
    await removeProbeModel(file);
    await removeProbeModel(file);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('does without on a disk that has no holes and is nearly full', async () => {
    const folder = temporaryFolder();
    const taken = (file: string): Promise<number> => Promise.resolve(statSync(file).size);
    const full = { taken, free: () => Promise.resolve(9e8) };
    assert.equal(await writeProbeModel(folder, small, full), null);
    assert.deepEqual(readdirSync(folder), []);
    const roomy = await written(folder, small, { ...full, free: () => Promise.resolve(1e9) });
    const holes = await written(folder, small, { ...full, taken: () => Promise.resolve(4096) });
    assert.deepEqual([roomy, holes].map(existsSync), [true, true]);
  });

  it('leaves nothing where the disk fails, and says why', async () => {
    const folder = temporaryFolder();
    const broken = { taken: () => Promise.reject(new Error('EIO')), free: () => Promise.resolve(0) };
    await assert.rejects(writeProbeModel(folder, small, broken), /EIO/);
    assert.deepEqual(readdirSync(folder), []);
    const file = path.join(folder, 'a');
    writeFileSync(file, '');
    await assert.rejects(writeProbeModel(file, small), { code: /EEXIST|ENOTDIR/ });
  });
});

describe('sweepProbeModels', () => {
  it('removes what processes left behind that are gone, or that are others by now, and nothing else', async () => {
    const folder = temporaryFolder();
    const own = await written(folder, small);
    const old = await written(folder, small);
    utimesSync(old, 1, 1);
    // No process has so large a number.
    const left = path.join(folder, 'probe-2147483646-0a1b2c3d.gguf');
    const others = ['probe-2147483646.gguf', 'model.gguf', 'probe-x-0a.gguf'];
    for (const name of [left, ...others]) writeFileSync(path.resolve(folder, name), '');
    mkdirSync(path.join(folder, 'probe-2147483646-ff.gguf'));
    await sweepProbeModels(folder);
    const kept = [path.basename(own), ...others, 'probe-2147483646-ff.gguf'];
    assert.deepEqual(readdirSync(folder).sort(), kept.sort());
    await sweepProbeModels(path.join(folder, 'not there'));
  });
});
