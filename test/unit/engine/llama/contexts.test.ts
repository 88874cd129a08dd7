import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../../src/engine/errors.ts';
import { ChatContext } from '../../../../src/engine/llama/contexts.ts';

describe('the context of chat', () => {
  const working = (log: string[]) => () => {
    log.push('made');
    return Promise.resolve({
      getSequence: () => ({ context: {} }) as never,
      dispose: () => {
        log.push('disposed');
        return Promise.resolve();
      },
    });
  };

  it('is made when first asked for, once, and disposed of with the model', async () => {
    const log: string[] = [];
    const chat = new ChatContext(working(log));
    assert.deepEqual(log, []);
    const [one, other] = await Promise.all([chat.sequence(), chat.sequence()]);
    assert.equal(one, other);
    await chat.dispose();
    assert.deepEqual(log, ['made', 'disposed']);
  });

  it('is not disposed of where it was never made', async () => {
    const log: string[] = [];
    await new ChatContext(working(log)).dispose();
    assert.deepEqual(log, []);
  });

  it('says that memory is short, and is tried again when asked again', async () => {
    const log: string[] = [];
    let memory = false;
    const chat = new ChatContext(() =>
      memory ? working(log)() : Promise.reject(new EngineError('out-of-memory', 'Close other programs.')),
    );
    await assert.rejects(chat.sequence(), (error) => {
      assert.ok(error instanceof EngineError && error.code === 'out-of-memory');
      assert.equal(
        error.message,
        'There is too little memory for chat beside the completions, which go on. Close other programs.',
      );
      return true;
    });
    memory = true;
    await chat.sequence();
    assert.deepEqual(log, ['made']);
  });
});
