import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureText } from '../../../../src/vscode/models/failureText.ts';

describe('what is said of a failure', () => {
  it('names Hearth once, and offers to try again', () => {
    assert.deepEqual(failureText('The disk is full.', false), {
      message: 'Hearth: The disk is full.',
      button: 'Retry',
    });
    assert.equal(failureText('Hearth has no folder.', false).message, 'Hearth has no folder.');
  });

  it('offers to go online where that is in the way', () => {
    const offline = 'Hearth is offline and opens no connection to box:1: run it online.';
    assert.deepEqual(failureText(offline, true), { message: offline, button: 'Work Online' });
    const ofEndpoint = `Box is not asked, because ${offline}`;
    assert.deepEqual(failureText(ofEndpoint, true), {
      message: `Hearth: ${ofEndpoint}`,
      button: 'Work Online',
    });
  });

  it('does not turn what is off already, and offers nothing of the kind for other failures', () => {
    assert.equal(failureText('Hearth is offline and stopped what was under way.', false).button, 'Retry');
    assert.equal(failureText('The disk is full.', true).button, 'Retry');
  });
});
