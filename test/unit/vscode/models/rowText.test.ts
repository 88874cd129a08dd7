import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { durationText, percent, pullText, rateText } from '../../../../src/host/models/rowText.ts';
import { rowDescription, rowLabel, rowSpeech } from '../../../../src/vscode/models/rowText.ts';
import { installedRow, memoryFit, modelRow, pullRow } from '../../../support/modelRows.ts';

describe("a row's label", () => {
  it('is the name with the quantisation', () => {
    assert.equal(rowLabel(modelRow()), 'Coder 7B Q4_K_M');
    assert.equal(rowLabel(modelRow({ quantization: null })), 'Coder 7B');
  });

  it('does not say the quantisation twice, however it is written', () => {
    assert.equal(rowLabel(modelRow({ name: 'coder-7b-q4_k_m' })), 'coder-7b-q4_k_m');
  });

  it('is one line, whatever a file calls itself', () => {
    assert.equal(rowLabel(modelRow({ name: ' Coder\n\t7B ', quantization: null })), 'Coder 7B');
  });
});

describe("a row's description", () => {
  it('says size, fit and the speed that is expected or was measured', () => {
    assert.equal(rowDescription(modelRow()), '4.7 GB · fits well · about 20 tokens/s');
    const measured = { promptTokensPerSecond: 400, decodeTokensPerSecond: 34.6, measured: true };
    assert.equal(rowDescription(modelRow({ speed: measured })), '4.7 GB · fits well · 35 tokens/s');
  });

  it('names each verdict', () => {
    const of = (verdict: 'tight' | 'does-not-fit') =>
      rowDescription(modelRow({ fit: memoryFit({ verdict }), speed: null }));
    assert.equal(of('tight'), '4.7 GB · tight');
    assert.equal(of('does-not-fit'), '4.7 GB · does not fit');
  });

  it('leaves out what is not known, and says what is reckoned', () => {
    assert.equal(rowDescription(modelRow({ fit: null, speed: null, bytes: null })), '');
    assert.equal(
      rowDescription(modelRow({ fit: null, speed: null, bytesAreApproximate: true })),
      'about 4.7 GB',
    );
  });

  it('says first what it is used for', () => {
    const row = installedRow('/m.gguf', { inUse: ['completion', 'chat'], speed: null });
    assert.equal(rowDescription(row), 'completion and chat · 4.7 GB · fits well');
  });

  it('judges nothing of a model that can not be used', () => {
    const row = installedRow('/m.gguf', { problem: 'The file is half there.' });
    assert.equal(rowDescription(row), "4.7 GB · can't be used");
  });

  it('is about the download while there is one', () => {
    assert.equal(rowDescription(modelRow({ pull: pullRow() })), '25 % of 4.0 GB · 10.0 MB/s · 5 min left');
  });
});

describe('a download in words', () => {
  it('says how far it stopped', () => {
    assert.equal(pullText(pullRow({ state: 'paused' })), 'paused at 25 % of 4.0 GB');
    assert.equal(pullText(pullRow({ state: 'failed' })), 'failed at 25 % of 4.0 GB');
    assert.equal(pullText(pullRow({ state: 'failed', bytes: 0 })), 'failed');
  });

  it('does without what the server has not said', () => {
    const pull = pullRow({ total: null, bytesPerSecond: null, secondsLeft: null });
    assert.equal(pullText(pull), '1.0 GB');
    assert.equal(pullText(pullRow({ bytesPerSecond: 0, secondsLeft: null })), '25 % of 4.0 GB');
  });
});

describe('numbers', () => {
  it('a share is 100 % only when all is there', () => {
    assert.equal(percent(999_999, 1_000_000), '99 %');
    assert.equal(percent(1_000_000, 1_000_000), '100 %');
    assert.equal(percent(0, 0), '0 %');
    assert.equal(percent(5, 4), '100 %');
  });

  it('a share is a whole number from 0 to 100, and never falls as more comes', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), (one, other, total) => {
        const [low, high] = [one, other].sort((a, b) => a - b).map((part) => parseInt(percent(part, total)));
        assert.ok(low !== undefined && high !== undefined && low >= 0 && low <= high && high <= 100);
        assert.equal(high === 100, Math.max(one, other) >= total);
      }),
    );
  });

  it('times are said as people say them', () => {
    const cases: [number, string][] = [
      [0, '1 s'],
      [45.4, '45 s'],
      [59.6, '1 min'],
      [90, '2 min'],
      [3_569, '59 min'],
      [3_600, '1 h'],
      [3_900, '1 h 5 min'],
      [86_400, '24 h'],
    ];
    for (const [seconds, text] of cases) assert.equal(durationText(seconds), text);
  });

  it('a rate that is only expected has two digits', () => {
    assert.equal(rateText(137, false), 'about 140 tokens/s');
    assert.equal(rateText(8.26, false), 'about 8.3 tokens/s');
    assert.equal(rateText(0.26, false), 'about 0.3 tokens/s');
    assert.equal(rateText(8.26, true), '8.3 tokens/s');
    assert.equal(rateText(137.4, true), '137 tokens/s');
    assert.equal(rateText(9_012.4, true), '9,012 tokens/s');
    assert.equal(rateText(9_012.4, false), 'about 9,000 tokens/s');
  });
});

describe('what a screen reader says', () => {
  it('is the whole row in words', () => {
    assert.equal(
      rowSpeech(installedRow('/m.gguf', { inUse: ['completion'] })),
      'Coder 7B Q4_K_M, in use for completion, 4.7 GB, fits well, about 20 tokens per second',
    );
    assert.equal(
      rowSpeech(modelRow()),
      'Coder 7B Q4_K_M, not downloaded, 4.7 GB, fits well, about 20 tokens per second',
    );
    assert.equal(
      rowSpeech(installedRow('/m.gguf', { problem: 'The file is half there.' })),
      "Coder 7B Q4_K_M, 4.7 GB, can't be used. The file is half there.",
    );
    assert.equal(
      rowSpeech(modelRow({ pull: pullRow({ state: 'paused' }) })),
      'Coder 7B Q4_K_M, paused at 25 % of 4.0 GB',
    );
  });

  it('says that a download goes on, and why one does not', () => {
    assert.equal(
      rowSpeech(modelRow({ pull: pullRow() })),
      'Coder 7B Q4_K_M, downloading, 25 % of 4.0 GB, 10.0 MB per second, 5 min left',
    );
    const failed = pullRow({ state: 'failed', bytes: 0, problem: 'The host is not there.' });
    assert.equal(rowSpeech(modelRow({ pull: failed })), 'Coder 7B Q4_K_M, failed. The host is not there.');
  });
});
