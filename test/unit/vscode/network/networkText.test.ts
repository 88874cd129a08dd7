import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  dayDescription,
  entryDescription,
  entryIcon,
  entryLabel,
  entrySpeech,
  entryTooltip,
  placeDescription,
  placeSpeech,
} from '../../../../src/vscode/network/networkText.ts';
import type { LedgerEntry } from '../../../../src/core/network/ledger.ts';
import { closedRequest, ledgerEntry } from '../../../support/ledgerEntries.ts';

const at = new Date(2026, 10, 26, 9, 5).getTime();
const question = ledgerEntry({ at });
const download = ledgerEntry({
  at,
  about: null,
  purpose: 'model-download',
  host: 'huggingface.co:443',
  method: 'GET',
});
const here = ledgerEntry({ at, reach: 'loopback', host: '127.0.0.1:11434' });
const entries: readonly (readonly [entry: LedgerEntry, label: string, description: string, icon: string])[] =
  [
    [
      question,
      'Cloud (api.example:443) · chat',
      '09:05 · 1,234 tokens · 5.1 kB sent · 2.0 kB received · answered',
      'check',
    ],
    [
      { ...download, end: closedRequest({ sent: 0, outcome: 'stopped' }) },
      'huggingface.co:443 · model download',
      '09:05 · 2.0 kB received · stopped',
      'debug-stop',
    ],
    [
      { ...download, end: closedRequest({ status: 404, sent: 0, received: 0, outcome: 'stopped' }) },
      'huggingface.co:443 · model download',
      '09:05 · answered with HTTP 404',
      'error',
    ],
    [
      { ...download, end: null, running: true },
      'huggingface.co:443 · model download',
      '09:05 · under way',
      'loading~spin',
    ],
    [
      { ...question, end: null },
      'Cloud (api.example:443) · chat',
      '09:05 · 1,234 tokens · cut off when Hearth ended',
      'question',
    ],
    [
      { ...question, end: closedRequest({ status: 429, received: 0 }) },
      'Cloud (api.example:443) · chat',
      '09:05 · 1,234 tokens · 5.1 kB sent · answered with HTTP 429',
      'error',
    ],
    [
      {
        ...download,
        end: closedRequest({ sent: 0, received: 0, outcome: 'failed', error: 'dns', status: null }),
      },
      'huggingface.co:443 · model download',
      '09:05 · failed (dns)',
      'error',
    ],
    [
      {
        ...download,
        end: closedRequest({ sent: 0, received: 0, outcome: 'refused', error: 'forbidden', status: null }),
      },
      'huggingface.co:443 · model download',
      '09:05 · refused',
      'circle-slash',
    ],
    [
      { ...download, end: closedRequest({ sent: 0, received: 0, outcome: 'redirected', status: 302 }) },
      'huggingface.co:443 · model download',
      '09:05 · redirected',
      'arrow-right',
    ],
  ];

describe('the row of a request', () => {
  for (const [entry, label, description, icon] of entries) {
    it(`says ${description}`, () =>
      assert.deepEqual(
        [entryLabel(entry), entryDescription(entry), entryIcon(entry).id],
        [label, description, icon],
      ));
  }

  it('is spoken whole, with what stayed here and how much of files went along', () => {
    assert.equal(
      entrySpeech(question),
      'Cloud (api.example:443), chat, 09:05, 1,234 tokens, 5.1 kB sent, 2.0 kB received, answered, 2 pieces of files',
    );
    assert.match(entrySpeech(here), /, answered, stayed on this machine, 2 pieces of files$/);
  });

  it('shows all that is known when pointed at, as text', () => {
    const about = {
      ...{ endpoint: '[x](command:y)\n# z', purpose: 'chat', tokens: 1, redactions: 3 },
      places: Array.from({ length: 25 }, (_, index) => ({ path: `a_${index}.ts`, startLine: 2, endLine: 4 })),
    };
    const tooltip = entryTooltip(ledgerEntry({ at, about, proxy: 'proxy.example:8080', verified: false }));
    for (const part of [
      'api.example:443 \\(elsewhere\\)',
      'Through: proxy.example:8080',
      'Certificate: none, or not checked',
      'Redactions: 3',
      'Took: 812 ms',
      'Status: HTTP 200',
      'Workspace: file:///shop',
      'a\\_0.ts:2\\-4',
      '5 more',
    ])
      assert.ok(tooltip.includes(part), `${part} in ${tooltip}`);
    assert.ok(!tooltip.includes('[x]') && !/^# /m.test(tooltip) && !tooltip.includes('a\\_20'));
  });
});

describe('a file that went with a request', () => {
  const whole = { path: 'AGENTS.md', startLine: 0, endLine: 0 };
  const places = [
    whole,
    { path: 'a.ts', startLine: 3, endLine: 9 },
    { path: 'a.ts', startLine: 3, endLine: 3 },
  ];

  it('is said with its lines, or to be whole', () => {
    assert.deepEqual(places.map(placeSpeech), [
      'AGENTS.md, whole file',
      'a.ts, lines 3 to 9',
      'a.ts, line 3',
    ]);
    assert.deepEqual(places.map(placeDescription), ['whole file', '', '']);
  });

  it('is called whole wherever the request is told of', () => {
    const about = { endpoint: 'Cloud', purpose: 'chat', tokens: 1, redactions: 0, places };
    const entry = ledgerEntry({ at, about });
    assert.ok(entryTooltip(entry).includes('- AGENTS.md \\(whole file\\)\n- a.ts:3\\-9\n- a.ts:3'));
    assert.match(entrySpeech(entry), /, answered, 1 whole file, 2 pieces of files$/);
    const two = ledgerEntry({ at, about: { ...about, places: [whole, whole] } });
    assert.match(entrySpeech(two), /, answered, 2 whole files$/);
  });
});

describe('the row of a day', () => {
  it('says what left this machine', () => {
    assert.equal(dayDescription([here]), '1 request, none left this machine');
    assert.equal(dayDescription([question, question]), '2 requests, 2,468 tokens');
    assert.equal(dayDescription([download, here]), '2 requests, 1 left this machine');
  });
});
