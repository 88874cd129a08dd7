import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EndpointError } from '../../../../src/core/endpoints/errors.ts';
import { createRedactor, type Redactor } from '../../../../src/host/redaction/redactor.ts';
import type { SecretRule } from '../../../../src/host/redaction/types.ts';
import { Draw, secretCorpus } from '../../../support/secretCorpus.ts';

const draw = new Draw(7);
const password = 'Falcon!4821';
const token = `gh${'p'}_${draw.alnum(36)}`;
const pem = [
  `-----BEGIN ${'PRIVATE'} KEY-----`,
  `MIIEvQIBADANBgkq${draw.base64(48)}`,
  draw.base64(64),
  `${draw.base64(30)}==`,
  `-----END ${'PRIVATE'} KEY-----`,
].join('\n');

const make = (emails = true): Redactor => createRedactor({ emails });

test('the same secret has the same placeholder, in every text', async () => {
  const redactor = make();
  const first = await redactor.redact(`password = "${password}"\nother = New("${token}")\n`);
  assert.equal(
    first.text,
    'password = "HEARTH_REDACTED_1_password"\nother = New("HEARTH_REDACTED_2_github_token")\n',
  );
  assert.deepEqual(first.found, [
    {
      kind: 'password',
      label: 'password',
      placeholder: 'HEARTH_REDACTED_1_password',
      startLine: 1,
      endLine: 1,
      count: 1,
    },
    {
      kind: 'token',
      label: 'GitHub token',
      placeholder: 'HEARTH_REDACTED_2_github_token',
      startLine: 2,
      endLine: 2,
      count: 1,
    },
  ]);
  const second = await redactor.redact(`a("${token}");\nb("${token}");`);
  assert.equal(second.text, 'a("HEARTH_REDACTED_2_github_token");\nb("HEARTH_REDACTED_2_github_token");');
  assert.equal(second.found[0]?.count, 2);
});

test('a secret that is known is replaced where nothing says that it is one', async () => {
  const redactor = make();
  const value = 'Winter-Castle-71';
  await redactor.redact(`DB_PASSWORD=${value}\n`);
  const { text } = await redactor.redact(`connect(user, "${value}", 3)`);
  assert.equal(text, 'connect(user, "HEARTH_REDACTED_1_password", 3)');
});

test('of an address only the password is replaced', async () => {
  const { text } = await make().redact(
    `url = "postgres://app:${password}@db7.acme.io:5432/app?sslmode=require"`,
  );
  assert.equal(
    text,
    'url = "postgres://app:HEARTH_REDACTED_1_password@db7.acme.io:5432/app?sslmode=require"',
  );
});

test('a private key becomes one placeholder, and the lines behind it keep their numbers', async () => {
  const redactor = make();
  const source = `const key = \`${pem}\`;\nafter();\n`;
  const { text, found } = await redactor.redact(source);
  assert.equal(text, 'const key = `HEARTH_REDACTED_1_private_key\n\n\n\n`;\nafter();\n');
  assert.deepEqual([found[0]?.startLine, found[0]?.endLine], [1, 5]);
  assert.equal(redactor.restore(text), source);
  // A model that leaves the empty lines out gives the whole key all the same.
  assert.equal(redactor.restore('const key = `HEARTH_REDACTED_1_private_key`;'), `const key = \`${pem}\`;`);
});

test('a file whose name says that it is secret is replaced as a whole', async () => {
  const redactor = make();
  const source = 'PLAIN=1\nNAME=two\n';
  const { text, found } = await redactor.redact(source, { path: 'deploy\\.env.production' });
  assert.equal(text, 'HEARTH_REDACTED_1_secret_file\n\n');
  assert.deepEqual([found[0]?.kind, found[0]?.endLine], ['file', 3]);
  assert.equal(redactor.restore(text), source);
  assert.deepEqual(await redactor.redact(text, { path: '.env' }), { text, found: [] });
  assert.equal((await redactor.redact(source, { path: 'src/env.ts' })).text, source);
  assert.equal((await redactor.redact(' \n', { path: '.env' })).text, ' \n');
});

test('e-mail addresses are replaced where the setting says so', async () => {
  const source = 'Mail maria.keller@acme-tools.io, not git@github.com, you@example.com or icon@2x.png.';
  assert.equal(
    (await make().redact(source)).text,
    'Mail HEARTH_REDACTED_1_e_mail, not git@github.com, you@example.com or icon@2x.png.',
  );
  assert.equal((await make(false).redact(source)).text, source);
});

test('comments in a file switch no rule off', async () => {
  const { text } = await make().redact(
    `// secretlint-disable\nconst a = '${token}'; // secretlint-disable-line\n`,
  );
  assert.ok(!text.includes(token));
});

