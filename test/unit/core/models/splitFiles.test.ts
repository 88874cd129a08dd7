import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GgufError } from '../../../../src/core/models/ggufTypes.ts';
import {
  partNames,
  readModelHeader,
  splitName,
  type ModelHeader,
} from '../../../../src/core/models/splitFiles.ts';
import { encodeHeader, string, uint32, type GgufInput } from '../../../support/ggufWriter.ts';

/** The bytes of one part: its header and the zeros of its weights. */
function part(metadata: Record<string, GgufInput>, ...tensors: string[]): Uint8Array {
  const { header, dataBytes } = encodeHeader({
    metadata: new Map(Object.entries(metadata)),
    tensors: tensors.map((name) => ({ name, dims: [32, 2], type: 'F32' })),
  });
  const bytes = new Uint8Array(Math.ceil(header.length / 32) * 32 + dataBytes);
  bytes.set(header);
  return bytes;
}

const place = (no: number, count = 3, tensors = 4): Record<string, GgufInput> => ({
  'split.no': { type: 'uint16', value: no },
  'split.count': { type: 'uint16', value: count },
  'split.tensors.count': { type: 'int32', value: tensors },
});
const first = { 'general.architecture': string('llama'), 'general.name': string('big') };
const name = (number: number, count = 3): string => `/models/big-0000${number}-of-0000${count}.gguf`;

const whole: Readonly<Record<string, Uint8Array>> = {
  [name(1)]: part({ ...first, ...place(0) }, 'token_embd.weight'),
  [name(2)]: part(place(1), 'blk.0.attn_q.weight', 'blk.0.attn_k.weight'),
  [name(3)]: part(place(2), 'output.weight'),
};

/** Reads a model of these files; checks that every part that was opened is closed again. */
async function read(
  files: Readonly<Record<string, Uint8Array>>,
  asked: string,
): Promise<ModelHeader & { readonly mostOpen: number }> {
  let [open, mostOpen] = [0, 0];
  try {
    const header = await readModelHeader(asked, (file) => {
      const bytes = files[file];
      if (bytes === undefined) return Promise.resolve(null);
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      return Promise.resolve({
        size: bytes.length,
        read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length)),
        close: () => Promise.resolve(void (open -= 1)),
      });
    });
    return { ...header, mostOpen };
  } finally {
    assert.equal(open, 0, 'a part was left open');
  }
}

function refuses(files: Record<string, Uint8Array>, message: RegExp, asked = name(1)): Promise<void> {
  return assert.rejects(read(files, asked), (error) => {
    assert.ok(error instanceof GgufError, String(error));
    assert.match(error.message, message);
    assert.match(error.message, /^(It|Its) .*[^.]\.$/u);
    return true;
  });
}

test('a name says which part it is, and the names of all', () => {
  assert.deepEqual(splitName('m-00002-of-00012.gguf'), { base: 'm', index: 2, count: 12 });
  assert.deepEqual(splitName('C:\\модели\\m-00001-of-00001.gguf'), {
    base: 'C:\\модели\\m',
    index: 1,
    count: 1,
  });
  for (const none of ['m.gguf', 'm-1-of-2.gguf', 'm-00003-of-00002.gguf', 'm-00000-of-00002.gguf', '']) {
    assert.equal(splitName(none), null, none);
  }
  assert.deepEqual(partNames(name(2)), [name(1), name(2), name(3)]);
  assert.deepEqual(partNames('whole.gguf'), ['whole.gguf']);
});

test('the parts’ headers as one, whichever part was named', async () => {
  for (const asked of Object.keys(whole)) {
    const model = await read(whole, asked);
    assert.deepEqual(
      model.tensors.map((tensor) => tensor.name),
      ['token_embd.weight', 'blk.0.attn_q.weight', 'blk.0.attn_k.weight', 'output.weight'],
    );
    assert.equal(model.metadata.get('general.name'), 'big');
    assert.equal(
      model.bytes,
      Object.values(whole).reduce((sum, bytes) => sum + bytes.length, 0),
    );
    assert.deepEqual(
      model.parts.map((one) => one.name),
      Object.keys(whole),
    );
    assert.equal(model.mostOpen, 1);
  }
});

