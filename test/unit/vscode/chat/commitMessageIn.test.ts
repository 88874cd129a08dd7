import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitMessageIn } from '../../../../src/vscode/chat/commitMessageIn.ts';

describe('the commit message in an answer', () => {
  const table: readonly [name: string, answer: string, message: string][] = [
    [
      'is its block',
      'Here it is:\n\n```\nRound prices\n\nTo cents.\n```\nDone.',
      'Round prices\n\nTo cents.',
    ],
    ['is its block, whatever its language', '```text\nRound prices\n```', 'Round prices'],
    ['is the first of several blocks', '```\nOne\n```\n```\nTwo\n```', 'One'],
    ['is a block with a fence in it', '````\nSay ```x```\n````', 'Say ```x```'],
    ['is all of it without a block', ' Round prices \n', 'Round prices'],
    ['has no quotes around it', '"Round prices"', 'Round prices'],
    ['keeps quotes in it', 'Say "no" to "yes" and', 'Say "no" to "yes" and'],
    ['is what there is of a block without an end', '```\nRound prices', 'Round prices'],
    ['is empty for nothing', '\n', ''],
  ];
  for (const [name, answer, message] of table) it(name, () => assert.equal(commitMessageIn(answer), message));
});