test('what was redacted is not changed again, and restored it is what it was', async () => {
  for (const { text: source, kind } of secretCorpus(11, 3)) {
    const redactor = make();
    const { text } = await redactor.redact(source);
    const again = await redactor.redact(text);
    assert.deepEqual(again, { text, found: [] }, kind);
    assert.equal(redactor.restore(text), source, kind);
    // Another redactor takes the placeholders for what they are, too.
    assert.equal((await make().redact(text)).text, text, kind);
  }
});

test('any text comes back as it was, and redacting is settled after once', async () => {
  const parts = fc.oneof(
    fc.constantFrom(
      'password = "',
      '"',
      'token: ',
      '\n',
      '://u:',
      '@host.io',
      token,
      password,
      pem,
      'Bearer ',
      '=',
      ' ',
      '\\n',
      '&',
      ';',
    ),
    fc.string({ maxLength: 30 }),
    fc.stringMatching(/^[A-Za-z0-9+/=_-]{10,50}$/),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 14 }), async (pieces) => {
      const source = pieces.join('');
      const redactor = make();
      const { text } = await redactor.redact(source);
      assert.equal(redactor.restore(text), source);
      assert.deepEqual(await redactor.redact(text), { text, found: [] });
      assert.deepEqual((await make().redact(source)).text, text);
    }),
    { numRuns: 300 },
  );
});