test('a whole file is a model of one part, also where a tool wrote that it has one', async () => {
  const file = part({ ...first, ...place(0, 1, 1) }, 'token_embd.weight');
  for (const metadata of [first, { ...first, 'split.count': uint32(0) }]) {
    const model = await read({ 'a.gguf': part(metadata, 'token_embd.weight') }, 'a.gguf');
    assert.deepEqual([model.parts.length, model.tensors.length], [1, 1]);
  }
  assert.equal((await read({ 'a.gguf': file }, 'a.gguf')).bytes, file.length);
});

test('missing parts are named, and no more than a few of them', async () => {
  const rest = Object.fromEntries(Object.entries(whole).filter(([file]) => file !== name(2)));
  await refuses(rest, /a model of 3 parts, of which big-00002-of-00003\.gguf is missing; put all 3/u);
  await refuses(
    {},
    /of which big-00001-of-00003\.gguf, big-00002-of-00003\.gguf and perhaps more are missing/u,
  );
  await refuses({}, /It is not there \(a\.gguf\)/u, '/models/a.gguf');
  let opened = 0;
  const asked = 'm-00001-of-99999.gguf';
  await assert.rejects(
    readModelHeader(asked, () => Promise.resolve(void (opened += 1)).then(() => null)),
    /a model of 99999 parts/u,
  );
  assert.equal(opened, 3);
});

test('parts that don’t belong together', async () => {
  const with2 = (bytes: Uint8Array): Record<string, Uint8Array> => ({ ...whole, [name(2)]: bytes });
  const tensors = ['blk.0.attn_q.weight', 'blk.0.attn_k.weight'] as const;
  await refuses(
    with2(part({ ...place(1), 'general.name': string('other') }, ...tensors)),
    /big-00002-of-00003\.gguf belongs to another model than big-00001-of-00003\.gguf/u,
  );
  await refuses(with2(part(place(1, 3, 9), ...tensors)), /was split from another model/u);
  await refuses(
    with2(part(place(1, 4), ...tensors)),
    /big-00002-of-00003\.gguf says that there are 4 parts/u,
  );
  await refuses(with2(part(place(2), ...tensors)), /big-00002-of-00003\.gguf says that it is part 3/u);
  await refuses(with2(part(place(1), tensors[0])), /speaks of 4 tensors, its parts have 3/u);
  await refuses(
    with2(part(place(1), tensors[0], 'output.weight')),
    /the tensor "output\.weight" stands in two of its parts/u,
  );
  await refuses(with2(part({}, ...tensors)), /big-00002-of-00003\.gguf says that it is no part/u);
});

test('a part under another name says what it is', async () => {
  const file = whole[name(2)] ?? new Uint8Array();
  await refuses(
    { 'b.gguf': file },
    /it is part 2 of 3 of a split model, and its name does not end/u,
    'b.gguf',
  );
});

test('a damaged part is named', async () => {
  const cut = whole[name(3)]?.subarray(0, 150) ?? new Uint8Array();
  await refuses(
    { ...whole, [name(3)]: cut },
    /Its part big-00003-of-00003\.gguf can't be used\. It is cut off/u,
  );
  await refuses(
    { ...whole, [name(1)]: new Uint8Array() },
    /Its part big-00001-of-00003\.gguf .* empty file/u,
  );
});

test('an error of the disk passes through, and the part is closed', async () => {
  let closed = false;
  const part = {
    size: 100,
    read: () => Promise.reject(new Error('EIO')),
    close: () => Promise.resolve(void (closed = true)),
  };
  await assert.rejects(
    readModelHeader('a.gguf', () => Promise.resolve(part)),
    /^Error: EIO$/u,
  );
  assert.ok(closed);
});
