import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { inspectionPage } from '../../../../src/host/models/inspectionPage.ts';
import { inspectModel } from '../../../../src/models/inspect.ts';
import { temporaryFolder } from '../../../support/engine.ts';
import { string } from '../../../support/ggufWriter.ts';
import { memoryFit } from '../../../support/modelRows.ts';
import { smallModel, type SmallModel } from '../../../support/smallModel.ts';

async function page(model: SmallModel = {}, name = 'model.gguf'): Promise<string> {
  const file = path.join(temporaryFolder(), name);
  await smallModel(file, model);
  return inspectionPage(await inspectModel(file), memoryFit());
}

/** The tables of a page: all lines with a column, in blocks. Fences are left out. */
function tables(text: string): string[][] {
  const plain = text.replace(/^(`{3,})jinja\n[\s\S]*?\n\1$/gm, '');
  return plain
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line.startsWith('|')))
    .filter((lines) => lines.length > 0);
}

/** Columns of a line, by the bars that no backslash stands before. */
function columns(line: string): number {
  return line.replace(/\\./g, '').split('|').length - 2;
}

function assertWellFormed(text: string): void {
  const all = tables(text);
  assert.equal(all.length, 5, 'facts, memory, markers, tensors, metadata');
  for (const [head = '', rule = '', ...rows] of all) {
    assert.match(rule, /^\|( -{3,} \|)+$/);
    for (const line of [rule, ...rows]) assert.equal(columns(line), columns(head), line);
  }
}

describe('inspectionPage', () => {
  it('has a well-formed table for each subject', async () => {
    const text = await page();
    assertWellFormed(text);
    assert.match(text, /^# Small model\n/);
    assert.match(text, /\| KV cache of 4096 tokens +\| 300\.0 MB +\|/);
    assert.match(text, /It fits well\./);
    assert.match(text, /Markers of the family qwen-coder/);
  });

  it('stays so whatever a file says of itself', async () => {
    const nasty = 'a | b\r\n| c `d` ``e``\r<b>\\|';
    const more = {
      'general.license': string(nasty),
      'some.value': string(nasty),
      'some|`key`': string('x'),
      'general.license.link': string('https://example.org/a|b'),
    };
    assertWellFormed(await page({ name: nasty, more }, 'a `b` 大.gguf'));
  });

  it('lets no text of a file become Markdown or HTML', async () => {
    const more = { 'general.license': string('[click](https://evil.example) <img src=x>') };
    const text = await page({ name: '**bold** <script>', more });
    assert.ok(text.includes('# \\*\\*bold\\*\\* \\<script\\>\n'));
    assert.ok(text.includes('\\[click\\](https://evil.example) \\<img src=x\\>'));
  });

  it('shows the whole template in a fence that is longer than any in it', async () => {
    const template = "```` {{ 'user' }}\n```\n````\nend";
    const text = await page({ template });
    assert.ok(text.includes(`\n\`\`\`\`\`jinja\n${template}\n\`\`\`\`\`\n`));
  });

  it('says what is missing', async () => {
    const text = await page({ fim: false, template: null });
    assert.match(text, /It has no markers for it: it sees only the text before the cursor\./);
    assert.match(text, /It has none: it is not made for chat\./);
  });

  it('begins with why a file can’t be used', async () => {
    const file = path.join(temporaryFolder(), 'adapter.gguf');
    await smallModel(file, { more: { 'general.type': string('adapter') } });
    const text = inspectionPage(await inspectModel(file), null);
    assert.match(text, /^# Small model\n\n> \*\*It can't be used\.\*\* It is an adapter/);
    assert.doesNotMatch(text, /Memory on this machine/);
  });
});
