import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { windowLimits } from '../../src/core/text/window.ts';
import { WorkspaceClient } from '../../src/workspace/client.ts';
import { parseCursor } from '../support/cursor.ts';
import { repository, temporaryFolder } from '../support/engine.ts';

const clients: WorkspaceClient[] = [];
after(() => Promise.all(clients.map((client) => client.dispose())));

/** A folder with these files, and the built worker that knows one of them as open, with a cursor at `█`. */
class Workspace {
  readonly folder = temporaryFolder();
  readonly client = new WorkspaceClient(path.join(repository, 'dist/worker.cjs'), (_, message) => {
    throw new Error(message);
  });
  readonly #texts = new Map<string, { text: string; version: number; offset: number }>();

  constructor(files: Readonly<Record<string, string>>) {
    clients.push(this.client);
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
  }

  uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  open(file: string, picture: string): void {
    const { prefix, suffix } = parseCursor(picture);
    const text = prefix + suffix;
    this.#texts.set(file, { text, version: 1, offset: prefix.length });
    const languageId = path.extname(file).slice(1);
    this.client.open(this.uri(file), 1, { text, languageId, path: file, folder: this.folder });
  }

  /** Types at the cursor. */
  type(file: string, typed: string): void {
    const known = this.#texts.get(file);
    assert.ok(known !== undefined);
    const { text, version, offset } = known;
    this.client.change(this.uri(file), version + 1, [{ offset, length: 0, text: typed }]);
    const changed = text.slice(0, offset) + typed + text.slice(offset);
    this.#texts.set(file, { text: changed, version: version + 1, offset: offset + typed.length });
  }

  /** Each segment as `kind path:from-to` and its lines. */
  async segments(file: string, { tokens = 4096, wait = true } = {}): Promise<string[]> {
    const known = this.#texts.get(file);
    assert.ok(known !== undefined);
    const { version, offset } = known;
    const limits = windowLimits(tokens);
    const request = { document: this.uri(file), documentVersion: version, offset, limits, wait };
    const reply = await this.client.window(request);
    assert.ok(reply.kind === 'window');
    return reply.window.segments.map(
      ({ kind, path, startLine, endLine, text }) => `${kind} ${path}:${startLine}-${endLine}\n${text}`,
    );
  }
}

const shop = `export interface Item {
  price: number;
}

export class Cart {
  add(item: Item): void {
    this.items.push(item);
  }
}

function hidden(): void {
  function inside(): void {}
}
`;

