import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { syntaxPort } from '../../../../src/host/refactor/syntaxPort.ts';
import type { WorkspaceClient } from '../../../../src/workspace/client.ts';
import { outlineOf } from '../../../support/refactorWorld.ts';

/** A client that answers `answers` one after the other, at the end an outline; and how often it was asked. */
function clientWith(answers: readonly (null | Error)[]): Pick<WorkspaceClient, 'ask'> & { asked: number } {
  return {
    asked: 0,
    ask() {
      const answer = answers[this.asked];
      this.asked += 1;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve((answer === null ? null : outlineOf('')) as never);
    },
  };
}

describe('syntaxPort', () => {
  it('asks once for the same text', async () => {
    const client = clientWith([]);
    const port = syntaxPort(client);
    const [first, second] = await Promise.all([port.facts('ts', 'a.ts', 'a'), port.facts('ts', 'a.ts', 'a')]);
    assert.equal(first, second);
    assert.equal(await port.facts('ts', 'a.ts', 'a'), first);
    assert.equal(client.asked, 1);
    await port.facts('js', 'a.ts', 'a');
    await port.facts('ts', 'b.ts', 'a');
    await port.facts('ts', 'a.ts', 'b');
    assert.equal(client.asked, 4);
  });

  it('keeps the last eight', async () => {
    const client = clientWith([]);
    const port = syntaxPort(client);
    for (let text = 0; text < 9; text += 1) await port.facts('ts', 'a.ts', `${text}`);
    await port.facts('ts', 'a.ts', '8');
    await port.facts('ts', 'a.ts', '1');
    assert.equal(client.asked, 9);
    await port.facts('ts', 'a.ts', '0');
    assert.equal(client.asked, 10);
  });

  it('asks anew for what failed, and for what could not be parsed', async () => {
    const client = clientWith([new Error('The worker ended.'), null]);
    const port = syntaxPort(client);
    await assert.rejects(port.facts('ts', 'a.ts', 'a'), /ended/);
    assert.equal(await port.facts('ts', 'a.ts', 'a'), null);
    assert.ok(await port.facts('ts', 'a.ts', 'a'));
    assert.ok(await port.facts('ts', 'a.ts', 'a'));
    assert.equal(client.asked, 3);
  });
});