test('a text restored in pieces is the text restored as a whole', async () => {
  const redactor = make();
  await redactor.redact(`password = "${password}"\n${pem}\n${token}\n`);
  for (let number = 0; number < 12; number += 1) {
    await redactor.redact(`password = "Falcon!${4000 + number}"`);
  }
  const part = fc.oneof(
    fc.constantFrom(
      'HEARTH_REDACTED_1_password',
      'HEARTH_REDACTED_2_private_key',
      'HEARTH_REDACTED_2_private_key\n\n\n\n',
      'HEARTH_REDACTED_3_github_token',
      'HEARTH_REDACTED_12_password',
      'HEARTH_REDACTED_99_password',
      'HEARTH_REDACTED_',
      'HEARTH_',
      'HEARTH_REDACTED_1',
      'H',
      '\n',
    ),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(
      fc.array(part),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (parts, sizes) => {
        const text = parts.join('');
        const restorer = redactor.restorer();
        let restored = '';
        let at = 0;
        for (let index = 0; at < text.length; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          restored += restorer.push(text.slice(at, at + size));
          at += size;
        }
        assert.equal(restored + restorer.end(), redactor.restore(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('a restorer holds back only what may be the beginning of a placeholder', async () => {
  const redactor = make();
  await redactor.redact(`password = "${password}"`);
  const restorer = redactor.restorer();
  assert.equal(restorer.push('let a = HEART'), 'let a = ');
  assert.equal(restorer.push('S; HEARTH_REDACTED_1_pass'), 'HEARTS; ');
  assert.equal(restorer.push('word'), password);
  assert.equal(restorer.push(' and on'), ' and on');
  assert.equal(restorer.push(' HEARTH_REDACTED_7_pass'), ' HEARTH_REDACTED_7_pass');
  assert.equal(restorer.end(), '');
});

test('a placeholder that a text brings by itself stands for nothing that is met later', async () => {
  const redactor = make();
  const source = `// HEARTH_REDACTED_1_password\npassword = "${password}"\n`;
  const { text } = await redactor.redact(source);
  assert.equal(text, '// HEARTH_REDACTED_1_password\npassword = "HEARTH_REDACTED_2_password"\n');
  assert.equal(redactor.restore(text), source);
});

test('a text like a placeholder hides no secret that it stands in', async () => {
  const redactor = make();
  const lines = pem.split('\n');
  const hiding = [...lines.slice(0, 2), 'HEARTH_REDACTED_77_x', ...lines.slice(2)].join('\n');
  const glued = 'url = "postgres://u:HEARTH_REDACTED_5_x9Bf83kLm!Qz@db.acme.io/x"';
  const named = 'password = "HEARTH_REDACTED_6_x9Bf83kLm!Qz"';
  const address = 'mail HEARTH_REDACTED_7_x.keller@acme-tools.io';
  const source = [`${hiding}\n`, glued, named, address].join('\n');
  const { text } = await redactor.redact(source);
  assert.equal(
    text,
    [
      `HEARTH_REDACTED_1_private_key${'\n'.repeat(6)}`,
      'url = "postgres://u:HEARTH_REDACTED_2_password@db.acme.io/x"',
      'password = "HEARTH_REDACTED_3_password"',
      'mail HEARTH_REDACTED_4_e_mail',
    ].join('\n'),
  );
  assert.equal(redactor.restore(text), source);
  assert.deepEqual(await redactor.redact(text), { text, found: [] });
});

test('what stands around a placeholder of ours is replaced without it', async () => {
  const redactor = make();
  await redactor.redact(`password = "${password}"`);
  const lines = pem.split('\n');
  const source = [...lines.slice(0, 2), 'HEARTH_REDACTED_1_password', ...lines.slice(2)].join('\n');
  const { text } = await redactor.redact(source);
  assert.match(
    text,
    /^HEARTH_REDACTED_2_private_key\n+HEARTH_REDACTED_1_passwordHEARTH_REDACTED_3_private_key\n+$/,
  );
  assert.equal(redactor.restore(text), source.replace('HEARTH_REDACTED_1_password', password));
});

test('placeholders stand for the same while the setting about e-mail addresses changes', async () => {
  let emails = true;
  const redactor = createRedactor({ emails: () => emails });
  const source = `password = "${password}" // maria.keller@acme-tools.io`;
  const { text } = await redactor.redact(source);
  emails = false;
  const other = await redactor.redact('password = "Beta!7yW2mm" // maria.keller@acme-tools.io');
  assert.equal(other.text, 'password = "HEARTH_REDACTED_3_password" // maria.keller@acme-tools.io');
  assert.equal(redactor.restore(text), source);
  emails = true;
  assert.equal((await redactor.redact(source)).text, text);
});

test('a literal that the end of a text cuts off is one', async () => {
  const { text } = await make().redact(`password = "${password}`);
  assert.equal(text, 'password = "HEARTH_REDACTED_1_password');
});

test('secrets are escaped where they are put back into JSON', async () => {
  const redactor = make();
  await redactor.redact(`${pem}\n`);
  const restored = redactor.restoreJson('{"path":"a.pem","text":"HEARTH_REDACTED_1_private_key"}');
  assert.deepEqual(JSON.parse(restored), { path: 'a.pem', text: pem });
  assert.equal(redactor.restoreJson('{"text":"HEARTH_REDACTED_1_priv'), '{"text":"HEARTH_REDACTED_1_priv');
  assert.equal(redactor.restoreJson('{ "a": 1 }'), '{ "a": 1 }');
});

const refused = (error: unknown): boolean => {
  assert.ok(error instanceof EndpointError);
  assert.equal(error.code, 'forbidden');
  assert.match(error.message, /^Nothing was sent, since the text may hold secrets\. .*\.$/);
  assert.ok(!error.message.includes(password));
  return true;
};

test('where a rule fails, or takes too long, or the text is too long, nothing may be sent', async () => {
  const failing: SecretRule = {
    id: 'a rule',
    find() {
      throw new Error('it broke');
    },
  };
  await assert.rejects(createRedactor({ emails: true, rules: [failing] }).redact(password), refused);
  let clock = 0;
  const slow: SecretRule = { id: 'a rule', find: () => ((clock += 6000), []) };
  const late = createRedactor({ emails: true, rules: [slow], now: () => clock });
  await assert.rejects(late.redact(password), refused);
  // A redactor that refused one text takes the next.
  const both = createRedactor({
    emails: true,
    rules: [{ id: 'a rule', find: (text) => (text === 'no' ? failing.find(text) : []) }],
  });
  const [first, second] = await Promise.allSettled([both.redact('no'), both.redact('yes')]);
  assert.equal(first.status, 'rejected');
  assert.deepEqual(second, { status: 'fulfilled', value: { text: 'yes', found: [] } });
  await assert.rejects(make().redact(' '.repeat(16_000_001)), refused);
});

test('a rule that finds more in every text comes to no end and is refused', async () => {
  const endless: SecretRule = {
    id: 'a rule',
    find(text) {
      const at = text.indexOf('x');
      return at < 0 ? [] : [{ start: at, end: at + 1, kind: 'key', label: 'key' }];
    },
  };
  const redactor = createRedactor({ emails: true, rules: [endless] });
  assert.equal((await redactor.redact('xx')).text, 'HEARTH_REDACTED_1_keyHEARTH_REDACTED_1_key');
  await assert.rejects(redactor.redact('xxxxxxxx'), refused);
});

test('texts that are made to be slow are looked through within the limit', async () => {
  const lines = ['a', '"', "'", '-', ' ', '\n', '1', '@'].map((char) => char.repeat(1_000_000));
  const repeated = [
    'password=',
    'password="',
    'token: ',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE',
    '://a:b@',
    'a.a@',
    'eyJ',
    'sk-',
    'bearer ',
    'a:11:',
  ];
  for (const text of [...lines, ...repeated.map((part) => part.repeat(150_000 / part.length))]) {
    const { text: clean } = await make().redact(text);
    assert.equal(clean.length > 0, true, text.slice(0, 20));
  }
});

test('a secret is found wherever a text is cut for the rules', async () => {
  for (const before of [47_900, 47_960, 48_000, 64_010, 95_990]) {
    const filler = 'lorem ipsum dolor '.repeat(6_000).slice(0, before);
    const source = `${filler} ${token} and password = "${password}"\n${filler}`;
    const redactor = make();
    const { text } = await redactor.redact(source);
    assert.ok(!text.includes(token) && !text.includes(password), String(before));
    assert.equal(redactor.restore(text), source);
  }
});
