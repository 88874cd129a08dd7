import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ModelList } from '../../../../src/vscode/models/modelList.ts';
import type { RowNode } from '../../../../src/vscode/models/modelTree.ts';
import { FakeTimers, settled } from '../../../support/fakeTimers.ts';
import { FakeModelService, installedRow, modelRow, pullRow } from '../../../support/modelRows.ts';

const row = modelRow({ key: 'a:Q4' });

async function world() {
  const timers = new FakeTimers();
  const service = new FakeModelService();
  service.list = [installedRow('/b.gguf'), row];
  const shown: (RowNode | undefined)[] = [];
  const list: ModelList = new ModelList({ service, timers, show: (node) => shown.push(node) });
  await list.rows();
  /** Begins a fetch and gives the service's side of it. */
  const begin = async () => {
    const result = list.pulls.pull({ key: row.key });
    result.catch(() => undefined);
    await settled();
    const at = service.pulls.at(-1);
    assert.ok(at);
    return { result, ...at };
  };
  return { timers, service, shown, list, begin };
}

describe('the list of models', () => {
  it('reads the rows when they are asked for, and again only when they may have changed', async () => {
    const { service, list } = await world();
    await Promise.all([list.rows(), list.rows()]);
    assert.equal(service.reads, 1);
    service.list = [];
    service.changed();
    assert.deepEqual(await list.rows(), []);
    assert.equal(service.reads, 2);
  });

  it('knows what is wrong with catalogues, beside the rows of all others', async () => {
    const { service, list } = await world();
    assert.deepEqual(list.findings, []);
    service.findings = ['The catalogue mine.json is damaged.'];
    service.changed();
    assert.equal((await list.rows()).length, 2);
    assert.deepEqual([list.findings, list.problem], [service.findings, null]);
  });

  it('is shown anew at most four times a second, however often something changes', async () => {
    const { timers, service, shown } = await world();
    for (let change = 0; change < 100; change += 1) {
      service.changed();
      await timers.pass(10);
    }
    assert.ok(shown.length >= 3 && shown.length <= 5, `${shown.length} in 1 s`);
  });

  it('shows the progress of a download by its row alone, and reads nothing for it', async () => {
    const { timers, service, shown, list, begin } = await world();
    const fetch = await begin();
    fetch.progress(pullRow(), row.key);
    assert.deepEqual(shown, [undefined], 'it moves to another part first');
    await timers.pass(250);
    for (let step = 1; step <= 100; step += 1) {
      fetch.progress(pullRow({ bytes: step }), row.key);
      await timers.pass(10);
    }
    const nodes = shown.slice(1);
    assert.ok(nodes.length >= 3 && nodes.length <= 5, `${nodes.length} in 1 s`);
    assert.deepEqual(new Set(nodes), new Set([list.tree.node(row.key)]));
    assert.equal((await list.rows()).find(({ key }) => key === row.key)?.pull?.bytes, 100);
    assert.equal(service.reads, 1);
  });

  it('reads the rows anew when a download ends', async () => {
    const { timers, service, shown, list, begin } = await world();
    const fetch = await begin();
    fetch.progress(pullRow(), row.key);
    service.list = [installedRow('/a.gguf')];
    fetch.finish('/a.gguf');
    await fetch.result;
    await timers.pass(250);
    assert.equal(shown.at(-1), undefined);
    assert.deepEqual(
      (await list.rows()).map(({ key, pull }) => [key, pull]),
      [['/a.gguf', null]],
    );
  });

  it('asks the service for a row that it has not seen yet', async () => {
    const { timers, service, list } = await world();
    const fresh = list.pulls.pull({ address: 'https://models.example/n.gguf' });
    fresh.catch(() => undefined);
    await settled();
    service.list = [...service.list, modelRow({ key: 'n.gguf', pull: pullRow() })];
    service.pulls[0]?.progress(pullRow({ bytes: 2e9 }), 'n.gguf');
    await timers.pass(250);
    assert.equal((await list.rows()).find(({ key }) => key === 'n.gguf')?.pull?.bytes, 2e9);
  });

  it('keeps the rows it knows, and says why, where they can not be read', async () => {
    const { service, list } = await world();
    service.problem = 'The folder of models can not be read.';
    service.changed();
    assert.equal((await list.rows()).length, 2);
    assert.equal(list.problem, 'The folder of models can not be read.');
    service.problem = null;
    service.changed();
    await list.rows();
    assert.equal(list.problem, null);
  });

  it('is not put back by an answer that a later one has overtaken', async () => {
    const { service, list } = await world();
    const answers: ((rows: readonly (typeof row)[]) => void)[] = [];
    service.rows = () => new Promise((resolve) => answers.push(resolve));
    list.refresh();
    const early = list.rows();
    list.refresh();
    const late = list.rows();
    answers[1]?.([row]);
    await late;
    answers[0]?.([]);
    await early;
    assert.deepEqual(
      list.tree.rows.map(({ key }) => key),
      [row.key],
    );
  });

  it('lets go of everything', async () => {
    const { timers, service, shown, list, begin } = await world();
    const fetch = await begin();
    service.changed();
    const before = shown.length;
    list.dispose();
    assert.equal(await fetch.result, null);
    await timers.pass(1_000);
    assert.equal(shown.length, before);
    assert.deepEqual([timers.waiting, service.listeners], [0, 0]);
  });
});
