/** What may and may not be in a VSIX: on made-up ones with one defect each, and on two that are really made. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkContents, type ContentsReport } from '../../scripts/package/contents.ts';
import { platformFolder, targetNames, targets, type TargetName } from '../../scripts/package/targets.ts';
import { flawlessFiles, machineCode, putModel, writeVsix, type MadeUpFiles } from './madeUpVsix.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const packaging = path.join(repository, 'scripts/package/package.ts');
const bins = (name: string) => `${platformFolder}/${name}/bins/${name}`;

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearth-vsix-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What `checkContents` says about a flawless VSIX after `spoil` was let at its files. */
async function checkSpoilt(
  spoil: (files: MadeUpFiles) => void,
  target: TargetName = 'linux-x64',
): Promise<ContentsReport> {
  const files = flawlessFiles(target);
  spoil(files);
  const vsix = path.join(folder, 'made-up.vsix');
  await writeVsix(vsix, files);
  return checkContents(vsix, target);
}

describe('a made-up VSIX', () => {
  for (const target of targetNames) {
    it(`without a flaw has no problem (${target})`, async () => {
      const { problems, files } = await checkSpoilt(() => undefined, target);
      assert.deepEqual(problems, []);
      assert.equal(files.length, flawlessFiles(target).size);
      const icon = files.find(({ path }) => path === 'extension/media/icon.png');
      assert.equal(icon?.bytes, 3);
    });
  }

  const required = [...flawlessFiles('linux-x64').keys()].filter((file) => file !== 'media/icon.png');
  for (const file of required) {
    it(`lacks ${file}`, async () => {
      const { problems } = await checkSpoilt((files) => files.delete(file));
      const named = (problem: string) =>
        problem.includes(file) || /no library|grammars is missing/.test(problem);
      assert.ok(problems.some(named), problems.join('\n'));
    });
  }
});

/** A defect, and the one problem it must give. */
interface Defect {
  what: string;
  spoil: (files: MadeUpFiles) => void;
  problem: RegExp;
  target?: TargetName;
}

const extraFile = (file: string, problem: RegExp, contents: string | Buffer = 'x'): Defect => ({
  what: `ships ${file}`,
  spoil: (files) => files.set(file, contents),
  problem,
});

const otherPlatform = `${platformFolder}/win-x64`;
const edit = (files: MadeUpFiles, file: string, from: string, to: string) =>
  files.set(file, String(files.get(file)).replace(from, to));

const defects: Defect[] = [
  extraFile('dist/extension.cjs.map', /is a source map/),
  extraFile('dist/chat.ts', /is a TypeScript source/),
  extraFile(`${platformFolder}/linux-x64/dist/index.d.ts`, /is a TypeScript source/),
  extraFile('test/unit/rope.js', /belongs to the tests/),
  extraFile('dist/rope.test.js', /belongs to the tests/),
  extraFile('dist/llama/gitRelease.bundle', /source archive of llama\.cpp/),
  extraFile('.env', /may hold secrets/),
  extraFile('dist/.env.local', /may hold secrets/),
  extraFile('.npmrc', /belongs to the checkout/),
  extraFile('dist/meta.json', /belongs to the checkout/, '{}'),
  extraFile('dist/vsix/hearth.vsix', /is a package of its own/),
  extraFile('dist/node_modules/semver/index.js', /in node_modules but not of linux-x64/),
  extraFile(`${otherPlatform}/bins/win-x64/llama.dll`, /in node_modules but not of linux-x64/),
  extraFile('dist/llama-addon.node', /machine code outside the platform packages/, machineCode('linux-x64')),
  extraFile('media/film.bin', /larger than 100 MB/, Buffer.alloc(100_000_001)),
  extraFile('dist/a.mjs', /names a folder of the building machine/, `import "${repository}src/a.js";`),
  extraFile('dist/b.json', /names a folder of the building machine/, `{"home":"${homedir()}"}`),
  extraFile('dist/c.cjs', /names a folder of the building machine/, '"/Users/somebody/hearth/x.js"'),
  extraFile('dist/d.cjs', /names a folder of the building machine/, '"C:\\\\Users\\\\somebody\\\\x.js"'),
  extraFile('dist/e.mjs', /comes from a development build/, 'run();\n//# sourceMappingURL=e.mjs.map\n'),
  {
    what: 'is for another platform by its manifest',
    spoil: (files) => edit(files, 'extension.vsixmanifest', 'linux-x64', 'linux-arm64'),
    problem: /extension\.vsixmanifest is not for linux-x64/,
  },
  {
    what: 'has an addon of another platform under the right name',
    spoil: (files) => files.set(`${bins('linux-x64')}/llama-addon.node`, machineCode('linux-arm64')),
    problem: /linux-x64\/llama-addon\.node is not machine code for linux-x64/,
  },
  {
    what: 'lacks a library of the GPU build',
    spoil: (files) => files.delete(`${bins('mac-arm64-metal')}/libggml-metal.so`),
    problem: /has no library for ggml-metal/,
    target: 'darwin-arm64',
  },
  {
    what: 'has a platform package of another version',
    spoil: (files) => edit(files, `${platformFolder}/linux-x64/package.json`, '9.8.7', '9.8.6'),
    problem: /version 9\.8\.6, which is not what dist\/engine\/main\.mjs was built with/,
  },
  {
    what: 'has scripts in its package.json',
    spoil: (files) => edit(files, 'package.json', '{', '{"scripts":{},'),
    problem: /package\.json still has "scripts"/,
  },
  {
    what: 'has a broken package.json',
    spoil: (files) => edit(files, 'package.json', '{', '{,'),
    problem: /package\.json cannot be read/,
  },
  {
    what: 'points to an entry that is not there',
    spoil: (files) => edit(files, 'package.json', 'dist/extension.cjs', 'dist/main.cjs'),
    problem: /package\.json refers to dist\/main\.cjs, which is missing/,
  },
  {
    what: 'shows a picture that is not there',
    spoil: (files) => edit(files, 'readme.md', 'media/icon.png', 'media/chat.png'),
    problem: /readme\.md links to media\/chat\.png, which is missing/,
  },
  {
    what: 'has another model than the one recorded',
    spoil: (files) => files.set('models/starter.gguf', 'GGUF of something else'),
    problem: /models\/starter\.gguf is not the file that models\/SHA256SUMS records/,
  },
  {
    what: 'has something else in place of the model',
    spoil: (files) => files.set('models/starter.gguf', 'version https://git-lfs.github.com/spec/v1'),
    problem: /models\/starter\.gguf is not a GGUF file/,
  },
  {
    what: 'does not name the licence of llama.cpp',
    spoil: (files) => edit(files, 'THIRD-PARTY-NOTICES.txt', 'llama.cpp and ggml', 'nothing'),
    problem: /THIRD-PARTY-NOTICES\.txt has no licence of llama\.cpp/,
  },
  {
    what: 'is over its budget',
    spoil: (files) => files.set('media/big.bin', randomBytes(12_100_000)),
    problem: /12\.1 MB without the starter model, over the 12\.0 MB for darwin-arm64/,
    target: 'darwin-arm64',
  },
];

