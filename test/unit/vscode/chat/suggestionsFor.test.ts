import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FoundSymbol } from '../../../../src/core/chat/context.ts';
import { suggestionsFor } from '../../../../src/vscode/chat/suggestionsFor.ts';

const symbol = (name: string, path: string, container: string | null = null): FoundSymbol => ({
  name,
  path,
  container,
  kind: 'class',
  signature: '',
  startLine: 7,
  endLine: 9,
});

/** A workspace with a few paths and names, and what was asked of it. */
function world() {
  const asked: string[] = [];
  return {
    asked,
    workspace: {
      findPaths: (query: string) => {
        asked.push(`paths ${query}`);
        return Promise.resolve(['src/shop/', 'src/shop.ts', 'my files/shop.ts']);
      },
      findSymbols: (query: string) => {
        asked.push(`symbols ${query}`);
        return Promise.resolve([
          symbol('Shop', 'src/shop.ts'),
          symbol('Shop', 'src/other.ts'),
          symbol('shopOf', 'src/shop.ts', 'Street'),
        ]);
      },
    },
  };
}

async function inserts(word: string): Promise<string[]> {
  return (await suggestionsFor(word, world().workspace)).map(({ insert }) => insert);
}

describe('suggestions', () => {
  it('after @ are the kinds, without asking the workspace', async () => {
    const { workspace, asked } = world();
    const offers = await suggestionsFor('@', workspace);
    assert.deepEqual(
      offers.map(({ label, open }) => [label, open]),
      [
        ['@file', true],
        ['@folder', true],
        ['@symbol', true],
        ['@selection', false],
        ['@problems', false],
        ['@diff', false],
        ['@terminal', false],
        ['@workspace', false],
      ],
    );
    assert.deepEqual(asked, []);
  });

  it('after the beginning of a kind are those kinds first', async () => {
    assert.deepEqual((await inserts('@se')).slice(0, 1), ['@selection']);
    assert.deepEqual(await inserts('@s'), ['@symbol:', '@selection']);
  });

  it('after @ and a name are paths and definitions', async () => {
    assert.deepEqual(await inserts('@shop'), [
      '@folder:src/shop',
      '@file:src/shop.ts',
      '@file:"my files/shop.ts"',
      '@symbol:Shop',
      '@symbol:shopOf',
    ]);
  });

  it('after a kind are only what is of it', async () => {
    assert.deepEqual(await inserts('@file:shop'), ['@file:src/shop.ts', '@file:"my files/shop.ts"']);
    assert.deepEqual(await inserts('@folder:shop'), ['@folder:src/shop']);
    assert.deepEqual(await inserts('@symbol:sho'), ['@symbol:Shop', '@symbol:shopOf']);
    assert.deepEqual(await inserts('@symbol:'), []);
    const { workspace, asked } = world();
    await suggestionsFor('@file:"my fi', workspace);
    assert.deepEqual(asked, ['paths my fi']);
  });

  it('say where a definition is', async () => {
    const offers = await suggestionsFor('@symbol:sho', world().workspace);
    assert.deepEqual(
      offers.map(({ label, detail, icon }) => [label, detail, icon]),
      [
        ['Shop', 'src/shop.ts:7', 'symbol-class'],
        ['shopOf', 'Street, src/shop.ts:7', 'symbol-class'],
      ],
    );
  });

  it('after / are the commands that begin so', async () => {
    assert.deepEqual(await inserts('/'), ['/explain', '/fix', '/tests', '/doc', '/review', '/commit']);
    assert.deepEqual(await inserts('/RE'), ['/review']);
    assert.deepEqual(
      (await suggestionsFor('/ex', world().workspace)).map(({ icon }) => icon),
      ['command'],
    );
    assert.deepEqual(await inserts('/x'), []);
    assert.deepEqual(await inserts('word'), []);
  });
});
