/** The packages for NVIDIA's GPUs that the build writes into the extension, and which are fetched only when asked for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  readonly version: string;
  readonly integrity: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(path.join(repository, file), 'utf8'));
}

const { packages } = json('package-lock.json') as { packages: Readonly<Record<string, Locked>> };
const llama = json('node_modules/node-llama-cpp/package.json') as Pick<
  Locked,
  'version' | 'optionalDependencies'
>;
const extension = readFileSync(path.join(repository, 'dist/extension.cjs'), 'utf8');

describe('the CUDA packages of the built extension', () => {
  for (const name of ['linux-x64-cuda', 'win-x64-cuda']) {
    const locked = packages[`node_modules/@node-llama-cpp/${name}`];

    it(`hold ${name} with the digest of package-lock.json`, () => {
      assert.match(locked?.integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/);
      const entry = new RegExp(`\\{name:"${name}",version:"([^"]+)",integrity:"([^"]+)"\\}`);
      const [, version, integrity] = entry.exec(extension.replaceAll(/([:,{])\s+|\s+(?=[}])/g, '$1')) ?? [];
      assert.deepEqual([version, integrity], [locked?.version, locked?.integrity]);
    });

    it(`hold ${name} in the version of node-llama-cpp, which asks for it by that name`, () => {
      assert.equal(locked?.version, llama.version);
      assert.equal(llama.optionalDependencies?.[`@node-llama-cpp/${name}`], llama.version);
    });
  }

  it('are no others', () => {
    const held = [...extension.matchAll(/sha512-[A-Za-z0-9+/]{86}==/g)].map(([digest]) => digest);
    assert.equal(new Set(held).size, 2);
  });
});
