import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readGgufHeader, type GgufHeader } from '../../../../src/core/models/ggufHeader.ts';
import {
  aligned,
  encodeHeader,
  float32s,
  rowBytes,
  rows,
  uint32,
  type GgufInput,
  type TensorLayout,
} from '../../../../src/core/models/ggufWriting.ts';
import { countingSource } from '../../../support/countingSource.ts';

function read(bytes: Uint8Array): Promise<GgufHeader> {
  return readGgufHeader(countingSource(bytes), { keepArrays: ['k'] });
}

const scalars = fc.oneof<fc.Arbitrary<GgufInput>[]>(
  fc.record({ type: fc.constant('uint8' as const), value: fc.nat(255) }),
  fc.record({ type: fc.constant('int8' as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ type: fc.constant('uint16' as const), value: fc.nat(65_535) }),
  fc.record({ type: fc.constant('int16' as const), value: fc.integer({ min: -32_768, max: 32_767 }) }),
  fc.record({ type: fc.constant('uint32' as const), value: fc.nat(2 ** 32 - 1) }),
  fc.record({ type: fc.constant('int32' as const), value: fc.integer() }),
  fc.record({ type: fc.constant('float32' as const), value: fc.float({ noNaN: true }) }),
  fc.record({ type: fc.constant('float64' as const), value: fc.double({ noNaN: true }) }),
  fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'binary' }) }),
  fc.record({ type: fc.constant('uint64' as const), value: fc.bigInt(0n, 2n ** 64n - 1n) }),
  fc.record({ type: fc.constant('int64' as const), value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) }),
);

describe('encodeHeader', () => {
  it('writes values of every type so that they are read as they were', async () => {
    await fc.assert(
      fc.asyncProperty(scalars, async (input) => {
        const { header } = encodeHeader({ metadata: new Map([['k', input]]), tensors: [] });
        const found = (await read(header)).metadata.get('k');
        if (input.type === 'uint64' || input.type === 'int64')
          assert.equal(BigInt(found as number), input.value);
        else if (input.type !== 'array') assert.equal(found, input.value);
      }),
    );
    const { header } = encodeHeader({ metadata: new Map([['k', float32s([0.5, -2])]]), tensors: [] });
    const expected = { kind: 'array', type: 'float32', length: 2, values: [0.5, -2] };
    assert.deepEqual((await read(header)).metadata.get('k'), expected);
  });

  it('lays tensors out one after the other, each where the format wants it', async () => {
    const tensors: TensorLayout[] = [
      { name: 'a', dims: [3], type: 'F32' },
      { name: 'b', dims: [64, 5], type: 'Q8_0' },
      { name: 'c', dims: [256, 2, 2], type: 'Q6_K' },
    ];
    const { header, offsets, dataBytes } = encodeHeader({ metadata: new Map([['k', uint32(1)]]), tensors });
    assert.deepEqual(offsets, [0, 32, 32 + 352]);
    assert.equal(dataBytes, 32 + 352 + aligned(840));
    const whole = new Uint8Array(aligned(header.length) + dataBytes);
    whole.set(header);
    const found = await read(whole);
    assert.equal(found.dataOffset, aligned(header.length));
    assert.deepEqual(
      found.tensors.map(({ name, dims, typeName, offset, bytes }) => ({
        name,
        dims,
        typeName,
        offset,
        bytes,
      })),
      tensors.map((tensor, index) => ({
        ...{ name: tensor.name, dims: tensor.dims, typeName: tensor.type, offset: offsets[index] },
        bytes: rows(tensor) * rowBytes(tensor),
      })),
    );
  });

  it('refuses what no reader could make sense of', () => {
    const one = (tensor: TensorLayout) => (): unknown =>
      encodeHeader({ metadata: new Map(), tensors: [tensor] });
    assert.throws(one({ name: 'a', dims: [31], type: 'Q8_0' }), /A row of a does not fill blocks of Q8_0/);
    assert.throws(one({ name: 'a', dims: [32], type: 'Q9' }), /There is no ggml type Q9/);
  });
});
