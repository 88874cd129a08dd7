import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Proposal } from '../../../../src/host/models/modelRows.ts';
import { choices, fetchText, useChoices } from '../../../../src/vscode/models/choices.ts';
import { installedRow, memoryFit, modelRow } from '../../../support/modelRows.ts';

const coder = modelRow({ key: 'coder:Q4', name: 'Coder' });
const small = modelRow({ key: 'small:Q4', name: 'Small', bytes: 1.1e9 });
const talker = installedRow('/talker.gguf', { name: 'Talker', roles: ['completion', 'chat'], speed: null });
const starter = installedRow('/starter.gguf', {
  name: 'Starter',
  quantization: null,
  source: 'starter',
  inUse: ['completion'],
});
const rows = [starter, talker, coder, small];

const proposal = (
  role: 'completion' | 'chat',
  key: string | null,
  more: Partial<Proposal> = {},
): Proposal => ({
  role,
  key,
  why: [`Why ${key ?? 'none'}.`, 'More.'],
  alternatives: [],
  ...more,
});

/** Headings as `# text`, other entries as label, description and detail. */
const picture = (proposals: readonly Proposal[]): string[] =>
  choices(proposals, rows)
    .map(({ label, description = '', detail = '', action }) =>
      action === null ? `# ${label}` : [label, description, detail].join(' | '),
    )
    .filter((line) => !/^\$\((list-tree|folder-opened|link)\)|^# Others/.test(line));

describe('the list of proposals', () => {
  it('has the best per role first, why, what a pick fetches and from where, and what else there is', () => {
    const alternatives = [{ key: 'small:Q4', why: 'Twice as fast.' }];
    assert.deepEqual(
      picture([proposal('completion', 'coder:Q4', { alternatives }), proposal('chat', '/talker.gguf')]),
      [
        '# Completion',
        '$(cloud-download) Coder Q4_K_M | fits well · about 20 tokens/s | Download 4.7 GB from models.example. Why coder:Q4. More.',
        '$(cloud-download) Small Q4_K_M | fits well · about 20 tokens/s | Download 1.1 GB from models.example. Twice as fast.',
        '# Chat',
        '$(star-full) Talker Q4_K_M | installed · fits well | Why /talker.gguf. More.',
      ],
    );
  });

  it('proposes once what is the best for both, and uses it for both', () => {
    const proposals = [proposal('completion', '/talker.gguf'), proposal('chat', '/talker.gguf')];
    assert.deepEqual(picture(proposals), [
      '# Completion and chat',
      '$(star-full) Talker Q4_K_M | installed · fits well | Why /talker.gguf. More.',
    ]);
    const [, best] = choices(proposals, rows);
    assert.deepEqual(best?.action, { kind: 'use', key: '/talker.gguf', roles: ['completion', 'chat'] });
  });

  it('uses an alternative only for what it can do', () => {
    const alternatives = [{ key: 'coder:Q4', why: 'Better at code.' }];
    const proposals = [
      proposal('completion', '/talker.gguf', { alternatives }),
      proposal('chat', '/talker.gguf', { alternatives }),
    ];
    const uses = choices(proposals, rows).flatMap(({ action }) => (action?.kind === 'use' ? [action] : []));
    assert.deepEqual(uses.slice(1), [{ kind: 'use', key: 'coder:Q4', roles: ['completion'] }]);
  });

  it('offers the starter where nothing else fits, and says that nothing chats', () => {
    assert.deepEqual(picture([proposal('completion', null), proposal('chat', null)]), [
      '# Completion',
      '$(check) Starter | in use · fits well · about 20 tokens/s | Why none. More.',
      '# Chat',
      '$(info) No Model for Chat Fits |  | Why none. More.',
    ]);
  });

  it('leaves out an alternative that is gone', () => {
    const alternatives = [{ key: 'gone', why: 'It was better.' }];
    assert.equal(picture([proposal('completion', 'coder:Q4', { alternatives })]).length, 2);
  });

  it('ends with the ways to all others', () => {
    const kinds = choices([], rows).map(({ action }) => action?.kind);
    assert.deepEqual(kinds, [undefined, 'browse', 'import', 'address']);
  });

  it('shows no icon that a name asks for', () => {
    const evil = modelRow({ key: 'evil', name: '$(check) Evil', fit: memoryFit() });
    const [, best] = choices([proposal('completion', 'evil')], [evil]);
    assert.match(best?.label ?? '', /^\$\(cloud-download\) \$ \(check\) Evil/);
  });
});

describe('what a pick fetches', () => {
  it('says no more than is known', () => {
    assert.equal(fetchText(modelRow({ host: null })), 'Download 4.7 GB');
    assert.equal(fetchText(modelRow({ bytes: null })), 'Download from models.example');
    assert.equal(
      fetchText(modelRow({ bytesAreApproximate: true })),
      'Download about 4.7 GB from models.example',
    );
    assert.equal(fetchText(modelRow({ bytes: null, host: null })), 'Download');
  });
});

describe('what a model may be used for', () => {
  const labels = (row: Parameters<typeof useChoices>[0]) => useChoices(row).map(({ label }) => label);

  it('is what it can do', () => {
    assert.deepEqual(labels(talker), ['Use for Both', 'Use for Completion', 'Use for Chat']);
    assert.deepEqual(labels(installedRow('/m.gguf', { roles: ['chat'] })), ['Use for Chat']);
  });

  it('is nothing where it can not be used', () => {
    assert.deepEqual(labels(coder), []);
    assert.deepEqual(labels({ ...talker, problem: 'It is half there.' }), []);
  });
});
