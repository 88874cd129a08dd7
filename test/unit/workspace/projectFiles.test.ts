import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { noProjectFacts, resolveImports, type ProjectFacts } from '../../../src/core/index/resolveImports.ts';
import { isProjectFile, readProjectFacts } from '../../../src/workspace/projectFiles.ts';
import { PictureLookup } from '../../support/pathLookup.ts';

type Files = Readonly<Record<string, string | object>>;

/** The facts of made-up files; objects are written as JSON. */
function factsOf(files: Files, asked: string[] = []): Promise<ProjectFacts> {
  return readProjectFacts(Object.keys(files), (path) => {
    asked.push(path);
    const content = files[path] ?? null;
    return Promise.resolve(
      content === null || typeof content === 'string' ? content : JSON.stringify(content),
    );
  });
}

/** What the script `from` gets for a specifier, with the facts of the files and the files themselves. */
async function resolved(files: Files, from: string, specifier: string): Promise<string[]> {
  const imported = { specifier, names: [], start: 0, end: 0, reexport: false };
  const lookup = new PictureLookup(Object.keys(files));
  return resolveImports('typescript', from, [imported], lookup, await factsOf(files)).flatMap(
    ({ paths }) => paths,
  );
}

describe('isProjectFile', () => {
  const table: [path: string, is: boolean][] = [
    ['tsconfig.json', true],
    ['web/tsconfig.app.json', true],
    ['tsconfig-base.json', true],
    ['jsconfig.json', true],
    ['package.json', true],
    ['a/b/go.mod', true],
    ['crates/x/Cargo.toml', true],
    ['composer.json', true],
    ['node_modules/a/package.json', false],
    ['web/node_modules/a/tsconfig.json', false],
    ['vendor/a/composer.json', false],
    ['package-lock.json', false],
    ['tsconfigs.json', false],
    ['Cargo.lock', false],
    ['go.sum', false],
    ['mypackage.json', false],
    ['package.json/readme.md', false],
  ];
  for (const [path, is] of table) it(`${path}: ${is}`, () => assert.equal(isProjectFile(path), is));
});

describe('tsconfig.json', () => {
  it('may have comments, trailing commas and a byte order mark', async () => {
    const facts = await factsOf({
      'app/tsconfig.json': `\uFEFF{
        // where things lie
        "compilerOptions": {
          "baseUrl": "./src", /* from here */
          "paths": { "@/*": ["*", "../shared/*",], "bad": "../../../outside", "http": ["http://x/*"], },
        },
      }`,
    });
    assert.deepEqual(facts.tsconfigs, [
      {
        folder: 'app',
        baseUrl: 'app/src',
        paths: [
          { pattern: '@/*', targets: ['app/src/*', 'app/shared/*'] },
          { pattern: 'http', targets: ['app/src/http:/x/*'] },
        ],
      },
    ]);
  });

  it('inherits from what it extends, relative to the file that says it', async () => {
    const files = {
      'configs/base.json': {
        extends: '../configs/root',
        compilerOptions: { paths: { '#lib/*': ['../lib/*'] } },
      },
      'configs/root.json': { compilerOptions: { baseUrl: '../web', paths: { lost: ['x'] } } },
      'web/tsconfig.json': { extends: '../configs/base.json' },
      'api/tsconfig.json': { extends: '../configs/base.json', compilerOptions: { baseUrl: '.' } },
      'cli/tsconfig.json': {
        extends: '../configs/base.json',
        compilerOptions: { paths: { own: ['own.ts'] } },
      },
    };
    const asked: string[] = [];
    const { tsconfigs } = await factsOf(files, asked);
    assert.deepEqual(tsconfigs, [
      { folder: 'api', baseUrl: 'api', paths: [{ pattern: '#lib/*', targets: ['lib/*'] }] },
      { folder: 'cli', baseUrl: 'web', paths: [{ pattern: 'own', targets: ['web/own.ts'] }] },
      { folder: 'web', baseUrl: 'web', paths: [{ pattern: '#lib/*', targets: ['lib/*'] }] },
    ]);
    assert.deepEqual(
      asked.filter((path) => path.startsWith('configs')),
      ['configs/base.json', 'configs/root.json'],
    );
  });

  it('takes the later of several that it extends, packages of the workspace, and ${configDir}', async () => {
    const files = {
      'tools/tsconfig/package.json': { name: '@acme/tsconfig' },
      'tools/tsconfig/tsconfig.json': {
        compilerOptions: { paths: { '~/*': ['${configDir}/src/*'], first: ['1'] } },
      },
      'tools/tsconfig/strict.json': { compilerOptions: { baseUrl: '${configDir}/lib' } },
      'web/tsconfig.json': { extends: ['@acme/tsconfig', '@acme/tsconfig/strict', '@else/where', 7] },
      'app/tsconfig.json': { extends: ['./a.json', './b.json'] },
      'app/a.json': { compilerOptions: { paths: { a: ['a'] } } },
      'app/b.json': { compilerOptions: { paths: { b: ['b'] } } },
    };
    const { tsconfigs } = await factsOf(files);
    assert.deepEqual(
      tsconfigs.filter(({ folder }) => folder !== 'tools/tsconfig'),
      [
        { folder: 'app', baseUrl: null, paths: [{ pattern: 'b', targets: ['app/b'] }] },
        {
          folder: 'web',
          baseUrl: 'web/lib',
          paths: [
            { pattern: '~/*', targets: ['web/src/*'] },
            { pattern: 'first', targets: ['web/lib/1'] },
          ],
        },
      ],
    );
  });

  it('bears circles and never leaves the folder', async () => {
    const asked: string[] = [];
    const { tsconfigs } = await factsOf(
      {
        'tsconfig.json': {
          extends: ['./tsconfig.b.json', '../outside.json'],
          compilerOptions: { baseUrl: 'src' },
        },
        'tsconfig.b.json': { extends: './tsconfig.json', compilerOptions: { paths: { b: ['./b'] } } },
        'tsconfig.self.json': { extends: './tsconfig.self.json', compilerOptions: { baseUrl: '../..' } },
        'tsconfig.abs.json': {
          extends: '/etc/base.json',
          compilerOptions: { baseUrl: '/etc', paths: { c: ['/etc/c'] } },
        },
      },
      asked,
    );
    assert.deepEqual(tsconfigs, [
      { folder: '', baseUrl: 'src', paths: [{ pattern: 'b', targets: ['src/b'] }] },
      { folder: '', baseUrl: null, paths: [{ pattern: 'b', targets: ['b'] }] },
    ]);
    assert.equal(
      asked.some((path) => path.includes('outside') || path.includes('etc')),
      false,
    );
  });

  it('reads what many extend in many ways once', async () => {
    const files: Record<string, object> = { 'l40.json': { compilerOptions: { baseUrl: '.' } } };
    for (let level = 0; level < 40; level += 1) {
      files[`l${level}.json`] = {
        extends: [`./l${level + 1}.json`, `./l${level + 1}.json`, `./l${level + 1}`],
      };
    }
    const asked: string[] = [];
    const { tsconfigs } = await factsOf({ ...files, 'tsconfig.json': { extends: './l0' } }, asked);
    assert.deepEqual(tsconfigs, [{ folder: '', baseUrl: '', paths: [] }]);
    assert.equal(asked.length, 42);
  });

  it('puts tsconfig.json before its siblings', async () => {
    const paths = { '@/*': ['src/*'] };
    const { tsconfigs } = await factsOf({
      'web/tsconfig.app.json': { compilerOptions: { baseUrl: 'b', paths } },
      'web/tsconfig.json': { compilerOptions: { baseUrl: 'a', paths } },
      'tsconfig.base.json': { compilerOptions: { baseUrl: 'c', paths } },
    });
    assert.deepEqual(
      tsconfigs.map(({ baseUrl }) => baseUrl),
      ['c', 'web/a', 'web/b'],
    );
  });
});

