import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  onHubHost,
  parsePullAddress,
  resolveAddress,
  type PullTarget,
} from '../../../../src/core/models/address.ts';

const inCatalogue = (id: string) => id === 'qwen2.5-coder-7b';
const parse = (text: string, hubHost?: string) =>
  parsePullAddress(text, { inCatalogue, ...(hubHost === undefined ? {} : { hubHost }) });
const hub = 'https://huggingface.co';
const repository = (quantization: string | null, host = hub): PullTarget => ({
  kind: 'repository',
  repository: 'owner/repo-GGUF',
  quantization,
  host,
  listAddress: `${host}/api/models/owner/repo-GGUF?blobs=true`,
});
const file = (address: string, repository: string | null = 'owner/repo-GGUF'): PullTarget => ({
  kind: 'files',
  addresses: [address],
  fileName: decodeURIComponent(address.split('/').pop()?.split('?')[0] ?? ''),
  repository,
});

describe('what can be pulled', () => {
  const table: [text: string, target: PullTarget][] = [
    ['qwen2.5-coder-7b', { kind: 'catalogue', id: 'qwen2.5-coder-7b', quantization: null }],
    [' Qwen2.5-Coder-7B:q4_k_m ', { kind: 'catalogue', id: 'qwen2.5-coder-7b', quantization: 'q4_k_m' }],
    ['hf:owner/repo-GGUF', repository(null)],
    ['hf:owner/repo-GGUF:Q4_K_M', repository('Q4_K_M')],
    ['hf:owner/repo-GGUF:UD-Q4_K_XL', repository('UD-Q4_K_XL')],
    ['hf.co/owner/repo-GGUF:Q8_0', repository('Q8_0')],
    ['https://huggingface.co/owner/repo-GGUF', repository(null)],
    ['https://huggingface.co/owner/repo-GGUF/', repository(null)],
    ['https://huggingface.co/owner/repo-GGUF/tree/main', repository(null)],
    ['hf:owner/repo-GGUF/x-Q4_0.gguf', file(`${hub}/owner/repo-GGUF/resolve/main/x-Q4_0.gguf`)],
    ['owner/repo-GGUF/x.gguf', file(`${hub}/owner/repo-GGUF/resolve/main/x.gguf`)],
    ['"owner/repo-GGUF/x.gguf"', file(`${hub}/owner/repo-GGUF/resolve/main/x.gguf`)],
    ['owner/repo-GGUF/Q8_0/x.gguf', file(`${hub}/owner/repo-GGUF/resolve/main/Q8_0/x.gguf`)],
    [
      'https://huggingface.co/owner/repo-GGUF/blob/main/x.gguf',
      file(`${hub}/owner/repo-GGUF/resolve/main/x.gguf`),
    ],
    [
      'https://huggingface.co/owner/repo-GGUF/resolve/0a1b2c/a b.gguf?download=true',
      file(`${hub}/owner/repo-GGUF/resolve/0a1b2c/a%20b.gguf`),
    ],
    ['https://example.org/models/x.gguf', file('https://example.org/models/x.gguf', null)],
    ['https://example.org/x.gguf?key=1#top', file('https://example.org/x.gguf?key=1', null)],
    ['http://127.0.0.1:8080/x.gguf', file('http://127.0.0.1:8080/x.gguf', null)],
    [
      'https://example.org/Модель.gguf',
      file('https://example.org/%D0%9C%D0%BE%D0%B4%D0%B5%D0%BB%D1%8C.gguf', null),
    ],
  ];
  for (const [text, target] of table) it(text, () => assert.deepEqual(parse(text), target));
});

