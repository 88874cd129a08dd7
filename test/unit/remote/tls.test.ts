import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Egress } from '../../../src/remote/egress.ts';
import type { EgressOpened, EgressOptions } from '../../../src/remote/egressTypes.ts';
import { authorityFile, serverCertificate } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { FaultServer } from '../../support/faultServer.ts';

const content = Buffer.from('some bytes of a file');
const good = await FaultServer.start(content, { secure: serverCertificate('server') });
const misnamed = await FaultServer.start(content, { secure: serverCertificate('otherName') });
const expired = await FaultServer.start(content, { secure: serverCertificate('expired') });
const plain = await FaultServer.start(content);
after(() => Promise.all([good, misnamed, expired, plain].map((server) => server.stop())));

async function text(address: string, options: EgressOptions = {}): Promise<string> {
  const response = await new Egress(options).request({ purpose: 'catalogue', address });
  return response.text(100);
}

describe('certificates', () => {
  const own = { certificateFiles: [authorityFile] };

  it('of an authority that nobody knows are refused, with what to do', async () => {
    await assert.rejects(text(good.address(), { systemCertificates: false }), {
      name: 'EgressError',
      code: 'certificate',
      message:
        /^The certificate of 127\.0\.0\.1:\d+ is signed by nobody whom this machine trusts: .* the file that NODE_EXTRA_CA_CERTS names\.$/,
    });
    assert.equal(good.requests.length, 0);
  });

  it('of an authority that the settings name are trusted, by name and by number', async () => {
    const opened: EgressOpened[] = [];
    const ledger = (entry: EgressOpened): (() => void) => {
      opened.push(entry);
      return () => undefined;
    };
    assert.equal(await text(good.address('/x', 'localhost'), { ...own, ledger }), content.toString());
    assert.equal(await text(good.address('/x'), own), content.toString());
    assert.deepEqual(
      opened.map(({ host, verified }) => [host, verified]),
      [[`localhost:${good.port}`, true]],
    );
  });

  it('for another name, or not valid today, are refused all the same', async () => {
    await assert.rejects(text(misnamed.address(), own), {
      code: 'certificate',
      message: /is made out to another name/,
    });
    await assert.rejects(text(expired.address(), own), {
      code: 'certificate',
      message: /is not valid today/,
    });
  });

  it('are not checked where the settings ask for that, which is logged once and is in the ledger', async () => {
    const logged: string[] = [];
    const verified: boolean[] = [];
    const egress = new Egress({
      strictSSL: false,
      log: (message) => logged.push(message),
      ledger: (opened) => {
        verified.push(opened.verified);
        return () => undefined;
      },
    });
    for (const server of [good, misnamed, expired]) {
      const response = await egress.request({ purpose: 'catalogue', address: server.address() });
      assert.equal(await response.text(100), content.toString());
    }
    assert.deepEqual(logged, [
      'Certificates of servers are not checked, as the settings ask (strictSSL is off).',
    ]);
    assert.deepEqual(verified, [false, false, false]);
  });

  it('in a file that is missing or holds none are told by its name, and read again when it is mended', async () => {
    const file = path.join(temporaryFolder(), 'company.pem');
    const egress = new Egress({ certificateFiles: [file] });
    const ask = async (): Promise<string> =>
      (await egress.request({ purpose: 'catalogue', address: good.address() })).text(100);
    for (const [bytes, message] of [
      [
        null,
        /^The certificate file .*company\.pem can't be read \(ENOENT\): correct its path in the settings\.$/,
      ],
      ['not PEM', /holds no certificate in PEM form/],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /holds a damaged certificate/],
    ] as const) {
      if (bytes !== null) writeFileSync(file, bytes);
      await assert.rejects(ask(), { code: 'certificate', message });
    }
    writeFileSync(file, `Our authority:\n${serverCertificate('otherName').cert}`);
    await assert.rejects(ask(), { code: 'certificate', message: /signed by nobody/ });
    const mended = new Egress({ certificateFiles: [file, authorityFile] });
    (await mended.request({ purpose: 'catalogue', address: good.address() })).discard();
  });

  it('are not met where plain http is spoken', async () => {
    await assert.rejects(text(plain.address().replace('http:', 'https:')), {
      code: 'tls',
      message: /does not speak TLS as it should: check that the address begins with the right one/,
    });
  });

  it('are not left for plain http by a redirect', async () => {
    good.reply = () => ({ status: 302, headers: { location: plain.address() } });
    await assert.rejects(text(good.address(), own), {
      code: 'redirect',
      message: /redirects from https to plain http, which is not followed: use another address\.$/,
    });
    good.reply = () => ({});
    assert.equal(plain.requests.length, 0);
  });
});
