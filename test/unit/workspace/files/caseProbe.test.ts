import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ignoresCase } from '../../../../src/workspace/files/caseProbe.ts';
import { temporaryFolder } from '../../../support/engine.ts';

/** What the file system of the tests does, found by writing instead of asking. */
function writesOver(folder: string): boolean {
  writeFileSync(path.join(folder, 'probe'), '');
  const same = existsSync(path.join(folder, 'PROBE'));
  rmSync(path.join(folder, 'probe'));
  return same;
}

describe('ignoresCase', () => {
  it('agrees with what writing a file shows', async () => {
    const folder = temporaryFolder();
    assert.equal(await ignoresCase(folder), writesOver(folder));
  });

  it('says yes where another case of the name is the same folder', async () => {
    const folder = path.join(temporaryFolder(), 'Project');
    mkdirSync(folder);
    if (!existsSync(path.join(path.dirname(folder), 'pROJECT'))) {
      symlinkSync(folder, path.join(path.dirname(folder), 'pROJECT'));
    }
    assert.equal(await ignoresCase(folder), true);
    assert.equal(
      await ignoresCase(path.join(folder, '12')),
      true,
      'by the folder above, for want of letters',
    );
  });

  it('says no where another case of the name is another file', async () => {
    const above = temporaryFolder();
    const insensitive = writesOver(above);
    mkdirSync(path.join(above, 'project'));
    if (!insensitive) mkdirSync(path.join(above, 'PROJECT'));
    assert.equal(await ignoresCase(path.join(above, 'project')), insensitive);
  });
});
