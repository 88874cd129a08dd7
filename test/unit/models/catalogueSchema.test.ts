import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { catalogueSchema } from '../../../src/models/catalogueSchema.ts';
import { obeys, type JsonSchema } from './jsonSchema.ts';
import { catalogue, changed, model, type Json } from './madeUpCatalogue.ts';

/** Every path into a value. */
function paths(value: unknown, at: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  const inner = Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    paths(one, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? inner : [[...at], ...inner];
}

describe('the schema for editors and the one that is checked', () => {
  const file = path.join(import.meta.dirname, '../../../models/catalogue.schema.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as JsonSchema;
  const agree = (content: unknown) => {
    const [said, done] = [obeys(content, schema), v.is(catalogueSchema, content)];
    assert.equal(said, done, JSON.stringify(content));
    return done;
  };
  const whole = catalogue(
    model(),
    model({
      id: 'starter',
      quantizations: [
        { name: 'Q8_0', files: [], bundled: { file: 'a.gguf', bytes: 1, sha256: '0'.repeat(64) } },
      ],
    }),
  );
  const values: unknown[] = [
    ...[
      undefined,
      null,
      true,
      0,
      1,
      1.5,
      -1,
      100,
      101,
      2 ** 60,
      '',
      'x',
      'X y',
      'a.gguf',
      '../a.gguf',
      'ab'.repeat(32),
    ],
    ...[
      'AB'.repeat(32),
      'https://example.org/a.gguf',
      'https://example.org/a.gguf?x=1',
      'https://a@example.org/a.gguf',
    ],
    ...['http://example.org/a.gguf', 'https://example.org', 'x'.repeat(301), '💡'.repeat(300), 'chat', []],
    ...[['chat'], ['chat', 'chat'], ['poet'], {}, { name: 'x' }, { total: 1, active: 1 }, [{}]],
  ];

  it('agree on Hearth’s own', () => {
    const own = readFileSync(path.join(path.dirname(file), 'catalogue.json'), 'utf8');
    assert.equal(agree(JSON.parse(own)), true);
    assert.match(own, /"\$schema": "\.\/catalogue\.schema\.json"/);
  });
  it('agree on every field with every kind of value', () => {
    assert.equal(agree(whole), true);
    let refused = 0;
    let accepted = 0;
    for (const at of paths(whole)) {
      for (const value of values) {
        if (agree(changed(whole, at, value))) accepted += 1;
        else refused += 1;
      }
    }
    assert.ok(refused > 1000 && accepted > 50, `${refused} refused, ${accepted} accepted`);
  });
  it('agree on two changes at once', () => {
    const at = fc.constantFrom(...paths(whole));
    const value = fc.oneof(fc.constantFrom(...values), fc.jsonValue());
    fc.assert(
      fc.property(at, value, fc.constantFrom('name', 'source', 'colour'), value, (where, one, key, other) => {
        const content = changed(whole, where, one);
        const holder = (content['models'] as Json[] | undefined)?.[0];
        if (typeof holder === 'object' && holder !== null && other !== undefined) holder[key] = other;
        agree(content);
      }),
      { numRuns: 1000 },
    );
  });
});
