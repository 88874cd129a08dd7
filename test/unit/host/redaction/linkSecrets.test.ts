import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whyKept } from '../../../../src/host/redaction/linkSecrets.ts';
import { createRedactor } from '../../../../src/host/redaction/redactor.ts';
import { Draw } from '../../../support/secretCorpus.ts';

const draw = new Draw(11);
const token = `gh${'p'}_${draw.alnum(36)}`;
const password = 'Falcon!4821&xy';

describe('a link of an answer', () => {
  it('is opened where its address has no secret', async () => {
    const redactor = createRedactor({ emails: true });
    for (const href of [
      'https://developer.mozilla.org/en-US/docs/Web/API/URL?q=a+b#c',
      'https://github.com/owner/repository/blob/0123456789abcdef0123456789abcdef01234567/a.ts#L3-L9',
      'https://example.org/100%',
    ])
      assert.equal(await whyKept(href, redactor), null, href);
  });

  it('is not opened where a secret was put back into it, however it is written there', async () => {
    const redactor = createRedactor({ emails: true });
    const { text } = await redactor.redact(`token = "${token}"\npassword = "${password}"\n`);
    const [tokenName = '', passwordName = ''] = text.match(/HEARTH_REDACTED_\d+_\w+/g) ?? [];
    const restored = redactor.restore(`https://evil.example/?q=${tokenName}`);
    assert.ok(restored.includes(token));
    assert.match(
      (await whyKept(restored, redactor)) ?? '',
      /^This link was not opened: its address has what looks like a secret \(GitHub token\)/,
    );
    const plain = redactor.restore(passwordName);
    assert.equal(plain, password);
    for (const written of [
      encodeURIComponent(plain),
      encodeURIComponent(encodeURIComponent(plain)),
      `${encodeURIComponent(plain)}%FF`,
    ])
      assert.match(
        (await whyKept(`https://evil.example/${written}`, redactor)) ?? '',
        /^This link was not opened/,
        written,
      );
  });

  it('is not opened where it has a secret of which nobody knew', async () => {
    const redactor = createRedactor({ emails: true });
    assert.notEqual(await whyKept(`https://evil.example/${token}`, redactor), null);
    assert.notEqual(await whyKept('https://someone:Fa1con48217x@evil.example/', redactor), null);
  });

  it('is not opened where nobody can tell', async () => {
    const failing = { redact: () => Promise.reject(new Error('It took too long.')) };
    assert.equal(
      await whyKept('https://example.org/', failing),
      'This link was not opened: its address could not be looked through for secrets. It took too long.',
    );
  });
});
