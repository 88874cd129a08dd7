import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseFile } from '../../../../src/core/models/hubListing.ts';

const digest = 'ab'.repeat(32);
const commit = 'c0'.repeat(20);
const sibling = (rfilename: string, size = 5) => ({
  rfilename,
  size,
  blobId: 'x',
  lfs: { size, sha256: digest },
});
const listing = {
  sha: commit,
  siblings: [
    { rfilename: 'README.md', size: 9 },
    sibling('mmproj-model-f16.gguf'),
    sibling('x-imatrix.gguf'),
    sibling('x-Q8_0.gguf', 8),
    sibling('x-Q4_K_M.gguf', 4),
    sibling('x-UD-Q4_K_XL.gguf', 4),
    sibling('BF16/x-BF16-00002-of-00002.gguf', 2),
    sibling('BF16/x-BF16-00001-of-00002.gguf', 1),
    sibling('x-Q6_K-00001-of-00002.gguf'),
  ],
};
const target = (quantization: string | null) => ({
  repository: 'owner/repo',
  host: 'https://huggingface.co',
  quantization,
});
const at = (file: string) => `https://huggingface.co/owner/repo/resolve/${commit}/${file}`;

describe('chooseFile', () => {
  it('takes the wanted quantisation, at the commit that the list is of', () => {
    const choice = chooseFile(listing, target('q8_0'));
    assert.ok('files' in choice);
    assert.deepEqual(choice.files, [{ address: at('x-Q8_0.gguf'), bytes: 8, sha256: digest }]);
    assert.equal(choice.fileName, 'x-Q8_0.gguf');
    assert.equal(choice.quantization?.name, 'Q8_0');
  });
  it('takes all parts in order', () => {
    const choice = chooseFile(listing, target('BF16'));
    assert.ok('files' in choice);
    const addresses = choice.files.map(({ address }) => address);
    assert.deepEqual(
      addresses,
      [1, 2].map((n) => at(`BF16/x-BF16-0000${n}-of-00002.gguf`)),
    );
  });
  it('takes the best balanced one where none is named', () => {
    const choice = chooseFile(listing, target(null));
    assert.ok('files' in choice);
    assert.equal(choice.fileName, 'x-Q4_K_M.gguf');
  });
  it('takes a dynamic one where there is no other of the name', () => {
    const choice = chooseFile(listing, target('Q4_K_XL'));
    assert.ok('files' in choice);
    assert.equal(choice.fileName, 'x-UD-Q4_K_XL.gguf');
  });
  it('takes the only file, whatever its name', () => {
    const choice = chooseFile({ siblings: [{ rfilename: 'model.gguf' }] }, target(null));
    assert.ok('files' in choice);
    assert.deepEqual(choice.files, [
      { address: 'https://huggingface.co/owner/repo/resolve/main/model.gguf', bytes: null, sha256: null },
    ]);
  });

  const refused: [what: string, listing: unknown, quantization: string | null, problem: RegExp][] = [
    // Half of its parts are missing.
    [
      'a split model that is not whole',
      listing,
      'Q6_K',
      /^owner\/repo has no Q6_K\. It has Q8_0, Q4_K_M, UD-Q4_K_XL, BF16\.$/,
    ],
    ['a quantisation that is not there', listing, 'IQ2_M', /has no IQ2_M/],
    [
      'several files without a known name',
      { siblings: [sibling('a.gguf'), sibling('b.gguf')] },
      null,
      /several models: say which file\.$/,
    ],
    [
      'a repository without models',
      { siblings: [sibling('model.safetensors')] },
      null,
      /has no GGUF model: look for/,
    ],
    [
      'an answer of another form',
      { error: 'not found' },
      null,
      /The list of files of owner\/repo can't be read\./,
    ],
    ['no answer', null, null, /can't be read/],
    [
      'paths that leave the repository',
      { siblings: [sibling('../x-Q4_K_M.gguf')] },
      null,
      /has no GGUF model/,
    ],
  ];
  for (const [what, list, quantization, problem] of refused) {
    it(`refuses ${what}`, () => {
      const choice = chooseFile(list, target(quantization));
      assert.ok('problem' in choice);
      assert.match(choice.problem, problem);
    });
  }

  it('takes no bytes or digests that make no sense', () => {
    const odd = { siblings: [{ rfilename: 'm.gguf', size: -1, lfs: { sha256: 'XYZ', size: 1.5 } }] };
    const choice = chooseFile(odd, target(null));
    assert.ok('files' in choice);
    assert.deepEqual(choice.files[0], {
      address: 'https://huggingface.co/owner/repo/resolve/main/m.gguf',
      bytes: null,
      sha256: null,
    });
  });
  it('never throws, whatever the hub answers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (any, siblings) => {
        for (const list of [any, { siblings }, { sha: any, siblings: [{ rfilename: any, lfs: any }] }]) {
          const choice = chooseFile(list, target(null));
          assert.ok('problem' in choice || choice.files.length > 0);
        }
      }),
    );
  });
});
