import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { after } from 'node:test';
import { fileFacts } from '../../../src/workspace/fileFacts.ts';
import { importedFiles } from '../../../src/workspace/importedFiles.ts';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { grammarsFolder } from '../../support/grammars.ts';
import { IndexedFolder } from '../../support/indexedFolder.ts';

const parsers = new Parsers(grammarsFolder, undefined, { now: () => 0 });
after(() => parsers.dispose());

/** The files that the text of `path` imports, as `path: names`. */
async function imported(files: Readonly<Record<string, string>>, path: string): Promise<string[]> {
  const made = new IndexedFolder(files, parsers);
  const index = await made.start();
  const facts = await fileFacts(parsers, path, { text: files[path] ?? '', bytes: 1, mtimeMs: 1 });
  assert.ok('imports' in facts);
  const language = path.slice(path.lastIndexOf('.') + 1);
  return importedFiles(language, path, facts.imports, index)
    .map((one) => `${one.path}: ${[...one.names].sort().join(', ')}`)
    .sort();
}

describe('importedFiles', () => {
  it('TypeScript: with names, whole modules, and through files that pass on', async () => {
    const files = {
      'a.ts':
        "import { Cart, sum as total } from './shop';\nimport * as all from './all';\nimport './gone';\nimport 'pkg';\n",
      'shop/index.ts': "export { Cart } from './cart';\nexport * from './sum';\n",
      'shop/cart.ts': 'export class Cart {}\n',
      'shop/sum.ts': 'export function sum() {}\n',
      'all.ts': 'export const x = 1;\n',
    };
    assert.deepEqual(await imported(files, 'a.ts'), [
      'all.ts: ',
      'shop/cart.ts: Cart',
      'shop/index.ts: Cart, sum',
      'shop/sum.ts: sum',
    ]);
  });

  it('Python: packages, and names that their __init__ passes on', async () => {
    const files = {
      'pkg/sub/a.py': 'from ..models import User\nfrom pkg import clean\nimport os\n',
      'pkg/__init__.py': 'from .tools import clean\n',
      'pkg/models.py': 'class User:\n    pass\n',
      'pkg/tools.py': 'def clean(text):\n    return text\n',
    };
    assert.deepEqual(await imported(files, 'pkg/sub/a.py'), [
      'pkg/__init__.py: clean',
      'pkg/models.py: User',
      'pkg/tools.py: clean',
    ]);
  });

  it('Rust: modules by the names in their path', async () => {
    const files = {
      'src/main.rs': 'mod shapes;\nuse crate::geo::near;\nfn main() {}\n',
      'src/shapes.rs': 'pub struct Circle {}\n',
      'src/geo/mod.rs': 'pub fn near(a: f64) -> bool { true }\n',
    };
    const found = await imported(files, 'src/main.rs');
    assert.deepEqual(
      found.map((line) => line.split(':')[0]),
      ['src/geo/mod.rs', 'src/shapes.rs'],
    );
    assert.match(found[0] ?? '', /near/);
  });

  it('Go: the other files of the package', async () => {
    const files = {
      'shop/a.go': 'package shop\n',
      'shop/cart.go': 'package shop\n\nfunc Total() int { return 0 }\n',
      'other/x.go': 'package other\n',
    };
    assert.deepEqual(await imported(files, 'shop/a.go'), ['shop/cart.go: ']);
  });

  it('ends where files pass on to one another in a circle', async () => {
    const files = {
      'a.ts': "import { never } from './b';\n",
      'b.ts': "export * from './c';\n",
      'c.ts': "export * from './b';\nexport * from './a';\n",
    };
    assert.deepEqual(await imported(files, 'a.ts'), ['b.ts: never']);
  });

  it('finds nothing for a language without imports, and never the file itself', async () => {
    assert.deepEqual(await imported({ 'a.md': '# a\n' }, 'a.md'), []);
    assert.deepEqual(await imported({ 'a.ts': "import { x } from './a';\n" }, 'a.ts'), []);
  });
});

describe('fileFacts', () => {
  const facts = (file: string, text: string) => fileFacts(parsers, file, { text, bytes: 7, mtimeMs: 8 });

  it('knows definitions and imports by the grammar of the extension, and keeps the stamp', async () => {
    const found = await facts('a.TS', "import { x } from './x';\nexport class A {}\n");
    assert.ok('definitions' in found);
    const { definitions, imports, ...rest } = found;
    assert.deepEqual(
      [definitions.map(({ name }) => name), imports.map(({ specifier }) => specifier)],
      [['A'], ['./x']],
    );
    assert.deepEqual(rest, {
      path: 'a.TS',
      bytes: 7,
      mtimeMs: 8,
      text: "import { x } from './x';\nexport class A {}\n",
      code: true,
    });
  });

  const rows: [file: string, text: string, code: boolean, names: string[]][] = [
    ['a.md', '# One\n\n## Two\n', false, ['One', 'Two']],
    ['a.json', '{"key": 1}', false, ['key']],
    ['a.unknown', 'function f() {}', true, []],
    ['Makefile', 'all:', true, []],
    ['a.py', '', true, []],
  ];
  for (const [file, text, code, names] of rows) {
    it(`${file}: ${code ? 'code' : 'no code'} with ${names.length} definitions`, async () => {
      const found = await facts(file, text);
      assert.ok('definitions' in found);
      assert.deepEqual([found.code, found.definitions.map(({ name }) => name)], [code, names]);
    });
  }
});
