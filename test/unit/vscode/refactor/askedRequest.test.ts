import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refactorRecipes } from '../../../../src/core/refactor/kinds.ts';
import { wordsOf, type RefactorRequest } from '../../../../src/core/refactor/request.ts';
import { AskedRequest } from '../../../../src/vscode/refactor/askedRequest.ts';

const request: RefactorRequest = {
  ...{
    recipe: refactorRecipes.rewrite,
    words: 'Shorten it',
    part: null,
    problems: [],
    attempt: 0,
    earlier: [],
  },
  target: {
    file: { path: 'a.ts', text: 'let a = 1;\n', language: 'ts' },
    start: 0,
    end: 10,
    definition: null,
  },
};

describe('what a refactor is asked for', () => {
  it('is the same where nothing came, and another answer where something did', () => {
    const asked = new AskedRequest(request);
    asked.came('');
    asked.retry();
    assert.deepEqual(asked.now, request);
    asked.came('let b;');
    asked.came('');
    asked.retry();
    assert.deepEqual(asked.now, { ...request, attempt: 1 });
  });

  it('is the same for another model, but where it was given code to fit in', () => {
    const asked = new AskedRequest(request);
    asked.came('let b;');
    asked.askOther();
    assert.deepEqual(asked.now, request);
    asked.given('let given;');
    asked.askOther();
    assert.equal(asked.now.earlier[0]?.answer, 'let given;');
  });

  it('has more words, behind the answer that they are about', () => {
    const asked = new AskedRequest(request);
    asked.refine('Keep the name');
    assert.equal(asked.now.words, 'Shorten it\nKeep the name');
    asked.came('let b;');
    asked.refine('Shorter');
    assert.deepEqual(asked.now.earlier, [{ answer: 'let b;', words: 'Shorter' }]);
  });

  it('has the code that was given, where a model is to fit it in', () => {
    const asked = new AskedRequest(request);
    asked.given('let given;');
    asked.retry();
    assert.equal(asked.now.earlier[0]?.answer, 'let given;');
    assert.match(asked.now.earlier[0]?.words ?? '', /^Put this code into the file/);
    assert.deepEqual(wordsOf(asked.now), [], 'what Hearth says of it names nothing');
    asked.came('let fitted;');
    asked.retry();
    assert.deepEqual([asked.now.attempt, asked.now.earlier.length], [1, 1]);
    asked.refine('Shorter');
    assert.deepEqual(wordsOf(asked.now), ['Shorter']);
  });
});
