import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor, type Redactor } from '../../../../src/host/redaction/redactor.ts';
import { Draw, secretCorpus } from '../../../support/secretCorpus.ts';

const draw = new Draw(7);
const token = `gh${'p'}_${draw.alnum(36)}`;
const pem = [
  `-----BEGIN ${'PRIVATE'} KEY-----`,
  draw.base64(64),
  draw.base64(64),
  `-----END ${'PRIVATE'} KEY-----`,
].join('\n');

const make = (): Redactor => createRedactor({ emails: true });

test('around a cursor secrets are replaced, and none is cut by it', async () => {
  let whole = 0;
  for (const { text: source, secret, kind } of secretCorpus(5, 2)) {
    if (!(await make().redact(source)).found.some(({ count }) => count > 0)) continue;
    const start = source.indexOf(secret);
    const cursor = draw.number(source.length + 1);
    const redactor = make();
    const around = await redactor.redactAround(source.slice(0, cursor), source.slice(cursor));
    if (around === null) continue;
    whole += 1;
    assert.ok(cursor <= start || cursor >= start + secret.length, `${kind} at ${cursor - start}`);
    assert.equal(redactor.restore(around.prefix), source.slice(0, cursor), kind);
    assert.equal(redactor.restore(around.suffix), source.slice(cursor), kind);
  }
  assert.ok(whole > 50, String(whole));
});

test('a secret that the cursor stands in is seen wherever it stands in it', async () => {
  const source = `first();\nuse("${token}");\nconst key = \`${pem}\`;\nlast();\n`;
  const redactor = make();
  for (const secret of [token, pem]) {
    const start = source.indexOf(secret);
    for (let at = start + 1; at <= start + secret.length; at += 1)
      assert.equal(await redactor.redactAround(source.slice(0, at), source.slice(at)), null, String(at));
  }
  const end = source.indexOf('last');
  const around = await redactor.redactAround(source.slice(0, end), source.slice(end));
  assert.equal(around?.suffix, 'last();\n');
  assert.equal(around.found.length, 2);
});

test('e-mail addresses on both sides of a cursor are each replaced once', async () => {
  const prefix = '// maria.keller@acme-tools.io, paul.lang@acme-tools.io\nsend(';
  const suffix = ', 3);\n// To paul.lang@acme-tools.io and maria.keller@acme-tools.io.\n';
  const redactor = make();
  const around = await redactor.redactAround(prefix, suffix);
  assert.equal(around?.prefix, '// HEARTH_REDACTED_1_e_mail, HEARTH_REDACTED_2_e_mail\nsend(');
  assert.equal(around.suffix, ', 3);\n// To HEARTH_REDACTED_2_e_mail and HEARTH_REDACTED_1_e_mail.\n');
  assert.deepEqual(
    around.found.map(({ count }) => count),
    [2, 2],
  );
});

test('a secret is replaced once wherever the text near the cursor begins', async () => {
  // Each of these lies across the edge of what is looked through by itself beside the cursor.
  for (const secret of [token, pem, 'maria.keller@acme-tools.io'])
    for (let cut = 0; cut <= secret.length; cut += 3) {
      const redactor = make();
      const filler = 'word '.repeat(300).slice(0, 1000 - cut - 2);
      const prefix = `use("${secret}"); ${filler}`;
      const around = await redactor.redactAround(prefix, '\n');
      assert.ok(around !== null);
      assert.ok(!around.prefix.includes(secret.slice(5, 20)), String(cut));
      assert.equal(redactor.restore(around.prefix), prefix);
    }
});
