import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DenyList } from '../../../../src/core/endpoints/consent.ts';
import { joinDenied, readRules } from '../../../../src/host/endpoints/routingConfig.ts';

const endpoints = [{ name: 'Team' }];

describe('the rules of the settings', () => {
  it('may leave out languages and folders', () => {
    const { rules, problems } = readRules(
      [
        { endpoint: 'Team', when: 'hard' },
        { endpoint: 'Team', when: 'always', languages: ['rust'], folders: ['src/kernel/**'] },
      ],
      endpoints,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(rules, [
      { endpoint: 'Team', when: 'hard', languages: [], folders: [] },
      { endpoint: 'Team', when: 'always', languages: ['rust'], folders: ['src/kernel/**'] },
    ]);
  });

  const broken: readonly (readonly [unknown, string])[] = [
    [7, 'it must be a group of fields in braces'],
    [{ when: 'hard' }, 'it has no "endpoint"'],
    [{ endpoint: 'Team' }, 'it has no "when"'],
    [{ endpoint: 'Team', when: 'never' }, 'its "when" must be one of "always", "hard"'],
    [{ endpoint: 'Team', when: 'hard', languages: 'rust' }, 'its "languages" must be a list of language ids'],
    [{ endpoint: 'Team', when: 'hard', folders: [''] }, 'its "folders" must be a list of globs of paths'],
    [{ endpoint: 'Team', when: 'hard', paths: [] }, 'it has an unknown field "paths"'],
    [{ endpoint: 'Gone', when: 'hard' }, 'there is no endpoint "Gone" that can be used'],
    [{ endpoint: 'local', when: 'hard' }, 'the model on this machine needs no rule'],
    [
      { endpoint: 'Team', when: 'hard', folders: ['src', 'lib/!(a)'] },
      'the glob "lib/!(a)" of its "folders" can\'t be read, so write it with *, ** and ? only',
    ],
  ];
  for (const [entry, why] of broken) {
    it(`leave out ${JSON.stringify(entry)}, with a sentence, and keep the others`, () => {
      const { rules, problems } = readRules([entry, { endpoint: 'Team', when: 'hard' }], endpoints);
      assert.equal(rules.length, 1);
      assert.deepEqual(problems, [`Rule 1 of hearth.routing.rules is left out: ${why}.`]);
    });
  }

  it('are a list', () => assert.equal(readRules('x', endpoints).problems.length, 1));

  it('are read or left out with one sentence, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (entries) => {
        const { rules, problems } = readRules(entries, endpoints);
        assert.equal(rules.length + problems.length, entries.length);
      }),
    );
  });
});

describe('what is never sent', () => {
  const defaults = ['.env*'];

  it('is the default, or what the user has in its place', () => {
    assert.deepEqual(joinDenied({ defaults, users: undefined, added: [] }).globs, ['.env*']);
    assert.deepEqual(joinDenied({ defaults, users: [], added: [] }).globs, []);
    assert.deepEqual(joinDenied({ defaults, users: ['a/**'], added: [undefined] }).globs, ['a/**']);
  });

  it('keeps the defaults where the user wrote no list', () => {
    const { globs, problems } = joinDenied({ defaults, users: 'a/**', added: [] });
    assert.deepEqual(globs, ['.env*', 'a/**']);
    assert.deepEqual(problems, ['The setting hearth.routing.deny must be a list of globs in brackets.']);
  });

  it('says which glob nobody can read', () => {
    const { problems } = joinDenied({ defaults: [], users: ['{a..z}'], added: [] });
    assert.match(problems[0] ?? '', /The glob "\{a\.\.z\}" of hearth\.routing\.deny can't be read/);
  });

  it('can only become more by what a workspace says', () => {
    const glob = fc.oneof(fc.string(), fc.constantFrom('!.env*', '!**', '**/*.pem', ' .env* '));
    const value = fc.oneof(fc.anything(), fc.array(glob));
    const path = fc.constantFrom('.env', 'a/.env.local', 'b/c.ts', '');
    fc.assert(
      fc.property(fc.array(glob), fc.array(value), path, (users, added, file) => {
        const alone = joinDenied({ defaults, users, added: [] });
        const joined = joinDenied({ defaults, users, added });
        for (const one of alone.globs) assert.ok(joined.globs.includes(one));
        if (new DenyList(alone.globs).denies(file)) assert.ok(new DenyList(joined.globs).denies(file));
      }),
    );
  });
});
