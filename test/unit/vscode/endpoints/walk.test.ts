import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { walk, type Move } from '../../../../src/vscode/endpoints/walk.ts';

/** Walks with the answers that each question gets in turn; says how it ended and which questions were asked. */
async function walked(answers: readonly (readonly Move[])[]): Promise<{ done: boolean; asked: string }> {
  const asked: string[] = [];
  const left = answers.map((moves) => [...moves]);
  const steps = left.map((moves, at) => (forward: boolean) => {
    asked.push(`${forward ? '>' : '<'}${at}`);
    return Promise.resolve(moves.shift() ?? 'end');
  });
  return { done: await walk(steps), asked: asked.join(' ') };
}

describe('several questions', () => {
  it('are asked one after the other', async () => {
    assert.deepEqual(await walked([['next'], ['next'], ['next']]), { done: true, asked: '>0 >1 >2' });
  });

  it('end where somebody gives up', async () => {
    assert.deepEqual(await walked([['next'], ['end'], ['next']]), { done: false, asked: '>0 >1' });
  });

  it('go back where somebody wants, and on from there', async () => {
    assert.deepEqual(await walked([['next'], ['next', 'next'], ['back', 'next']]), {
      done: true,
      asked: '>0 >1 >2 <1 >2',
    });
  });

  it('pass those that have nothing to ask, in the direction of travel', async () => {
    assert.deepEqual(
      await walked([
        ['next', 'next'],
        ['skip', 'skip', 'skip'],
        ['back', 'next'],
      ]),
      {
        done: true,
        asked: '>0 >1 >2 <1 <0 >1 >2',
      },
    );
  });

  it('have none before the first', async () => {
    assert.deepEqual(await walked([['back', 'next'], ['next']]), { done: true, asked: '>0 >0 >1' });
    assert.deepEqual(
      await walked([
        ['skip', 'skip', 'skip'],
        ['back', 'next'],
      ]),
      {
        done: true,
        asked: '>0 >1 <0 >0 >1',
      },
    );
  });

  it('end well where the last one was answered, and only there', async () => {
    const move = fc.constantFrom<Move>('next', 'back', 'skip', 'end');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(move, { maxLength: 5 }), { minLength: 1, maxLength: 5 }),
        async (answers) => {
          const { done, asked } = await walked(answers);
          if (done) assert.ok(asked.endsWith(`>${answers.length - 1}`));
        },
      ),
    );
  });
});
