import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attachment } from '../../../../src/core/chat/context.ts';
import { gatherContext, placesIn } from '../../../../src/core/refactor/gather.ts';
import { layOutPrompt } from '../../../../src/core/refactor/prompt.ts';
import { shop, simplify } from '../../../support/refactorScene.ts';

const instructions: Attachment = {
  ...{ kind: 'instructions', label: 'AGENTS.md', language: 'md', text: 'Be kind.\n', cut: false },
  place: { path: 'AGENTS.md', startLine: 1, endLine: 2 },
};

/** What is told of a refactor of `withTax` before it is sent. */
async function places(given: Attachment, ofFile?: readonly string[]) {
  const made = shop([]);
  made.ports = { ...made.ports, surroundings: { instructions: () => Promise.resolve([given]) } };
  const plain = simplify(made);
  const file = ofFile === undefined ? plain.target.file : { ...plain.target.file, places: ofFile };
  const request = { ...plain, target: { ...plain.target, file } };
  const context = await gatherContext(request, made.ports);
  const laidOut = await layOutPrompt(request, context, 4000, made.model);
  assert.ok(!('tooLong' in laidOut));
  const paths = placesIn(laidOut.messages, request.target, context).map(({ path }) => path);
  return { messages: laidOut.messages, paths: new Set(paths) };
}

describe('what is told of a refactor before it is sent', () => {
  it('has the instructions of the project that stand in it, and what a link of them leads to', async () => {
    assert.ok((await places(instructions)).paths.has('AGENTS.md'));
    const linked = await places({ ...instructions, files: ['docs/rules.md'] });
    assert.ok(linked.paths.has('AGENTS.md') && linked.paths.has('docs/rules.md'));
    const none = await places({ ...instructions, text: '' });
    assert.ok(!none.paths.has('AGENTS.md') && none.paths.has('src/price.ts'));
    const own = await places({ ...instructions, place: null });
    assert.ok(!own.paths.has('AGENTS.md'));
  });

  it('has the paths by which the file is judged instead of a name, which the model alone is given', async () => {
    const { paths, messages } = await places(instructions, ['/home/u/vault/price.ts']);
    assert.ok(paths.has('/home/u/vault/price.ts') && !paths.has('src/price.ts'));
    assert.doesNotMatch(JSON.stringify(messages), /vault/);
    const linked = await places(instructions, ['src/price.ts', 'vault/price.ts']);
    assert.ok(linked.paths.has('src/price.ts') && linked.paths.has('vault/price.ts'));
  });
});
