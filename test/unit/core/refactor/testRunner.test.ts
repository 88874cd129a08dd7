import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { testRecogniser } from '../../../../src/core/refactor/testRunner.ts';
import { RefactorWorld } from '../../../support/refactorWorld.ts';
import { project, recognised, script } from './runner/projects.ts';

describe('no runner', () => {
  project('of JavaScript', { ...script('node scripts/test.ts'), 'x/package.json': 'no JSON {' }, [
    ['a.test.ts', 'none'],
    ['x/a.test.ts', 'none'],
  ]);
  project('of other languages', {}, [
    ['a.py', 'none'],
    ['a.rs', 'none'],
    ['a.rb', 'none'],
    ['A.java', 'none'],
    ['A.cs', 'none'],
    ['a.lua', 'none'],
  ]);
});

describe('testRecogniser', () => {
  it('says so where files can’t be read', async () => {
    const recognise = testRecogniser({ read: () => Promise.reject(new Error('gone')) });
    assert.equal((await recognise({ path: 'a/b.test.ts', text: '', isNew: true })).kind, 'none');
  });

  it('reads each file once', async () => {
    const { files } = new RefactorWorld(script('vitest')).ports;
    const reads: string[] = [];
    const recognise = testRecogniser({ read: (path) => (reads.push(path), files.read(path)) });
    for (const path of ['a/b.test.ts', 'a/c.test.ts']) await recognise({ path, text: '', isNew: true });
    assert.equal(reads.length, new Set(reads).size);
  });

  it('never rejects, whatever a project’s files hold', async () => {
    const texts = fc.string({
      unit: fc.constantFrom(...'ab:=,{}[]()"\'/\\.\n *$<>!#', 'test', 'vitest', 'jest', 'mocha'),
    });
    const names = [
      'package.json',
      'vitest.config.ts',
      'jest.config.js',
      '.mocharc.yml',
      'pytest.ini',
      'pom.xml',
      'Rakefile',
      '.rspec',
      'Cargo.toml',
    ];
    const paths = ['a/b.test.ts', 'tests/test_a.py', 'src/test/ATest.java', 'test/a_test.rb', 'tests/a.rs'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        texts,
        fc.constantFrom(...paths),
        async (name, text, path) => {
          const files =
            name === 'package.json' ? { [name]: text } : { ...script('vitest; jest; mocha'), [name]: text };
          const found = await recognised(path, files);
          assert.ok(found.kind === 'none' || found.detail.endsWith('.'), JSON.stringify(found));
        },
      ),
    );
  });
});