describe('segments of the built worker', () => {
  it('TypeScript: signatures of relative imports, by path', async () => {
    const files = new Workspace({
      'src/shop.ts': shop,
      'src/lib/index.ts': 'export const rate = (a: number): number => a;\n',
      'outside.ts': 'export function never(): void {}\n',
    });
    files.open(
      'src/a.ts',
      "import { Cart } from './shop.js';\nimport { rate } from './lib';\nimport 'x';\n█",
    );
    const [lib, cart, ...more] = await files.segments('src/a.ts');
    assert.match(lib ?? '', /^imports src\/lib\/index\.ts:1-1\nexport const rate = /);
    assert.equal(
      cart,
      'imports src/shop.ts:1-13\nexport interface Item\nexport class Cart\n  add(item: Item): void\nfunction hidden(): void',
    );
    assert.deepEqual(more, []);
  });

  it('Python: relative and absolute imports, modules and names', async () => {
    const files = new Workspace({
      'pkg/__init__.py': '',
      'pkg/models.py': 'class User:\n    def name(self) -> str:\n        return ""\n',
      'pkg/sub/__init__.py': '',
      'pkg/sub/tools.py': 'def clean(text: str) -> str:\n    return text\n',
    });
    files.open('pkg/sub/a.py', 'from ..models import User\nfrom pkg.sub import tools\nimport os\n█');
    assert.deepEqual(await files.segments('pkg/sub/a.py'), [
      'imports pkg/models.py:1-3\nclass User\n  def name(self) -> str',
      'imports pkg/sub/tools.py:1-2\ndef clean(text: str) -> str',
    ]);
  });

  it('Go: other files of the package', async () => {
    const files = new Workspace({
      'shop/cart.go': 'package shop\n\nfunc Total(c Cart) int { return 0 }\n',
      'shop/cart_test.go': 'package shop\n\nfunc TestTotal() {}\n',
      'other/x.go': 'package other\n\nfunc Never() {}\n',
    });
    files.open('shop/a.go', 'package shop\n\nfunc main() {\n\t█\n}\n');
    assert.deepEqual(await files.segments('shop/a.go'), ['imports shop/cart.go:3-3\nfunc Total(c Cart) int']);
  });

  it('Rust: mod and use', async () => {
    const files = new Workspace({
      'src/shapes.rs':
        'pub struct Circle { r: f64 }\n\nimpl Circle {\n    pub fn area(&self) -> f64 { 0.0 }\n}\n',
      'src/geo/mod.rs': 'pub fn near(a: f64) -> bool { true }\n',
    });
    files.open(
      'src/main.rs',
      'mod shapes;\nuse crate::geo::{near};\nuse std::io;\n\nfn main() {\n    █\n}\n',
    );
    const segments = await files.segments('src/main.rs');
    assert.equal(segments.length, 2);
    assert.equal(segments[0], 'imports src/geo/mod.rs:1-1\npub fn near(a: f64) -> bool');
    assert.match(segments[1] ?? '', /^imports src\/shapes\.rs:.*Circle.*\n {2}pub fn area\(&self\) -> f64$/s);
  });

  it('reads an open document in the place of the file', async () => {
    const files = new Workspace({ 'b.ts': 'export function old(): void {}\n' });
    files.open('b.ts', 'export function fresh(): void {}\n█');
    files.open('a.ts', "import './b';\n█");
    assert.deepEqual(await files.segments('a.ts'), ['imports b.ts:1-1\nexport function fresh(): void']);
  });

  it('reads no link out of the folder, no secret and nothing large', async () => {
    const outside = new Workspace({ 'far.ts': 'export function far(): void {}\n' });
    const files = new Workspace({ 'big.ts': `export function big(): void {}\n${' '.repeat(1 << 20)}` });
    symlinkSync(path.join(outside.folder, 'far.ts'), path.join(files.folder, 'link.ts'));
    files.write('near.ts', 'export function near(): void {}\n');
    symlinkSync(path.join(files.folder, 'near.ts'), path.join(files.folder, 'inner.ts'));
    files.write('.env.ts', 'export function env(): void {}\n');
    files.open('a.ts', "import './big';\nimport './link';\nimport './.env';\nimport './inner';\n█");
    assert.deepEqual(await files.segments('a.ts'), ['imports inner.ts:1-1\nexport function near(): void']);
  });

  it('keeps its segments while one types, and takes a new import in', async () => {
    const files = new Workspace({
      'b.ts': 'export function b(): void {}\n',
      'c.ts': 'export function c(): void {}\n',
    });
    files.open('a.ts', "import { b } from './b';\n█");
    const first = await files.segments('a.ts');
    for (const char of 'b();\n') {
      files.type('a.ts', char);
      assert.deepEqual(await files.segments('a.ts', { wait: false }), first);
    }
    files.type('a.ts', "import { c } from './c';\n");
    assert.equal((await files.segments('a.ts')).length, 2);
  });

  it('shows the outline of the file outside of what the prompt shows', async () => {
    const far = Array.from(
      { length: 300 },
      (_, n) => `function f${n}(a: number): number {\n  return ${n};\n}\n`,
    );
    const files = new Workspace({});
    files.open('a.ts', `${far.slice(0, 150).join('')}█\n${far.slice(150).join('')}`);
    const segments = await files.segments('a.ts', { tokens: 768 });
    assert.equal(segments.length, 1);
    assert.match(segments[0] ?? '', /^file a\.ts:\d+-\d+\nfunction f\d+\(a: number\): number\n/);
    assert.doesNotMatch(segments[0] ?? '', /f149|f150/);
    assert.ok((segments[0]?.length ?? 0) <= 0.2 * 768 * 3.6);
    files.open('b.ts', `${far.slice(0, 5).join('')}█`);
    assert.deepEqual(await files.segments('b.ts'), []);
  });

  it('appends recent edits of other files', async () => {
    const files = new Workspace({});
    files.open('b.ts', 'one();\n█\ntwo();\n');
    files.open('a.ts', 'a();\n█');
    assert.deepEqual(await files.segments('a.ts'), []);
    files.type('b.ts', 'written();');
    assert.deepEqual(await files.segments('a.ts'), ['edits b.ts:1-4\none();\nwritten();\ntwo();\n']);
    assert.deepEqual(await files.segments('b.ts'), []);
    files.open('.env', 'KEY=█');
    files.type('.env', 'hunter2');
    assert.equal((await files.segments('a.ts')).join('').includes('hunter2'), false);
  });

  it('is the same in another process', async () => {
    const sources = { 'b.ts': shop, 'c.ts': 'export type C = string;\n', 'd.ts': 'export enum D { a }\n' };
    const shown = await Promise.all(
      [1, 2].map(() => {
        const files = new Workspace(sources);
        files.open('a.ts', "import './d';\nimport { Cart } from './b';\nimport type { C } from './c';\n█");
        return files.segments('a.ts', { tokens: 1000 });
      }),
    );
    assert.deepEqual(shown[0], shown[1]);
    assert.equal(shown[0]?.length, 3);
  });
});