describe('package.json', () => {
  it('gives sources for what a build writes', async () => {
    const files = {
      'packages/ui/package.json': {
        name: '@acme/ui',
        main: './dist/cjs/index.cjs',
        types: 'dist/types/main.d.ts',
        exports: {
          '.': { types: './dist/main.d.ts', import: ['./dist/main.js'] },
          './icons/*': { default: './dist/icons/*.mjs' },
          './hidden': null,
        },
        imports: { '#pad': './src/internal/pad.ts' },
      },
      'packages/ui/src/main.ts': '',
      'packages/ui/src/icons/star.mts': '',
      'packages/ui/src/internal/pad.ts': '',
      'packages/bare/package.json': { name: 'bare' },
      'packages/bare/index.js': '',
      'packages/one/package.json': { name: 'one', exports: './build/esm/run.js' },
      'packages/one/src/run.ts': '',
      'app/main.ts': '',
    };
    assert.deepEqual(await resolved(files, 'app/main.ts', '@acme/ui'), ['packages/ui/src/main.ts']);
    assert.deepEqual(await resolved(files, 'app/main.ts', '@acme/ui/icons/star'), [
      'packages/ui/src/icons/star.mts',
    ]);
    assert.deepEqual(await resolved(files, 'packages/ui/src/main.ts', '#pad'), [
      'packages/ui/src/internal/pad.ts',
    ]);
    assert.deepEqual(await resolved(files, 'app/main.ts', '#pad'), []);
    assert.deepEqual(await resolved(files, 'app/main.ts', 'bare'), ['packages/bare/index.js']);
    assert.deepEqual(await resolved(files, 'app/main.ts', 'one'), ['packages/one/src/run.ts']);
  });

  it('needs a name', async () => {
    const { packages } = await factsOf({
      'a/package.json': { main: 'x.js' },
      'b/package.json': { name: 7 },
      'c/package.json': ['name'],
      'd/package.json': { name: 'd', main: '../../outside.js', exports: { import: { node: { deep: 7 } } } },
    });
    assert.deepEqual(packages, [{ folder: 'd', name: 'd', entry: ['d/src/index', 'd/index'], subpaths: [] }]);
  });
});

