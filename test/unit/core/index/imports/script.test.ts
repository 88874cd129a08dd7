import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of TypeScript and JavaScript', () => {
  const picture = `
    src/a.ts src/a.js src/b.ts src/b.test.ts src/c.tsx src/d/index.ts src/e.d.ts src/f.mts src/data.json
    src/user.service.ts src/style.css src/only.js src/legacy.cjs src/view.vue lib/b.ts lib/index.js index.ts
    src/g.jsx src/h/main.mjs src/deep/er/z.ts
  `;
  importTable('typescript', picture, [
    ['src/a.ts', './b', 'src/b.ts'],
    ['src/a.ts', './b : B, default', 'src/b.ts : B, default'],
    ['src/a.ts', './b.ts', 'src/b.ts'],
    ['src/a.ts', './b.js', 'src/b.ts'],
    ['src/a.ts', './c', 'src/c.tsx'],
    ['src/a.ts', './c.jsx', 'src/c.tsx'],
    ['src/a.ts', './c.js', 'src/c.tsx'],
    ['src/a.ts', './f.mjs', 'src/f.mts'],
    ['src/a.ts', './legacy.cjs', 'src/legacy.cjs'],
    ['src/a.ts', './only.js', 'src/only.js'],
    ['src/a.ts', './d', 'src/d/index.ts'],
    ['src/a.ts', './d/', 'src/d/index.ts'],
    ['src/a.ts', './e', 'src/e.d.ts'],
    ['src/a.ts', './user.service', 'src/user.service.ts'],
    ['src/a.ts', './view.vue', 'src/view.vue'],
    ['src/a.ts', './view', 'src/view.vue'],
    ['src/a.ts', './style.css?inline', 'src/style.css'],
    ['src/a.ts', './data.json', 'src/data.json'],
    ['src/a.ts', '..', 'index.ts'],
    ['src/a.ts', '../lib', 'lib/index.js'],
    ['src/deep/er/z.ts', '../../../lib/b', 'lib/b.ts'],
    ['src/a.ts', './a'],
    ['src/a.ts', './nothing'],
    ['src/a.ts', '../../outside'],
    ['src/a.ts', '../../src/b'],
    ['src/a.ts', 'valibot'],
    ['src/a.ts', '/src/b.ts'],
    ['src/a.ts', 'node:fs'],
  ]);
  importTable('tsx', picture, [['src/c.tsx', './b', 'src/b.ts']]);
  importTable('javascript', picture, [
    ['lib/index.js', '../src/g', 'src/g.jsx'],
    ['lib/index.js', '.'],
    ['src/only.js', '.'],
    ['lib/index.js', '../src/h/main', 'src/h/main.mjs'],
  ]);
});

describe('paths and baseUrl of a tsconfig', () => {
  const picture = `
    src/app/main.ts src/shared/log.ts src/shared/index.ts src/log.ts web/src/main.ts web/src/ui/button.tsx
    web/generated/ui/card.ts src/styles/theme.ts other/x.ts web/src/ui/deep/only.ts src/exact.ts
  `;
  importTable(
    'typescript',
    picture,
    [
      ['src/app/main.ts', '@shared/log', 'src/shared/log.ts'],
      ['src/app/main.ts', '@shared/log.js', 'src/shared/log.ts'],
      ['src/app/main.ts', '@shared', 'src/shared/index.ts'],
      ['src/app/main.ts', '@shared/theme', 'src/styles/theme.ts'],
      ['src/app/main.ts', 'app/main'],
      ['src/app/main.ts', 'log', 'src/log.ts'],
      ['src/app/main.ts', 'exact', 'src/exact.ts'],
      ['src/app/main.ts', 'exacter'],
      ['web/src/main.ts', '~ui/button', 'web/src/ui/button.tsx'],
      ['web/src/main.ts', '~ui/card', 'web/generated/ui/card.ts'],
      ['web/src/main.ts', '~ui/deep/only', 'web/src/ui/deep/only.ts'],
      ['web/src/main.ts', '@shared/log', 'src/shared/log.ts'],
      ['src/app/main.ts', '~ui/button'],
      ['other/x.ts', '@shared/log', 'src/shared/log.ts'],
    ],
    {
      tsconfigs: [
        {
          folder: 'web',
          baseUrl: null,
          paths: [{ pattern: '~ui/*', targets: ['web/src/ui/*', 'web/generated/ui/*'] }],
        },
        {
          folder: '',
          baseUrl: 'src',
          paths: [
            { pattern: '@*', targets: ['src/nothing/*'] },
            { pattern: '@shared/*', targets: ['src/shared/*', 'src/styles/*'] },
            { pattern: '@shared', targets: ['src/shared'] },
            { pattern: 'exact', targets: ['src/exact.ts'] },
          ],
        },
      ],
    },
  );
});

describe('packages of the workspace', () => {
  const picture = `
    packages/ui/src/index.ts packages/ui/src/button.tsx packages/ui/theme.ts packages/ui/src/internal/pad.ts
    packages/core/lib.js packages/app/src/main.ts packages/app/src/util/id.ts packages/ui/src/icons/star.ts
    plain/src/pages/home.js plain/src/store.js
  `;
  importTable(
    'typescript',
    picture,
    [
      ['packages/app/src/main.ts', '@acme/ui', 'packages/ui/src/index.ts'],
      ['packages/app/src/main.ts', '@acme/ui : Button', 'packages/ui/src/index.ts : Button'],
      ['packages/app/src/main.ts', '@acme/ui/button', 'packages/ui/src/button.tsx'],
      ['packages/app/src/main.ts', '@acme/ui/theme', 'packages/ui/theme.ts'],
      ['packages/app/src/main.ts', '@acme/ui/glyphs/star', 'packages/ui/src/icons/star.ts'],
      ['packages/app/src/main.ts', 'core', 'packages/core/lib.js'],
      ['packages/app/src/main.ts', '../../core', 'packages/core/lib.js'],
      ['packages/app/src/main.ts', '#util/id', 'packages/app/src/util/id.ts'],
      ['packages/app/src/main.ts', '@/util/id', 'packages/app/src/util/id.ts'],
      ['packages/ui/src/index.ts', '#util/id'],
      ['packages/app/src/main.ts', '@acme/uix'],
      ['packages/app/src/main.ts', '@acme'],
    ],
    {
      packages: [
        {
          folder: 'packages/ui',
          name: '@acme/ui',
          entry: ['packages/ui/dist/index.js', 'packages/ui/src/index.js'],
          subpaths: [{ pattern: '@acme/ui/glyphs/*', targets: ['packages/ui/src/icons/*.js'] }],
        },
        { folder: 'packages/core', name: 'core', entry: ['packages/core/lib'], subpaths: [] },
        {
          folder: 'packages/app',
          name: 'app',
          entry: [],
          subpaths: [{ pattern: '#util/*', targets: ['packages/app/src/util/*.ts'] }],
        },
      ],
    },
  );
  importTable('javascript', picture, [['plain/src/pages/home.js', '@/store']]);
  importTable('javascript', picture, [['plain/src/pages/home.js', '~/store', 'plain/src/store.js']], {
    packages: [{ folder: 'plain', name: 'plain', entry: [], subpaths: [] }],
  });
});
