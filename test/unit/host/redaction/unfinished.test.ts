import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { endsInSecret } from '../../../../src/host/redaction/unfinished.ts';

/** Texts up to the cursor. */
const inSecret = [
  'password = "a',
  'const password = "Sup3rS3cret!pw',
  "  password: 'correct horse",
  '{ "api_key": "k',
  'login(user, password="x',
  'send({ authorization: "Bearer e',
  '  <add key="DbPassword" value="S',
  'DB_PASSWORD=Tr',
  'x\nexport API_TOKEN=a1Zq',
  'run --password=Som',
  '  password: Tr0&',
  '  POSTGRES_PASSWORD: 4d&x',
  '"Server=db;User Id=sa;Password=Wi',
  'https://maps.acme.io/tile?api_key=9f',
  'url = "postgres://app:Z',
  'curl https://ann:pa55',
];
const beside = [
  'password = "',
  "password = 'Sup3rS3cret!pw'",
  "password = 'Sup3rS3cret!pw';\nlet x = \"a",
  'password = "unfinished\nlet x = a',
  'const password = readPass',
  '  password: user.passw',
  '  token: await fetchTok',
  'password = `${env.PASS',
  'DB_PASSWORD=${PASS',
  'DB_PASSWORD=$PASS',
  'DB_PASSWORD=',
  'if (TOKEN==to',
  'http://localhost:80',
  'http://localhost:${po',
  'http://[::1]:80',
  'https://example.org/a:b',
  '// The password is checked by the ser',
  '<label for="password">Your pass',
  'const compass = "north',
  '',
];

describe('a text that ends in the midst of a secret', () => {
  for (const text of inSecret) it(JSON.stringify(text), () => assert.equal(endsInSecret(text), true));
});

describe('a text that ends beside one', () => {
  for (const text of beside) it(JSON.stringify(text), () => assert.equal(endsInSecret(text), false));
});

it('is one at each character of a value in quotes, whatever it is', () => {
  const value = fc.stringMatching(/^[^"\\\n{%]{1,40}$/);
  fc.assert(
    fc.property(fc.string(), value, (before, typed) => {
      const text = `${before}\npassword = "`;
      for (let length = 1; length <= typed.length; length += 1)
        assert.ok(endsInSecret(text + typed.slice(0, length)));
      assert.equal(endsInSecret(`${text}${typed}"`), false);
    }),
  );
});
