import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EndpointRole } from '../../../../src/core/endpoints/types.ts';
import { addedSentence, canBeAsked } from '../../../../src/vscode/endpoints/addedText.ts';

const hard = "choose it beside the chat's box, or below an answer.";
const said: readonly (readonly [
  roles: readonly EndpointRole[],
  others: Readonly<Record<string, readonly EndpointRole[]>>,
  sentence: string,
])[] = [
  [['hard'], {}, `Box was added for hard questions: ${hard}`],
  [['hard'], { Team: ['chat', 'hard'] }, `Box was added for hard questions: ${hard}`],
  [['chat'], {}, 'Box was added: it answers the chat.'],
  [['chat', 'refactor'], {}, 'Box was added: it answers the chat and makes refactors.'],
  [
    ['completion', 'hard', 'refactor', 'chat'],
    {},
    `Box was added: it answers the chat, makes refactors and completes code as you type. For hard questions, ${hard}`,
  ],
  [
    ['chat', 'refactor'],
    { Team: ['chat'] },
    'Box was added: it makes refactors. Team still answers the chat, since it stands before Box in the list.',
  ],
  [
    ['chat', 'refactor'],
    { Team: ['chat', 'refactor'], Last: ['chat'] },
    'Box was added. Team still answers the chat and makes refactors, since it stands before Box in the list.',
  ],
  [
    ['chat', 'completion'],
    { Team: ['chat'], Fast: ['completion'] },
    'Box was added. Team still answers the chat, since it stands before Box in the list. Fast still completes code as you type, since it stands before Box in the list.',
  ],
];

describe('what is said of an endpoint that was added', () => {
  for (const [roles, others, sentence] of said) {
    it(`is: ${sentence}`, () => {
      const list = Object.entries(others).map(([name, of]) => ({ name, roles: of }));
      assert.equal(addedSentence({ name: 'Box', roles }, list), sentence);
    });
  }

  it('leads to the chat where it can be asked there', () => {
    assert.ok(canBeAsked({ roles: ['chat'] }) && canBeAsked({ roles: ['hard'] }));
    assert.ok(!canBeAsked({ roles: ['completion', 'refactor'] }));
  });
});
