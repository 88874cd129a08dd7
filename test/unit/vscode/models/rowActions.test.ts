import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { ModelRow } from '../../../../src/host/models/modelRows.ts';
import { contextValue, rowActions, rowIcon } from '../../../../src/vscode/models/rowActions.ts';
import { endpointContext } from '../../../../src/vscode/endpoints/endpointRow.ts';
import { madeUpEndpoint } from '../../../support/scriptedEndpoint.ts';
import { installedRow, memoryFit, modelRow, pullRow } from '../../../support/modelRows.ts';

const both = ['completion', 'chat'] as const;

describe('what can be done with a row', () => {
  const cases: Readonly<Record<string, [ModelRow, string]>> = {
    'one of the catalogue is fetched': [modelRow(), 'pull'],
    'one that is fetched is paused or cancelled': [modelRow({ pull: pullRow() }), 'pause cancel'],
    'one that is paused goes on or is cancelled': [
      modelRow({ pull: pullRow({ state: 'paused' }) }),
      'resume cancel',
    ],
    'one that failed goes on or is cancelled': [
      modelRow({ pull: pullRow({ state: 'failed' }) }),
      'resume cancel',
    ],
    'one in Hearth’s folder is used for what it can, and deleted': [
      installedRow('/m.gguf'),
      'useForCompletion inspect reveal delete',
    ],
    'one for both roles is used for either or both': [
      installedRow('/m.gguf', { roles: both }),
      'useForCompletion useForChat useForBoth inspect reveal delete',
    ],
    'one that is used for one role can be used for the other': [
      installedRow('/m.gguf', { roles: both, inUse: ['completion'] }),
      'useForChat useForBoth inspect reveal delete',
    ],
    'one that is used for all it can is not used more': [
      installedRow('/m.gguf', { roles: both, inUse: both }),
      'inspect reveal delete',
    ],
    'one of another program is never deleted': [
      installedRow('/m.gguf', { source: 'ollama', deletable: false }),
      'useForCompletion inspect reveal',
    ],
    'a file that was only listed is taken off the list': [
      installedRow('/m.gguf', { source: 'file', deletable: false }),
      'useForCompletion inspect reveal forget',
    ],
    'one with a problem is not used, but looked at and deleted': [
      installedRow('/m.gguf', { problem: 'The file is half there.' }),
      'inspect reveal delete',
    ],
    'the starter stays': [
      installedRow('/starter.gguf', { source: 'starter', deletable: false, inUse: ['completion'] }),
      'inspect reveal',
    ],
  };
  for (const [name, [row, actions]] of Object.entries(cases))
    it(name, () => assert.equal(rowActions(row).join(' '), actions));

  it('is told to menus as whole words', () => {
    assert.equal(contextValue(modelRow()), 'model pull');
  });
});

describe('the icon of a row', () => {
  const cases: Readonly<Record<string, [ModelRow, string]>> = {
    'in use': [installedRow('/m.gguf', { inUse: ['chat'] }), 'check'],
    'in use though tight': [
      installedRow('/m.gguf', { inUse: ['chat'], fit: memoryFit({ verdict: 'tight' }) }),
      'check',
    ],
    'in use, but broken': [installedRow('/m.gguf', { inUse: ['chat'], problem: 'It is gone.' }), 'error'],
    installed: [installedRow('/m.gguf'), 'package'],
    'installed, tight': [installedRow('/m.gguf', { fit: memoryFit({ verdict: 'tight' }) }), 'warning'],
    'installed, too large': [
      installedRow('/m.gguf', { fit: memoryFit({ verdict: 'does-not-fit' }) }),
      'circle-slash',
    ],
    'of unknown needs': [installedRow('/m.gguf', { fit: null }), 'package'],
    available: [modelRow(), 'cloud-download'],
    'available, too large': [modelRow({ fit: memoryFit({ verdict: 'does-not-fit' }) }), 'circle-slash'],
    'being fetched': [modelRow({ pull: pullRow() }), 'loading~spin'],
    paused: [modelRow({ pull: pullRow({ state: 'paused' }) }), 'debug-pause'],
    failed: [modelRow({ pull: pullRow({ state: 'failed' }) }), 'warning'],
  };
  for (const [name, [row, icon]] of Object.entries(cases))
    it(name, () => assert.equal(rowIcon(row).id, icon));

  it('warns in its colour of a download that would be tight', () => {
    const tight = modelRow({ fit: memoryFit({ verdict: 'tight' }) });
    assert.deepEqual(rowIcon(tight), { id: 'cloud-download', color: 'list.warningForeground' });
    assert.equal(rowIcon(modelRow()).color, null);
  });
});

