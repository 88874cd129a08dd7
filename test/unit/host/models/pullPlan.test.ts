import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  addressOfKey,
  fileNameOf,
  keyOfAddress,
  planPull,
  type PlanWorld,
  type PullPlan,
} from '../../../../src/host/models/pullPlan.ts';
import { catalogueModel } from './world.ts';

const folder = path.resolve('/hearth/models');
const digest = 'ab'.repeat(32);
const hub = 'https://huggingface.co';

const models = [
  catalogueModel({
    id: 'coder-7b',
    name: 'Coder 7B',
    quantizations: [
      { name: 'Q8_0', files: [{ address: `${hub}/o/r/resolve/main/c-q8.gguf`, bytes: 80 }] },
      { name: 'Q4_K_M', files: [{ address: 'https://example.org/c.gguf', bytes: 60, sha256: digest }] },
    ],
  }),
  catalogueModel({
    id: 'starter',
    name: 'Starter',
    quantizations: [{ name: 'Q8_0', files: [], bundled: { file: 's.gguf', bytes: 1, sha256: digest } }],
  }),
];

function world(more: Partial<PlanWorld> = {}): PlanWorld {
  return {
    models,
    folder,
    hubHost: undefined,
    fetchText: (address) => Promise.reject(new Error(`Nobody may ask ${address}.`)),
    ...more,
  };
}

function targets({ files }: PullPlan): string[] {
  return files.map(({ target }) => path.relative(folder, target).split(path.sep).join('/'));
}

describe('planPull', () => {
  it('takes address, length and digest from the catalogue', async () => {
    assert.deepEqual(await planPull({ key: 'coder-7b:Q4_K_M' }, world()), {
      key: 'coder-7b:Q4_K_M',
      catalogueId: 'coder-7b:Q4_K_M',
      files: [
        {
          address: 'https://example.org/c.gguf',
          target: path.join(folder, 'coder-7b', 'c.gguf'),
          sha256: digest,
          bytes: 60,
        },
      ],
    });
  });

  it('takes what a person types for a model of the catalogue', async () => {
    const keys: Record<string, string> = {
      'coder-7b': 'coder-7b:Q4_K_M',
      'Coder-7B:q8_0': 'coder-7b:Q8_0',
      ' coder-7b:Q8_0 ': 'coder-7b:Q8_0',
    };
    for (const [address, key] of Object.entries(keys)) {
      assert.equal((await planPull({ address }, world())).key, key);
    }
  });

  it('asks another hub for what lies on the hub, and for nothing else', async () => {
    const mirror = world({ hubHost: 'https://mirror.example/hub' });
    const addressOf = async (key: string): Promise<string | undefined> =>
      (await planPull({ key }, mirror)).files[0]?.address;
    assert.equal(await addressOf('coder-7b:Q8_0'), 'https://mirror.example/hub/o/r/resolve/main/c-q8.gguf');
    assert.equal(await addressOf('coder-7b:Q4_K_M'), 'https://example.org/c.gguf');
  });

  it('chooses in the list of a repository, and is held to its digest and commit', async () => {
    const commit = 'c'.repeat(40);
    const listing = {
      sha: commit,
      siblings: [
        { rfilename: 'README.md', size: 10 },
        { rfilename: 'm-Q8_0.gguf', lfs: { size: 80, sha256: 'cd'.repeat(32) } },
        { rfilename: 'm-Q4_K_M.gguf', lfs: { size: 60, sha256: digest } },
      ],
    };
    const asked: string[] = [];
    const fetchText = (address: string): Promise<string> => {
      asked.push(address);
      return Promise.resolve(JSON.stringify(listing));
    };
    const plan = await planPull({ address: 'hf:owner/repo' }, world({ fetchText }));
    const address = `${hub}/owner/repo/resolve/${commit}/m-Q4_K_M.gguf`;
    assert.deepEqual(plan, {
      key: `address:${address}`,
      catalogueId: null,
      files: [{ address, target: path.join(folder, 'owner/repo/m-Q4_K_M.gguf'), sha256: digest, bytes: 60 }],
    });
    assert.deepEqual(asked, [`${hub}/api/models/owner/repo?blobs=true`]);
    const other = await planPull({ address: 'hf:owner/repo:q8_0' }, world({ fetchText }));
    assert.deepEqual(targets(other), ['owner/repo/m-Q8_0.gguf']);
  });

  it('keeps files of one name apart that lie in different folders, repositories and hosts', async () => {
    const addresses = [
      'https://example.org/model.gguf',
      'https://example.org/q4/model.gguf',
      'https://example.org/q8/model.gguf',
      'https://example.org:8443/q8/model.gguf',
      `${hub}/a/b/resolve/main/model.gguf`,
      `${hub}/a/b/resolve/main/q4/model.gguf`,
      `${hub}/a/c/blob/main/q4/model.gguf`,
    ];
    const all = await Promise.all(
      addresses.map(async (address) => targets(await planPull({ address }, world()))[0]),
    );
    assert.deepEqual(all, [
      'example.org/model.gguf',
      'example.org/q4/model.gguf',
      'example.org/q8/model.gguf',
      'example.org_8443/q8/model.gguf',
      'a/b/model.gguf',
      'a/b/q4/model.gguf',
      'a/c/q4/model.gguf',
    ]);
  });

  it('gives all parts of a split model one key and one folder', async () => {
    const part = (number: number): string => `https://example.org/big-0000${number}-of-00003.gguf`;
    const plan = await planPull({ address: part(2) }, world());
    assert.equal(plan.key, `address:${part(1)}`);
    assert.deepEqual(
      plan.files.map(({ address }) => address),
      [1, 2, 3].map(part),
    );
    assert.equal(keyOfAddress(part(3)), plan.key);
  });

  it('goes on by the key that it gave', async () => {
    for (const address of ['https://example.org/a b/Größe 大.gguf', `${hub}/a/b/resolve/main/m.gguf`]) {
      const plan = await planPull({ address }, world());
      assert.deepEqual(await planPull({ key: plan.key }, world()), plan);
      assert.equal(addressOfKey(plan.key), plan.files[0]?.address);
    }
  });

  it('has no secret of the address in its key, but asks with it', async () => {
    const { key, files } = await planPull({ address: 'https://example.org/m.gguf?token=SECRET' }, world());
    assert.equal(key, 'address:https://example.org/m.gguf');
    assert.equal(files[0]?.address, 'https://example.org/m.gguf?token=SECRET');
  });

  it('refuses what can’t be fetched, in a sentence', async () => {
    const unreadable = (): Promise<string> => Promise.resolve('<html>');
    const rows: [Parameters<typeof planPull>[0], RegExp, Partial<PlanWorld>?][] = [
      [{ key: 'gone:Q4_K_M' }, /no model gone:Q4_K_M in the catalogue any more/],
      [{ address: 'coder-7b:Q2_K' }, /coder-7b has no Q2_K; it has Q8_0, Q4_K_M/],
      [{ key: 'starter:Q8_0' }, /Starter ships with Hearth: it is there already/],
      [{ address: 'http://example.org/a.gguf' }, /over https only/],
      [{ address: 'https://example.org/a.zip' }, /is not the address of a \.gguf file/],
      [
        { address: 'hf:owner/repo' },
        /The list of files of owner\/repo can't be read/,
        { fetchText: unreadable },
      ],
      [{ address: 'hf:owner/repo' }, /^Nobody may ask/],
    ];
    for (const [request, says, more] of rows) {
      await assert.rejects(planPull(request, world(more)), ({ message }: Error) => says.test(message));
    }
  });
});