describe('a VSIX with a defect has that one problem: it', () => {
  for (const { what, spoil, problem, target } of defects) {
    it(what, async () => {
      const { problems } = await checkSpoilt(spoil, target);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', problem);
    });
  }

  it('is no zip file', async () => {
    const vsix = path.join(folder, 'broken.vsix');
    await writeFile(vsix, 'PK');
    const { problems } = await checkContents(vsix, 'linux-x64');
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /cannot be read as a zip file/);
  });
});

it('the starter model does not count towards the budget', async () => {
  const weights = randomBytes(12_100_000);
  const { problems, bytes, bytesWithoutModel } = await checkSpoilt(
    (files) => putModel(files, weights),
    'darwin-arm64',
  );
  assert.deepEqual(problems, []);
  assert.ok(bytes > weights.length && bytesWithoutModel < 50_000);
});

describe('the VSIX that packaging makes', () => {
  const made: TargetName[] = ['linux-x64', 'darwin-arm64'];
  let out = '';
  let vsixOf: (target: TargetName) => string;
  before(async () => {
    const flags = made.flatMap((target) => ['--target', target]);
    const { version } = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    vsixOf = (target) => path.join(repository, 'dist/vsix', `hearth-${target}-${version}.vsix`);
    out = (await promisify(execFile)(process.execPath, [packaging, ...flags])).stdout;
  });

  for (const target of made) {
    it(`for ${target} has no problem and is within its budget`, async () => {
      const { problems, bytesWithoutModel } = await checkContents(vsixOf(target), target);
      assert.deepEqual(problems, []);
      assert.ok(bytesWithoutModel <= (targets[target].budget ?? Number.POSITIVE_INFINITY));
      assert.match(out, new RegExp(`^${target} +[\\d.]+ MB +[\\d.]+ MB +\\d+$`, 'm'));
    });
  }

  it('for one target is not taken for another', async () => {
    const { problems } = await checkContents(vsixOf('linux-x64'), 'darwin-arm64');
    assert.ok(problems.some((problem) => /vsixmanifest is not for darwin-arm64/.test(problem)));
    assert.ok(problems.some((problem) => /mac-arm64-metal.*llama-addon\.node is missing/.test(problem)));
    assert.ok(problems.some((problem) => /linux-x64.*in node_modules but not of darwin/.test(problem)));
  });

  it('has a budget for darwin-arm64 of 12 MB', () => {
    assert.equal(targets['darwin-arm64'].budget, 12_000_000);
  });
});
