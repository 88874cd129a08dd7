import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  endpointContext,
  endpointDescription,
  endpointIcon,
  endpointSpeech,
  endpointTooltip,
  type EndpointRow,
} from '../../../../src/vscode/endpoints/endpointRow.ts';
import { madeUpAbility, madeUpEndpoint } from '../../../support/scriptedEndpoint.ts';

const row: EndpointRow = { endpoint: madeUpEndpoint(), state: { kind: 'unknown' }, key: 'none' };
const failed: EndpointRow = {
  ...row,
  state: { kind: 'failed', sentence: "Cloud can't be reached: try again." },
};

describe('the row of an endpoint', () => {
  it('says what it is for, and where it stands', () => {
    assert.equal(endpointDescription(row), 'hard questions · api.example');
    assert.deepEqual(endpointIcon(row), { id: 'cloud', color: null });
    const own = {
      ...row,
      endpoint: madeUpEndpoint({ class: 'own-network', address: 'http://10.0.0.1:8000' }),
    };
    assert.equal(endpointDescription(own), 'hard questions · 10.0.0.1:8000');
    assert.equal(endpointIcon(own).id, 'server');
    assert.equal(endpointSpeech(own), 'Cloud, endpoint in your own network, hard questions, 10.0.0.1:8000');
  });

  it('says that it failed, to the eye and to a screen reader', () => {
    assert.equal(endpointDescription(failed), 'failed last · hard questions · api.example');
    assert.equal(endpointIcon(failed).color, 'list.warningForeground');
    assert.match(endpointSpeech(failed), /Failed last: Cloud can't be reached/);
    assert.match(endpointTooltip(failed), /\$\(warning\) Cloud can't be reached: try again\./);
  });

  it('offers to remove a key where there is one', () => {
    assert.equal(endpointContext(row), 'endpoint');
    for (const key of ['set', 'other-address'] as const)
      assert.match(endpointContext({ ...row, key }), /\bendpointWithKey\b/);
  });

  it('tells what is known to whoever points at it', () => {
    const priced = madeUpEndpoint({ price: { input: 3, output: 15 }, contextTokens: 16_384 });
    const tooltip = endpointTooltip({
      endpoint: priced,
      key: 'set',
      state: { kind: 'answers', ability: madeUpAbility },
    });
    assert.match(tooltip, /It can chat and call tools/);
    assert.match(tooltip, /you see what would be sent before it is/);
    assert.match(tooltip, /at most 16,384 tokens/);
    assert.match(tooltip, /A million tokens cost \$3 \\\(prompt\\\) and \$15/);
    assert.match(tooltip, /It has a key\./);
    assert.match(tooltip, /^`https:\/\/api\.example`$/m);
    assert.match(endpointTooltip(row), /was not asked since this window was opened/);
  });

  it('does not call a key its own that is for another address', () => {
    const moved: EndpointRow = { ...row, key: 'other-address' };
    const said = 'Its key was set for another address: set it anew.';
    assert.ok(endpointTooltip(moved).endsWith(said));
    assert.doesNotMatch(endpointTooltip(moved), /It has/);
    assert.ok(endpointSpeech(moved).endsWith(`api.example. ${said}`));
    const both = endpointSpeech({ ...failed, key: 'other-address' });
    assert.ok(both.endsWith(`. Failed last: Cloud can't be reached: try again. ${said}`), both);
    assert.doesNotMatch(endpointSpeech({ ...row, key: 'set' }), /key/);
  });

  it('shows what a user or a server wrote as it is', () => {
    const endpoint = madeUpEndpoint({ name: '[x](command:y) $(flame)', model: '<img>' });
    const tooltip = endpointTooltip({ ...row, endpoint });
    assert.doesNotMatch(tooltip, /(?<!\\)\[x|(?<!\\)<img|\$\(flame/);
  });
});
