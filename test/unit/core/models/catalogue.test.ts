import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  memoryClassFor,
  quantizationNamed,
  sizeOf,
  type CatalogueModel,
} from '../../../../src/core/models/catalogue.ts';

const model: CatalogueModel = {
  id: 'some-model',
  name: 'Some Model',
  family: 'Some',
  summary: 'Good for tests.',
  roles: ['chat'],
  fillInTheMiddle: false,
  parameters: { total: 100, active: 100 },
  contextTokens: 4096,
  licence: { name: 'MIT' },
  quantizations: [
    { name: 'UD-Q4_K_XL', files: [], approximateBytes: 4 },
    { name: 'UD-Q4_K_M', files: [], approximateBytes: 5 },
    { name: 'Q4_K_M', files: [], approximateBytes: 6 },
  ],
};

describe('quantizationNamed', () => {
  const table: [wanted: string, bytes: number | null][] = [
    ['q4_k_m', 6],
    ['UD-Q4_K_M', 5],
    ['Q4_K_XL', 4],
    ['Q4_K', 6],
    ['Q8_0', null],
    ['huge', null],
  ];
  for (const [wanted, bytes] of table) {
    it(wanted, () => assert.equal(quantizationNamed(model, wanted)?.approximateBytes ?? null, bytes));
  }
});

describe('sizeOf', () => {
  const address = 'https://example.org/a.gguf';
  it('adds up the parts', () => {
    const files = [
      { address, bytes: 2 },
      { address, bytes: 3 },
    ];
    assert.deepEqual(sizeOf({ name: 'Q8_0', files, approximateBytes: 9 }), { bytes: 5, exact: true });
  });
  it('estimates where the length of a part is not known', () => {
    const files = [{ address, bytes: 2 }, { address }];
    assert.deepEqual(sizeOf({ name: 'Q8_0', files, approximateBytes: 9 }), { bytes: 9, exact: false });
  });
  it('knows what ships with Hearth', () => {
    const bundled = { file: 'a.gguf', bytes: 7, sha256: '0'.repeat(64) };
    assert.deepEqual(sizeOf({ name: 'Q8_0', files: [], bundled }), { bytes: 7, exact: true });
  });
});

it('memoryClassFor leaves room for the context and the system', () => {
  const table: [gigabytes: number, size: number][] = [
    [0.4, 4],
    [1.65, 8],
    [4.7, 8],
    [4.9, 12],
    [8.1, 16],
    [18.6, 32],
    [63.4, 96],
    [500, 627],
  ];
  for (const [gigabytes, size] of table)
    assert.equal(memoryClassFor(gigabytes * 1e9), size, `${gigabytes} GB`);
});
