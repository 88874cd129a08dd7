import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImportProposal } from '../../../../src/host/imports/types.ts';
import {
  importChoice,
  importDetail,
  leftLines,
  takeable,
} from '../../../../src/vscode/endpoints/importChoices.ts';

const good: ImportProposal = {
  ...{ source: 'continue', from: '/home/me/.continue/config.yaml', what: 'coder at 127.0.0.1:11434' },
  endpoint: { name: 'Coder', address: 'http://127.0.0.1:11434', model: 'coder', roles: ['chat', 'hard'] },
  ...{ note: 'A note.', keyHint: 'Its key is not copied.', problem: null },
};
const bad: ImportProposal = {
  ...{ source: 'twinny', from: '', what: 'x', note: '', keyHint: null, problem: 'Its address is none.' },
};

describe('what was found of other set-ups', () => {
  it('is taken where it can be', () => {
    assert.deepEqual(takeable([bad, good]), [good]);
    assert.deepEqual(takeable([{ ...good, problem: 'It is there already.' }]), []);
  });

  it('says what it is, where it is from, and what to know', () => {
    const [one] = takeable([good]);
    assert.ok(one);
    assert.deepEqual(importChoice(one), {
      label: 'Coder',
      description: 'coder at 127.0.0.1:11434, from Continue (/home/me/.continue/config.yaml)',
      detail: 'For chat and hard questions. A note. Its key is not copied.',
    });
  });

  it('is shown once more as it would be written, with what is left and why', () => {
    assert.equal(
      importDetail(takeable([good]), leftLines([good, bad])),
      'They are added to hearth.endpoints. No server is asked.\n\n' +
        'Coder: http://127.0.0.1:11434, coder, for chat and hard questions\n\n' +
        'Not taken:\nTwinny, x: Its address is none.',
    );
  });
});