describe('fileNameOf', () => {
  it('keeps names, and replaces what file systems refuse', () => {
    const names: Record<string, string> = {
      'a%20b.gguf': 'a b.gguf',
      'Gr%C3%B6%C3%9Fe%20%E5%A4%A7.gguf': 'Größe 大.gguf',
      'a%2F..%2Fb%5Cc.gguf': 'a_.._b_c.gguf',
      'a%3Ab%3F%2A.gguf': 'a_b__.gguf',
      '%2E%2E%2Fa.gguf': '__a.gguf',
      'CON.gguf': '_CON.gguf',
      'nul.gguf': '_nul.gguf',
      'com1.Q4.gguf': '_com1.Q4.gguf',
      '%E0%A4%A.gguf': '%E0%A4%A.gguf',
      '': 'model.gguf',
    };
    for (const [written, name] of Object.entries(names)) {
      assert.equal(fileNameOf(`https://example.org/x/${written}`), name);
    }
  });

  it('never gives a name that some file system refuses or that leads out of its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        let address: string;
        try {
          address = `https://example.org/${encodeURIComponent(text)}.gguf`;
        } catch {
          // Half a surrogate pair can't stand in an address.
          return;
        }
        const name = fileNameOf(address);
        assert.equal(path.win32.basename(name), name);
        assert.equal(path.posix.basename(name), name);
        assert.ok(!['', '.', '..'].includes(name));
        assert.ok(Buffer.byteLength(name) <= 200, name);
        assert.doesNotMatch(name, /[<>:"/\\|?*]|[. ]$/);
      }),
    );
  });

  it('shortens what is too long, so that parts of a split model still belong together', () => {
    const name = (part: number): string =>
      fileNameOf(`https://example.org/${'長'.repeat(120)}-0000${part}-of-00002.gguf`);
    assert.match(name(1), /-00001-of-00002\.gguf$/);
    assert.equal(name(1).replace('00001', '00002'), name(2));
    assert.notEqual(fileNameOf(`https://example.org/${'長'.repeat(121)}-00001-of-00002.gguf`), name(1));
  });
});
