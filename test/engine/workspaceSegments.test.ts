import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ContextWorkspace, disposeWorkspaces } from '../support/contextWorkspace.ts';

after(disposeWorkspaces);

describe('segments of a completion', () => {
  it('stay the same while one types, and take a new import in', async () => {
    const made = new ContextWorkspace({
      'lib/b.ts': 'export function b1(): void {}\n',
      'lib2/c.ts': 'export const c1 = 5;\n',
    });
    made.open('src/a.ts', "import { b1 } from '../lib/b';\n\nfunction f() {\n  █\n}\n");
    const first = await made.segments('src/a.ts');
    assert.deepEqual(first, ['signatures lib/:0-0\nfunction b1(): void']);
    for (const char of 'b1(); c1();') {
      made.type('src/a.ts', char);
      assert.deepEqual(await made.segments('src/a.ts', { wait: false }), first);
    }
    made.move('src/a.ts', "b';\n");
    made.type('src/a.ts', "import { c1 } from '../lib2/c';\n");
    made.move('src/a.ts', 'c1();');
    assert.deepEqual(await made.segments('src/a.ts', { wait: false }), [
      ...first,
      'signatures lib2/:0-0\nconst c1 = 5',
    ]);
  });

  it('let go at once of what is deleted or ignored now, and in time of what is written otherwise', async () => {
    const made = new ContextWorkspace({
      'lib/b.ts': 'export function b1(): void {}\n',
      'lib/c.ts': 'export function c1(): void {}\n',
    });
    made.open('src/a.ts', 'function f() {\n  b1();\n  c1();\n  █\n}\n\n\nfunction g() {\n  b1();\n}\n');
    assert.deepEqual(await made.segments('src/a.ts'), [
      'signatures lib/:0-0\nfunction b1(): void\nfunction c1(): void',
    ]);
    made.write('.gitignore', 'c.ts\n');
    await made.report('src/a.ts');
    assert.deepEqual(await made.segments('src/a.ts', { wait: false }), [
      'signatures lib/:0-0\nfunction b1(): void',
    ]);
    made.write('lib/b.ts', 'export function b1(changed: number): void {}\n');
    await made.report('src/a.ts');
    made.move('src/a.ts', 'function g() {\n');
    assert.deepEqual(await made.segments('src/a.ts', { wait: false }), [
      'signatures lib/:0-0\nfunction b1(changed: number): void',
    ]);
    made.delete('lib');
    await made.report('src/a.ts');
    assert.deepEqual(await made.segments('src/a.ts', { wait: false }), []);
  });

  it('have the outline of the file outside of what the prompt shows, as it is now', async () => {
    const all = Array.from(
      { length: 300 },
      (_, n) => `function own${n}(a: number): number {\n  return ${n};\n}\n`,
    );
    const made = new ContextWorkspace({});
    made.open('a.ts', `${all.slice(0, 150).join('')}█\n${all.slice(150).join('')}`);
    const [segment, ...more] = await made.segments('a.ts');
    assert.deepEqual(more, []);
    assert.match(segment ?? '', /^file a\.ts:\d+-\d+\nfunction own\d+\(a: number\): number\n/);
    assert.doesNotMatch(segment ?? '', /own149\(|own150\(/);
    // What is written far above is there when the cursor is back.
    made.move('a.ts', 'return 1;\n}\n');
    made.type('a.ts', 'function fresh(): void {}\n');
    made.move('a.ts', 'return 151;');
    assert.match((await made.segments('a.ts')).join(), /function fresh\(\): void/);
    const small = new ContextWorkspace({});
    small.open('b.ts', `${all.slice(0, 5).join('')}█`);
    assert.deepEqual(await small.segments('b.ts'), []);
  });

  it('append recent edits of other files, but none of what is left out', async () => {
    const made = new ContextWorkspace({ 'b.ts': 'one();\ntwo();\n' });
    made.open('b.ts', 'one();\n█\ntwo();\n');
    made.open('a.ts', 'a();\n█');
    assert.deepEqual(await made.segments('a.ts'), []);
    made.type('b.ts', 'written();');
    assert.deepEqual(await made.segments('a.ts'), ['edits b.ts:1-4\none();\nwritten();\ntwo();\n']);
    assert.deepEqual(await made.segments('b.ts'), []);
    made.open('.env', 'KEY=█');
    made.type('.env', 'hunter2');
    assert.equal((await made.segments('a.ts')).join('').includes('hunter2'), false);
    made.write('.gitignore', 'b.ts\n');
    await made.report('a.ts');
    assert.deepEqual(await made.segments('a.ts', { wait: false }), []);
  });

  it('show an example of the call around the cursor', async () => {
    const made = new ContextWorkspace({
      'lib/render.ts': 'export function render(page: string, options: object): void {}\n',
      'lib/use.ts': `${'const x = 1;\n'.repeat(20)}render('index', { fast: true });\n`,
    });
    made.open('src/a.ts', 'function f() {\n  render(█\n}\n');
    const shown = await made.segments('src/a.ts');
    assert.deepEqual(shown, [
      'signatures lib/:0-0\nfunction render(page: string, options: object): void',
      "usage lib/use.ts:21-21\nrender('index', { fast: true });",
    ]);
  });
});