describe('the menus of the view, as package.json has them', () => {
  const file = path.join(import.meta.dirname, '../../../../package.json');
  const { contributes, capabilities } = JSON.parse(readFileSync(file, 'utf8')) as {
    contributes: {
      commands: { command: string; title: string; icon?: string; enablement?: string }[];
      menus: Record<string, { command?: string; when?: string; group?: string }[]>;
      viewsWelcome: { when: string }[];
      configuration: { properties: Record<string, { scope?: string }> }[];
    };
    capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  };
  const entries = contributes.menus['view/item/context'] ?? [];
  const askedFor = entries.map(({ when = '' }) => /viewItem =~ \/\\b(\w+)\\b\//.exec(when)?.[1]);

  it('ask for actions that rows have, and for all of them', () => {
    const rows = [
      modelRow(),
      modelRow({ pull: pullRow() }),
      modelRow({ pull: pullRow({ state: 'paused' }) }),
      installedRow('/m.gguf', { roles: both }),
      installedRow('/m.gguf', { source: 'file', deletable: false }),
    ];
    const state = { kind: 'unknown' } as const;
    const endpoint = endpointContext({ endpoint: madeUpEndpoint(), state, key: 'set' }).split(' ');
    const possible = new Set<string | undefined>([...rows.flatMap(rowActions), ...endpoint]);
    assert.deepEqual(new Set(askedFor), possible);
  });

  it('name commands that are declared', () => {
    const declared = new Set(contributes.commands.map(({ command }) => command));
    const named = Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    assert.deepEqual(
      named.filter((command) => command !== undefined && !declared.has(command)),
      [],
    );
  });

  it('have a picture for what is a button only, and offer it to the keyboard too', () => {
    const pictures = new Set(contributes.commands.flatMap(({ command, icon }) => (icon ? [command] : [])));
    const isButton = ({ group = '' }: { group?: string }): boolean => /^(inline|navigation)/.test(group);
    const buttons = [...entries, ...(contributes.menus['view/title'] ?? [])].filter(isButton);
    for (const { command = '' } of buttons) assert.ok(pictures.has(command), command);
    const inMenu = new Set(entries.filter((entry) => !isButton(entry)).map(({ command }) => command));
    for (const { command } of entries.filter(isButton)) assert.ok(inMenu.has(command), command);
  });

  it('end with what removes something, apart from the rest', () => {
    const groups = entries
      .map(({ group = '' }) => group.replace(/@.*/, ''))
      .filter((group) => group !== 'inline');
    const last = groups.toSorted().at(-1);
    const apart = entries.filter(({ group = '' }) => group.startsWith(`${last}@`));
    assert.deepEqual(
      apart.map(({ command }) => command),
      ['hearth.models.forget', 'hearth.models.delete', 'hearth.endpoints.remove'],
    );
  });

  it('ask for nothing that Hearth does not tell', () => {
    const root = path.dirname(file);
    const source = globSync('src/**/*.ts', { cwd: root })
      .map((name) => readFileSync(path.join(root, name), 'utf8'))
      .join('');
    const clauses = [
      ...Object.values(contributes.menus).flatMap((menu) => menu.map(({ when }) => when)),
      ...contributes.commands.map(({ enablement }) => enablement),
      ...contributes.viewsWelcome.map(({ when }) => when),
    ];
    const asked = clauses.flatMap((clause = '') => clause.match(/(?<![\w.])hearth\.\w+/g) ?? []);
    const keys = new Set(asked.filter((key) => key !== 'hearth.models'));
    assert.ok(keys.size >= 10, [...keys].join(', '));
    for (const key of keys) assert.ok(source.includes(`'${key}'`), key);
  });

  it('have titles as other commands of VS Code', () => {
    for (const { command, title } of contributes.commands) {
      const words = title.replace('…', '').split(' ');
      const small = /^(a|for|off|on|the|of|and|or|this|to)$/;
      const wrong = words.filter((word, at) => !/^[A-Z]/.test(word) && (at === 0 || !small.test(word)));
      assert.deepEqual(wrong, [], `${command}: ${title}`);
      assert.ok(!/\.$|\.\.\.$/.test(title), title);
    }
  });

  it('leave every setting of the machine to its owner in an untrusted folder', () => {
    const machine = contributes.configuration
      .flatMap(({ properties }) => Object.entries(properties))
      .flatMap(([key, { scope }]) => (scope === 'machine' || scope === 'application' ? [key] : []));
    const models = machine.filter((key) => /^hearth\.(model|engine)\./.test(key));
    assert.ok(models.length >= 15);
    // A project that is not trusted must not tell the model what to do either.
    const owned = [...machine, 'hearth.chat.instructions'];
    assert.deepEqual([...capabilities.untrustedWorkspaces.restrictedConfigurations].sort(), owned.sort());
  });
});