describe('what is refused, in one sentence or two', () => {
  const table: [text: string, problem: RegExp][] = [
    ['', /^Nothing was given\. Give an https address/],
    ['qwen9', /^The catalogue has no model "qwen9"\. Give/],
    ['qwen2.5-coder-7b:huge', /"huge" is not a quantisation/],
    ['hf:owner/repo:huge', /"huge" is not a quantisation/],
    ['hf:owner', /names no repository/],
    ['owner/repo', /looks like a repository: write it as hf:owner\/repo\./],
    ['http://example.org/x.gguf', /over https only/],
    ['ftp://example.org/x.gguf', /over https only/],
    ['file:///tmp/x.gguf', /over https only/],
    ['https://user:secret@example.org/x.gguf', /user name or password: leave it out/],
    ['https://example.org/x.zip', /is not the address of a \.gguf file/],
    ['https://huggingface.co/owner/repo/blob/main/readme.md', /is not the address of a \.gguf file/],
    ['owner/repo/../x.gguf', /is not a path inside a repository/],
    ['x-00001-of-09999.gguf/a/b', /can't be pulled/],
    ['owner/repo/x-00001-of-09999.gguf', /speaks of more than 512 parts/],
    ['https://example.org/x-00001-of-09999.gguf', /speaks of more than 512 parts/],
    ['/home/somebody/x.gguf', /can't be pulled/],
    ['https://', /is not a valid address/],
  ];
  for (const [text, expected] of table) {
    it(text === '' ? 'nothing' : text, () => {
      const parsed = parse(text);
      assert.ok('problem' in parsed, JSON.stringify(parsed));
      assert.match(parsed.problem, expected);
    });
  }
});

describe('a split model', () => {
  it('has all of its parts, whichever was named', () => {
    for (const part of ['00001', '00002', '00003']) {
      const target = parse(`owner/repo/UD/x-${part}-of-00003.gguf`);
      assert.ok('kind' in target && target.kind === 'files');
      assert.deepEqual(
        target.addresses,
        ['00001', '00002', '00003'].map((n) => `${hub}/owner/repo/resolve/main/UD/x-${n}-of-00003.gguf`),
      );
      assert.equal(target.fileName, 'x-00001-of-00003.gguf');
    }
    const elsewhere = parse('https://example.org/x-00002-of-00002.gguf?key=1');
    assert.ok('kind' in elsewhere && elsewhere.kind === 'files');
    assert.deepEqual(elsewhere.addresses, [
      'https://example.org/x-00001-of-00002.gguf?key=1',
      'https://example.org/x-00002-of-00002.gguf?key=1',
    ]);
  });
});

describe('another host', () => {
  it('takes the place of Hugging Face', () => {
    assert.deepEqual(
      parse('hf:owner/repo-GGUF', 'https://mirror.example/'),
      repository(null, 'https://mirror.example'),
    );
    const target = parse('https://huggingface.co/owner/repo/blob/main/x.gguf', 'https://mirror.example/hub');
    assert.ok('kind' in target && target.kind === 'files');
    assert.deepEqual(target.addresses, ['https://mirror.example/hub/owner/repo/resolve/main/x.gguf']);
    const own = parse('https://mirror.example/hub/owner/repo/blob/v1/x.gguf', 'https://mirror.example/hub');
    assert.ok('kind' in own && own.kind === 'files');
    assert.deepEqual(own.addresses, ['https://mirror.example/hub/owner/repo/resolve/v1/x.gguf']);
    assert.deepEqual(parse('hf:owner/repo-GGUF', ''), repository(null));
  });
  it('may be a server on this machine without https, and nothing else without', () => {
    assert.deepEqual(
      parse('hf:owner/repo-GGUF', 'http://localhost:9000'),
      repository(null, 'http://localhost:9000'),
    );
    for (const host of ['http://mirror.example', 'mirror.example', 'https://u:p@mirror.example']) {
      const parsed = parse('hf:owner/repo-GGUF', host);
      assert.ok('problem' in parsed, host);
      assert.match(parsed.problem, /is not usable: give an https address/);
    }
  });
  it("serves the catalogue's addresses as well", () => {
    const address = resolveAddress(hub, 'owner/repo', 'main', 'x.gguf');
    assert.equal(onHubHost(address, 'https://m.example'), 'https://m.example/owner/repo/resolve/main/x.gguf');
    assert.equal(onHubHost(address, undefined), address);
    assert.equal(onHubHost('https://example.org/x.gguf', 'https://m.example'), 'https://example.org/x.gguf');
    assert.equal(
      onHubHost('https://huggingface.co.evil.example/x', 'https://m.example'),
      'https://huggingface.co.evil.example/x',
    );
  });
});

it('whatever is typed: a problem in words, or https addresses of .gguf files', () => {
  const pieces = fc.constantFrom(
    'hf:',
    'https://',
    'http://',
    'huggingface.co',
    '/',
    ':',
    '..',
    'a',
    'b-GGUF',
    '.gguf',
    'Q4_K_M',
    '%2e%2e',
    '?',
    '#',
    '@',
    ' ',
    '-00001-of-00002',
    'blob/main/',
  );
  const typed = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const parsed = parse(text);
      if ('problem' in parsed) return assert.ok(parsed.problem.length > 10);
      if (parsed.kind !== 'files') return;
      for (const address of parsed.addresses) {
        const url = new URL(address);
        assert.ok(
          url.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname),
          address,
        );
        assert.match(decodeURIComponent(url.pathname), /\.gguf$/i);
        assert.equal(url.username, '');
      }
    }),
    { numRuns: 3000 },
  );
});
