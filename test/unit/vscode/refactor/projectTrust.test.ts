import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whyNoProjectRefactors } from '../../../../src/vscode/refactor/projectTrust.ts';

describe('the refactors of a project', () => {
  it('are used where the workspace is trusted', () => {
    assert.equal(whyNoProjectRefactors(true, 1), null);
  });
  it('are not used where it is not', () => {
    assert.match(whyNoProjectRefactors(false, 1) ?? '', /trusted workspaces only/);
  });
  it('need a folder', () => {
    for (const isTrusted of [true, false])
      assert.match(whyNoProjectRefactors(isTrusted, 0) ?? '', /^No folder is open/);
  });
});
