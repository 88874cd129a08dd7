import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { isExclusion } from '../../../src/core/index/exclusions.ts';
import { importedModules } from '../../../src/core/syntax/imports.ts';
import { outline, type Definition } from '../../../src/core/syntax/outline.ts';
import { scanScript } from '../../../src/core/syntax/scriptScanner.ts';
import { fileFacts, type SyntaxFacts } from '../../../src/workspace/fileFacts.ts';
import { Parsers } from '../../../src/workspace/parsers.ts';
import { repository } from '../../support/engine.ts';
import { grammarsFolder } from '../../support/grammars.ts';

const parsers = new Parsers(grammarsFolder);
after(() => parsers.dispose());

/** What the syntax of a whole TypeScript file says, and whether it is sound. */
async function wholeFacts(text: string, language = 'typescript'): Promise<SyntaxFacts & { sound: boolean }> {
  const grammar = await parsers.grammar(language);
  const tree = await parsers.parse(language, text);
  assert.ok(grammar !== null && tree !== null);
  const matches = grammar.facts.matches(tree.rootNode);
  const sound = !tree.rootNode.hasError;
  const facts = { definitions: outline(text, matches), imports: importedModules(text, matches), sound };
  tree.delete();
  return facts;
}

async function factsOf(file: string, text: string): Promise<SyntaxFacts> {
  const facts = await fileFacts(parsers, file, { text, bytes: text.length, mtimeMs: 0 });
  assert.ok(!isExclusion(facts));
  return facts;
}

describe('the facts of a TypeScript file', () => {
  it('are those of all its text, but for what its functions define for themselves', async () => {
    const files = globSync('{src,test/support,test/editor,bench}/**/*.ts', { cwd: repository });
    let sound = 0;
    let without = 0;
    for (const file of files) {
      const text = readFileSync(path.join(repository, file), 'utf8');
      const script = scanScript(text);
      assert.ok(script !== null, `${file}: its brackets match`);
      const local = ({ start, end }: Definition): boolean =>
        script.leftOut.some((part) => start >= part.start && end <= part.end);
      const whole = await wholeFacts(text);
      // Of a few the grammar does not know all of the syntax: those are parsed whole.
      if (!whole.sound) continue;
      sound += 1;
      const facts = await factsOf(file, text);
      assert.deepEqual(facts.imports, whole.imports, file);
      assert.deepEqual(
        facts.definitions,
        whole.definitions.filter((one) => !local(one)),
        file,
      );
      without += script.leftOut.reduce((units, { start, end }) => units + end - start, 0);
    }
    assert.ok(sound > 800 && sound > files.length - 10);
    assert.ok(without > 2_000_000, 'a good part of it is left out');
  });

  it('with JSX are the same, in bodies and outside of them', async () => {
    const inside = `import { h, type Props } from './h.js';
export function Page({ name }: Props): Element { const title = <h1 class="a">It is {name}</h1>; return title; }
export const Line = (one: Props) => { const all = [one]; return <>{all.map((each) => <b key={each} />)}</>; };`;
    const outside = `${inside}\nexport const icon = <svg width="1"><path d="M0 0" /></svg>;`;
    const grammar = await parsers.grammar('tsx');
    const before = parsers.parses;
    for (const text of [inside, outside]) {
      const whole = await wholeFacts(text, 'tsx');
      const facts = await factsOf('a.tsx', text);
      assert.ok(grammar !== null && whole.sound);
      assert.deepEqual(facts, { ...facts, imports: whole.imports, definitions: whole.definitions });
    }
    // Beside the two whole ones here: a part of each, and the whole only where JSX stands outside of bodies.
    assert.equal(parsers.parses - before, 2 + 2 + 1);
  });

  it('are those of all its text where the rest of it is not sound', async () => {
    const text = `class A { m() { const a = 1; function local() { return a; } return local; } n( {} }\nfunction b() {}`;
    const whole = await wholeFacts(text);
    assert.equal(whole.sound, false);
    assert.deepEqual((await factsOf('a.ts', text)).definitions, whole.definitions);
  });

  it('are those of all its text where something else was taken for a function’s head', async () => {
    const text = `export const a = b ? (c) : (d) => { const e = d; return e; };\nexport class F {}`;
    const whole = await wholeFacts(text);
    assert.ok(whole.sound);
    assert.deepEqual((await factsOf('a.ts', text)).definitions, whole.definitions);
  });

  it('hold what a function loads late, and the class that it gives back', async () => {
    const text = `export function load() { const late = import('./late.js'); return late.then((one) => one.two); }
export function mixin(base) { return class Mixed extends base { useful(): void { this.other(); } }; }`;
    const { imports, definitions } = await factsOf('a.ts', text);
    const whole = await wholeFacts(text);
    assert.deepEqual(imports, whole.imports);
    assert.deepEqual(definitions, whole.definitions);
  });
});
