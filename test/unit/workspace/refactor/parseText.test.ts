import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Parsers } from '../../../../src/workspace/parsers.ts';
import { parseText } from '../../../../src/workspace/refactor/parseText.ts';
import { grammarsFolder } from '../../../support/grammars.ts';

const parsers = new Parsers(grammarsFolder);
after(() => parsers.dispose());

const parse = (language: string, path: string, text: string, by = parsers) =>
  parseText(by, { kind: 'parse', language, path, text });

describe('the parser of texts that are no documents', () => {
  it('tells what a text defines and imports, with offsets', async () => {
    const text =
      "import { Item } from './item.ts';\n\nexport function total(items: Item[]): number {\n  return 1;\n}\n";
    const facts = await parse('typescript', 'src/total.ts', text);
    assert.ok(facts);
    assert.deepEqual([facts.errors, facts.firstErrorLine], [0, null]);
    assert.deepEqual(facts.imports, [{ start: 0, end: text.indexOf('\n') }]);
    const [total, ...more] = facts.definitions;
    assert.ok(total && more.length === 0);
    assert.equal(text.slice(total.start, total.end), text.slice(text.indexOf('export'), -1));
    assert.deepEqual([total.name, total.kind, total.startLine, total.endLine], ['total', 'function', 3, 5]);
  });

  it('counts errors, and names the line of the first', async () => {
    const facts = await parse(
      'python',
      'a.py',
      'def one():\n    return 1\n\ndef two():\n    return 1 +* 2\n',
    );
    assert.ok(facts && facts.errors > 0);
    assert.equal(facts.firstErrorLine, 5);
    const missing = await parse('typescript', 'a.ts', 'const a = 1;\nfunction f() {\n  g(;\n}\n');
    assert.ok(missing && missing.errors > 0);
    assert.equal(missing.firstErrorLine, 3);
  });

  it('goes by the extension where the language is not known, and says nothing without a grammar', async () => {
    assert.equal((await parse('jsx-ish', 'src/a.tsx', 'const a = <b />;'))?.errors, 0);
    assert.equal((await parse('ts', 'src/a.ts', 'const a = <b />;'))?.errors === 0, false);
    assert.equal(await parse('cobol', 'a.cbl', 'MOVE A TO B.'), null);
  });

  it('leaves alone what is too long, or takes too long', async () => {
    assert.equal(await parse('python', 'a.py', '#'.repeat(1_000_001)), null);
    let clock = 0;
    const slow = new Parsers(grammarsFolder, undefined, { now: () => (clock += 400) });
    const text = 'x = [1, 2, 3]\n'.repeat(20_000);
    assert.equal(await parse('python', 'a.py', text, slow), null);
    clock = -1e9;
    await slow.dispose();
  });
});