describe('go.mod, Cargo.toml and composer.json', () => {
  it('names the Go module', async () => {
    const { goModules } = await factsOf({
      'go.mod': '// module wrong.example/x\n\nmodule example.com/shop // the shop\n\ngo 1.22\n',
      'tools/go.mod': 'module "example.com/tools"\r\n',
      'none/go.mod': 'go 1.22\n',
    });
    assert.deepEqual(goModules, [
      { folder: '', module: 'example.com/shop' },
      { folder: 'tools', module: 'example.com/tools' },
    ]);
  });

  it('names the crate', async () => {
    const { crates } = await factsOf({
      'Cargo.toml': '[workspace]\nmembers = ["a"]\n[workspace.package]\nname = "no"\n',
      'a/Cargo.toml':
        '# name = "no"\n[package]\nname = "my-core" # yes\n\n[[bin]]\nname = "no"\n\n[dependencies.x]\nname = "no"\n',
      'b/Cargo.toml': "[ package ]\r\nname='b'\r\n[lib]\r\nname = \"b_lib\"\r\npath = 'lib/b.rs'\r\n",
    });
    assert.deepEqual(crates, [
      { folder: 'a', name: 'my-core', library: 'a/src/lib.rs' },
      { folder: 'b', name: 'b', library: 'b/lib/b.rs' },
      { folder: 'b', name: 'b_lib', library: 'b/lib/b.rs' },
    ]);
  });

  it('knows where namespaces lie', async () => {
    const { composer } = await factsOf({
      'api/composer.json': {
        autoload: { 'psr-4': { 'App\\': 'src/', 'Two\\': ['a', './b', 7, '../../outside'] } },
        'autoload-dev': { 'psr-4': { 'Tests\\': 'tests' } },
      },
      'composer.json': { autoload: { 'psr-4': [] } },
    });
    assert.deepEqual(composer, [
      { folder: 'api', prefix: 'App\\', target: 'api/src' },
      { folder: 'api', prefix: 'Two\\', target: 'api/a' },
      { folder: 'api', prefix: 'Two\\', target: 'api/b' },
      { folder: 'api', prefix: 'Tests\\', target: 'api/tests' },
    ]);
  });
});

describe('readProjectFacts', () => {
  const names = [
    'tsconfig.json',
    'a/package.json',
    'go.mod',
    'Cargo.toml',
    'composer.json',
    'b/jsconfig.json',
  ];

  it('skips what is broken or gone', async () => {
    const broken = [
      '{ "name": "x"',
      '{"compilerOptions": {"baseUrl": }}',
      '[',
      '',
      'null',
      '['.repeat(200_000),
      '\0\uFFFF',
    ];
    for (const text of broken) {
      assert.deepEqual(await factsOf(Object.fromEntries(names.map((name) => [name, text]))), noProjectFacts);
    }
    assert.deepEqual(await readProjectFacts(names, () => Promise.resolve(null)), noProjectFacts);
  });

  it('asks only for project files', async () => {
    const asked: string[] = [];
    await factsOf(
      { 'src/a.ts': '', 'node_modules/x/package.json': { name: 'x' }, 'package.json': { name: 'y' } },
      asked,
    );
    assert.deepEqual(asked, ['package.json']);
  });

  it('bears any JSON and gives paths inside the folder, the same in any order', async () => {
    const path = fc.constantFrom(
      '.',
      './src',
      '../a',
      '../../x',
      '/etc',
      'a/*',
      '*',
      'dist/x.js',
      '${configDir}/y',
      'a/./b',
    );
    const value = fc.oneof(path, fc.array(path, { maxLength: 3 }), fc.dictionary(path, path), fc.jsonValue());
    const content = fc.record(
      {
        name: fc.oneof(path, fc.jsonValue()),
        extends: fc.oneof(fc.constantFrom('./tsconfig.json', '../tsconfig.json', './jsconfig', 'a/b'), value),
        compilerOptions: fc.oneof(
          fc.record({ baseUrl: value, paths: fc.oneof(fc.dictionary(path, value), value) }),
          value,
        ),
        exports: fc.oneof(fc.dictionary(path, value), value),
        imports: value,
        main: value,
        autoload: fc.oneof(fc.record({ 'psr-4': fc.dictionary(path, value) }), value),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 6, maxLength: 6 }), async (contents) => {
        const files = Object.fromEntries(names.map((name, at) => [name, contents[at] ?? {}]));
        const facts = await factsOf(files);
        const paths = [
          ...facts.tsconfigs.flatMap(({ baseUrl, paths }) => [
            baseUrl ?? '',
            ...paths.flatMap(({ targets }) => targets),
          ]),
          ...facts.packages.flatMap(({ entry, subpaths }) => [
            ...entry,
            ...subpaths.flatMap(({ targets }) => targets),
          ]),
          ...facts.composer.map(({ target }) => target),
        ];
        for (const found of paths) assert.doesNotMatch(found, /^\/|(^|\/)\.\.?(\/|$)/);
        const reversed = Object.fromEntries(Object.entries(files).reverse());
        assert.deepEqual(await factsOf(reversed), facts);
      }),
      { numRuns: 300 },
    );
  });
});
