/** Hearth's own catalogue: what a machine can check of it without asking anybody. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { parsePullAddress } from '../../../src/core/models/address.ts';
import { memoryClassFor, sizeOf, type CatalogueModel } from '../../../src/core/models/catalogue.ts';
import { fimFamilies } from '../../../src/core/prompt/families.ts';
import { parseQuantization } from '../../../src/core/models/quantization.ts';
import { readCatalogueFile } from '../../../src/models/catalogueFile.ts';

const folder = path.join(import.meta.dirname, '../../../models');
let models: readonly CatalogueModel[] = [];
before(async () => {
  const { catalogue, problems, notes } = await readCatalogueFile(path.join(folder, 'catalogue.json'));
  assert.deepEqual([problems, notes], [[], []]);
  models = catalogue?.models ?? [];
});
const downloads = () =>
  models.filter(({ quantizations }) => quantizations.every(({ bundled }) => bundled === undefined));

describe("Hearth's own catalogue", () => {
  it('has what was asked for', () => {
    assert.ok(models.length >= 15, String(models.length));
    const families = new Set(models.map(({ family }) => family));
    for (const family of [
      ...[
        'Qwen2.5-Coder',
        'Qwen3-Coder',
        'StarCoder2',
        'DeepSeek-Coder-V2',
        'Codestral',
        'Granite',
        'Granite Code',
      ],
      ...['Mellum', 'Seed-Coder', 'CodeGemma', 'Gemma 3', 'gpt-oss', 'Devstral', 'Hearth'],
    ]) {
      assert.ok(families.has(family), family);
    }
  });

  it('has addresses that can be pulled, each once', () => {
    const seen = new Set<string>();
    for (const { quantizations } of downloads()) {
      for (const { files, name } of quantizations) {
        const target = parsePullAddress(files[0]?.address ?? '', { inCatalogue: () => false });
        assert.ok('kind' in target && target.kind === 'files', JSON.stringify(target));
        const addresses = files.map(({ address }) => address);
        assert.deepEqual(target.addresses, addresses, 'all parts, in order');
        assert.ok(target.repository !== null);
        for (const address of addresses) {
          assert.ok(!seen.has(address), address);
          seen.add(address);
        }
        assert.equal(parseQuantization(target.fileName)?.label, name, target.fileName);
      }
    }
  });

  it('has sizes that go with the parameters and the bits', () => {
    for (const model of models) {
      for (const quantization of model.quantizations) {
        const bits = parseQuantization(quantization.name)?.bitsPerWeight ?? 0;
        const { bytes } = sizeOf(quantization);
        const expected = (model.parameters.total * bits) / 8;
        // Small models keep large embeddings, sometimes twice, at 8 bits.
        const embeddings = (model.shape?.vocabulary ?? 0) * (model.shape?.embedding ?? 0);
        const what = `${model.id} ${quantization.name}: ${bytes} for ${expected}`;
        assert.ok(bytes > 0.85 * expected, what);
        assert.ok(bytes < 1.12 * expected + embeddings * 1.6, what);
        const known =
          quantization.files.length > 0 && quantization.files.every((file) => file.bytes !== undefined);
        assert.equal(
          quantization.approximateBytes === undefined,
          known || quantization.bundled !== undefined,
          what,
        );
      }
    }
  });

  it('has parameters that go with the shapes', () => {
    for (const { id, shape, parameters } of models) {
      if (shape === undefined) continue;
      const { layers, embedding, vocabulary, headDim, valueDim = headDim, kvHeads, experts } = shape;
      const heads = shape.heads ?? embedding / headDim;
      const attention = embedding * (heads * headDim + heads * valueDim + kvHeads * (headDim + valueDim));
      const wide = experts === undefined ? (shape.feedForward ?? 0) : experts.total * experts.feedForward;
      // Two matrices without a gate, three with one.
      const [plain, gated] = [2, 3].map((matrices) => layers * (attention + matrices * embedding * wide));
      const ends = vocabulary * embedding * (shape.tied === false ? 2 : 1);
      const nearest = [plain, gated].map((sum) => Math.abs(((sum ?? 0) + ends) / parameters.total - 1));
      assert.ok(Math.min(...nearest) < 0.06, `${id}: ${nearest.join(', ')}`);
    }
  });

  it('marks licences that forbid paid work', () => {
    const marked = models.filter(({ licence }) => licence.nonCommercial === true).map(({ id }) => id);
    assert.deepEqual(marked.sort(), ['codestral-22b', 'qwen2.5-coder-3b', 'qwen2.5-coder-3b-instruct']);
  });

  it('recommends no model for completions whose markers Hearth does not know', () => {
    const known = new Set(fimFamilies.map(({ id }) => id));
    const markers: Readonly<Record<string, string>> = {
      'Qwen2.5-Coder': 'qwen-coder',
      'Qwen3-Coder': 'qwen-coder',
      Hearth: 'qwen-coder',
      StarCoder2: 'starcoder2',
      'DeepSeek-Coder-V2': 'deepseek-coder',
      Codestral: 'codestral',
      'Granite Code': 'granite-code',
      Mellum: 'mellum',
      'Seed-Coder': 'seed-coder',
      CodeGemma: 'codegemma',
    };
    for (const { id, family, roles } of models) {
      if (roles.includes('completion')) assert.ok(known.has(markers[family] ?? ''), id);
    }
  });

  it('says who made each model, how strong it is in each of its roles, and where it is at ease', () => {
    for (const { id, roles, strength, source, summary, quantizations, memoryClass } of models) {
      assert.deepEqual(Object.keys(strength ?? {}), [...roles], id);
      assert.match(summary, /^[A-Z].*\.$/, id);
      const smallest = Math.min(...quantizations.map((one) => sizeOf(one).bytes));
      assert.equal(memoryClass, memoryClassFor(smallest), id);
      if (quantizations.every(({ bundled }) => bundled === undefined)) assert.ok(source !== undefined, id);
    }
  });

  it('knows the file that ships with Hearth', async () => {
    const bundled = models.flatMap(({ quantizations }) => quantizations.flatMap((one) => one.bundled ?? []));
    assert.equal(bundled.length, 1);
    for (const { file, bytes, sha256 } of bundled) {
      const content = await readFile(path.join(folder, file));
      assert.equal(content.length, bytes);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    }
  });

  it('pins the commit wherever it gives a digest', () => {
    for (const { files } of models.flatMap(({ quantizations }) => quantizations)) {
      for (const { address, sha256, bytes } of files) {
        if (sha256 === undefined) continue;
        assert.match(address, /\/resolve\/[0-9a-f]{40}\//, address);
        assert.ok(bytes !== undefined, address);
      }
    }
  });
});
