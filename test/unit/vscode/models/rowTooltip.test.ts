import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rowTooltip, sourceTexts } from '../../../../src/vscode/models/rowTooltip.ts';
import { installedRow, memoryFit, modelRow, pullRow } from '../../../support/modelRows.ts';

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe("a row's tooltip", () => {
  it('has the memory as a table, what is known of the model, and where it comes from', () => {
    const row = modelRow({ description: 'Good at many languages.', fit: memoryFit({ gpuLayers: 29 }) });
    assert.deepEqual(lines(rowTooltip(row)), [
      '**Coder 7B Q4\\_K\\_M**',
      'Good at many languages.',
      '| Memory |  |',
      '| :-- | --: |',
      '| Weights | 4.7 GB |',
      '| KV cache of 4,096 tokens | 300.0 MB |',
      '| Compute buffers | 200.0 MB |',
      '| The engine itself | 100.0 MB |',
      '| **All** of 12.0 GB available | **5.3 GB** |',
      'Fits well. The largest context that fits has 32,768 tokens. The GPU has room for 29 layers.',
      'Expected here: reads about 400 tokens/s, writes about 20 tokens/s',
      '7.6 billion parameters, trained for 32,768 tokens',
      'Licence: Apache\\-2.0',
      'From: the catalogue, models.example',
    ]);
  });

  it('shows the digest of what is here', () => {
    const sha256 = 'ab'.repeat(32);
    assert.match(rowTooltip(installedRow('/b.gguf', { sha256 })), new RegExp(`SHA-256: ${sha256}$`));
    assert.doesNotMatch(rowTooltip(installedRow('/b.gguf')), /SHA-256/);
  });

  it('names no context where none fits', () => {
    const fit = memoryFit({ verdict: 'does-not-fit', largestContext: 0 });
    assert.ok(lines(rowTooltip(modelRow({ fit }))).includes('Does not fit.'));
  });

  it('says what is wrong, with the model and with its download', () => {
    const row = modelRow({
      problem: 'The file is half there.',
      pull: pullRow({ state: 'failed', problem: 'The disk is full.' }),
    });
    const text = rowTooltip(row);
    assert.match(text, /\$\(warning\) The file is half there\./);
    assert.match(text, /\$\(warning\) The disk is full\./);
  });

  it('holds nothing but its source where nothing else is known', () => {
    const row = installedRow('/models/m.gguf', {
      quantization: null,
      fit: null,
      speed: null,
      parameters: null,
      trainedContext: null,
      licence: null,
    });
    assert.deepEqual(lines(rowTooltip(row)), ['**Coder 7B**', "From: Hearth's own folder", '/models/m.gguf']);
  });

  it('shows a hostile name, licence or path as plain text', () => {
    const hostile = '$(trash) [x](command:evil) <img src=x> `a` | b';
    const row = installedRow(`/m/${hostile}.gguf`, { name: hostile, quantization: null, licence: hostile });
    const text = rowTooltip(row);
    assert.doesNotMatch(text, /\$\(trash|\]\(command|(?<!\\)<img|(?<!\\)`/);
    assert.equal(text.split('\\[x\\]\\(command:evil\\)').length - 1, 3, 'it stands there, escaped');
  });

  it('has words for small models', () => {
    assert.match(rowTooltip(modelRow({ parameters: 14_999_999 })), /^15 million parameters/m);
    assert.match(rowTooltip(modelRow({ parameters: 999_900_000 })), /^1\.0 billion parameters/m);
    assert.match(rowTooltip(modelRow({ parameters: 12_345 })), /^12,345 parameters/m);
  });

  it('has words for every source', () => {
    assert.equal(new Set(Object.values(sourceTexts)).size, Object.keys(sourceTexts).length);
  });
});
