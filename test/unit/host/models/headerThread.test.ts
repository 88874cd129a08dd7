import assert from 'node:assert/strict';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { ModelFileError } from '../../../../src/models/errors.ts';
import { HeaderThread } from '../../../../src/models/headerThread.ts';
import { directReader } from '../../../../src/models/headerReader.ts';
import { repository, starterPath, temporaryFolder } from '../../../support/engine.ts';
import { smallModel } from '../../../support/smallModel.ts';

describe('HeaderThread', () => {
  const thread = new HeaderThread(path.join(repository, 'src/models/headerWorker.ts'));
  after(() => thread.dispose());

  it('answers what the direct reader does', async () => {
    const file = path.join(temporaryFolder(), 'Größe 大.gguf');
    await smallModel(file);
    for (const at of [file, starterPath]) {
      const all = [thread.look(at), thread.inspect(at), thread.problem(at)] as const;
      const [look, inspection, problem] = await Promise.all(all);
      assert.deepEqual(look, await directReader.look(at));
      assert.deepEqual(inspection, await directReader.inspect(at));
      assert.equal(problem, null);
    }
  });

  it('rejects as the direct reader does, and goes on', async () => {
    const gone = path.join(temporaryFolder(), 'gone.gguf');
    await assert.rejects(
      thread.inspect(gone),
      (error) => error instanceof ModelFileError && error.code === 'gone',
    );
    assert.equal((await thread.look(starterPath)).problem, null);
  });

  it('rejects what is asked when it is ended, and starts anew for the next question', async () => {
    const asked = thread.inspect(starterPath);
    const rejected = assert.rejects(asked, /was ended/);
    await thread.dispose();
    await rejected;
    assert.equal((await thread.look(starterPath)).problem, null);
  });

  it('says so where there is no such script', async () => {
    const broken = new HeaderThread(path.join(temporaryFolder(), 'no.cjs'));
    await assert.rejects(broken.look(starterPath), /no\.cjs/);
  });
});
