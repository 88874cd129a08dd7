import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { analyse, analyseText, reachable } from '../../../bench/context/analysis.ts';
import { groundTruth, neededOf, visibleAbove, type HeldOutLine } from '../../../bench/context/groundTruth.ts';
import { shippedParsers } from '../../support/grammars.ts';
import { heldOutLines, madeUp } from './contextWorld.ts';

const parsers = shippedParsers();
after(() => parsers.dispose());

/** The needed names of each line, `+` behind those that are seen, `-` behind unseen and `--` behind absent ones. */
async function needed(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const { lines } = await heldOutLines(madeUp(files), parsers);
  const mark = ({ seen, absent }: HeldOutLine['needed'][number]) => (seen ? '+' : absent ? '--' : '-');
  return Object.fromEntries(
    [...lines].map(([removed, line]) => [removed, line.needed.map((one) => one.name + mark(one)).join(' ')]),
  );
}

const library = 'export function openDoor(): void {}\nexport class Window { closeShutters(): void {} }\n';

describe('needed names', () => {
  it('are those that another file defines, seen or unseen in the visible window', async () => {
    const house = `import { openDoor } from './library.ts';
export function enter(): void {
  openDoor();
  house.closeShutters();
}
`;
    assert.deepEqual(await needed({ 'library.ts': library, 'house.ts': house }), {
      'openDoor();': 'openDoor+',
      'house.closeShutters();': 'closeShutters--',
    });
  });

  it('are unseen, but not absent, where they stand above the visible window only', async () => {
    const house = `import { openDoor } from './library.ts';\n${'\n'.repeat(visibleAbove)}openDoor();\n`;
    assert.deepEqual(await needed({ 'library.ts': library, 'house.ts': house }), {
      'openDoor();': 'openDoor-',
    });
  });

  it('are not what the file defines or declares itself, what the language has, or what stands in comments', async () => {
    const other =
      'export const result = 1;\nexport function stringify(): void {}\nexport function leave(): void {}\n';
    const house = `export function leave(result: number): void {
  // openDoor();
  console.log(result, 'openDoor');
  JSON.stringify(1);
  const openDoor = leave(2);
  openDoor();
}
`;
    assert.deepEqual(await needed({ 'library.ts': library + other, 'house.ts': house }), {});
  });

  it('are not those that more than three files define', async () => {
    const define = 'export function openDoor(): void {}\n';
    const house = 'export const entered = openDoor();\n';
    const three = { 'a.ts': define, 'b.ts': define, 'c.ts': define };
    assert.deepEqual(await needed({ ...three, 'house.ts': house }), {
      'export const entered = openDoor();': 'openDoor--',
    });
    assert.deepEqual(await needed({ ...three, 'd.ts': define, 'house.ts': house }), {});
  });

  it('are not those of tests, and lines of tests are not held out', async () => {
    const use = 'export const entered = openDoor();\n';
    assert.deepEqual(await needed({ 'test/library.ts': library, 'house.ts': use }), {});
    assert.deepEqual(await needed({ 'library.ts': library, 'house.test.ts': use }), {});
  });

  for (const { language, files, expected } of [
    {
      language: 'Python',
      files: {
        'doors.py': 'def open_door(): pass\n\nclass Shutter:\n    def close_it(self): pass\n',
        'house.py':
          'from doors import open_door\n\ndef enter(open_window):\n    for shutter in open_window:\n        shutter.close_it(open_door)\n',
      },
      expected: { 'shutter.close_it(open_door)': 'close_it-- open_door+' },
    },
    {
      language: 'Go',
      files: {
        'doors.go': 'package house\n\nfunc OpenDoor() error { return nil }\n',
        'house.go': 'package house\n\nfunc Enter() error {\n\tresult := OpenDoor()\n\treturn result\n}\n',
      },
      expected: { 'result := OpenDoor()': 'OpenDoor--' },
    },
    {
      language: 'Rust',
      files: {
        'src/doors.rs': 'pub struct Door;\nimpl Door { pub fn open_wide(&self) {} }\n',
        'src/house.rs': 'use crate::doors::Door;\n\npub fn enter(door: &Door) {\n    door.open_wide();\n}\n',
      },
      expected: { 'pub fn enter(door: &Door) {': 'Door+', 'door.open_wide();': 'open_wide--' },
    },
  ]) {
    it(`are found in ${language}`, async () => assert.deepEqual(await needed(files), expected));
  }
});

describe('held-out lines', () => {
  it('leave their indentation in the text, where the cursor is', async () => {
    const house = 'export function enter(): void {\n  openDoor();\n}\n';
    const { lines } = await heldOutLines(madeUp({ 'library.ts': library, 'house.ts': house }), parsers);
    const line = lines.get('openDoor();');
    assert.deepEqual([line?.line, line?.column], [1, 2]);
    assert.equal(line?.text, 'export function enter(): void {\n  \n}\n');
  });

  it('are drawn by the seed, so many a class', async () => {
    const uses = Array.from({ length: 40 }, (_, at) => `export const use${at} = openDoor();\n`).join('');
    const analysis = await analyse(madeUp({ 'library.ts': library, 'house.ts': uses }), parsers);
    const draw = (seed: number) => groundTruth(analysis, parsers, { seed, count: 5 });
    const [one, same, other] = [await draw(1), await draw(1), await draw(2)];
    assert.equal(one.drawn.seen.length, 5);
    assert.equal(one.available.seen, 40);
    assert.deepEqual(one.lines, same.lines);
    assert.notDeepEqual(one.lines, other.lines);
    assert.ok(one.drawn.seen.every((at) => neededOf(one.lines[at] as HeldOutLine, 'seen').length === 1));
  });
});

describe('reachable definitions', () => {
  it('are not inside functions or modules of tests', async () => {
    const text = 'fn outer() { fn inner() {} }\nmod tests { fn check() {} }\nstruct Door { width: u32 }\n';
    const names = reachable(await analyseText('src/lib.rs', text, parsers)).map(({ name }) => name);
    assert.ok(names.includes('outer') && names.includes('Door'));
    assert.ok(!names.includes('inner') && !names.includes('check'));
  });
});
