import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { terminalSelection } from '../../../../src/vscode/chat/terminalSelection.ts';

/** A clipboard with a text, or with a picture that reads as '', and a terminal in which something is selected. */
function world(before: string, selected: string) {
  const clipboard = { content: before, writes: 0 };
  const write = (text: string): Promise<void> => {
    clipboard.content = text;
    clipboard.writes += 1;
    return Promise.resolve();
  };
  const ports = {
    readText: () => Promise.resolve(clipboard.content === 'PICTURE' ? '' : clipboard.content),
    writeText: write,
    // VS Code's command leaves the clipboard alone where nothing is selected.
    copySelection: () => (selected === '' ? Promise.resolve() : write(selected)),
  };
  return { clipboard, ports };
}

describe('what is selected in a terminal', () => {
  it('is given, and the text of the clipboard is put back, also where both are the same', async () => {
    for (const before of ['my own', 'error: no', '']) {
      const { clipboard, ports } = world(before, 'error: no');
      assert.equal(await terminalSelection(ports), 'error: no');
      assert.equal(clipboard.content, before);
    }
  });

  it('is nothing where nothing is selected, whatever was copied before', async () => {
    const { clipboard, ports } = world('my own', '');
    assert.deepEqual([await terminalSelection(ports), clipboard.content], ['', 'my own']);
  });

  it('leaves a picture in the clipboard where nothing is selected', async () => {
    const { clipboard, ports } = world('PICTURE', '');
    assert.deepEqual(
      [await terminalSelection(ports), clipboard.content, clipboard.writes],
      ['', 'PICTURE', 0],
    );
  });

  it('puts the text back where the command fails', async () => {
    const { clipboard, ports } = world('my own', '');
    const failing = { ...ports, copySelection: () => Promise.reject(new Error('No terminal.')) };
    await assert.rejects(terminalSelection(failing), /No terminal/);
    assert.equal(clipboard.content, 'my own');
  });
});
