import path from 'node:path';
import { temporaryFolder } from './engine.ts';
import { scriptedModel } from './gguf.ts';

/**
 * The model of the editor's tests: its answers are known, whatever stood before. After `=` it says ` 0.19;`, after
 * `(` it says `price)`, after `{` a block, after `[` it says `0]` and then, after `]`, a call; after `:` it never ends.
 */
export async function editorModel(): Promise<string> {
  const file = path.join(temporaryFolder(), 'scripted.gguf');
  await scriptedModel({
    path: file,
    name: 'scripted',
    chains: [
      { after: '=', pieces: [' 0.19', ';\n'] },
      { after: '(', pieces: ['price', ')\n'] },
      { after: '{', pieces: ['\n  pay', '();', '\n}', '\nnext'] },
      { after: '[', pieces: ['0]'] },
      { after: ']', pieces: ['.sum(', 'order', ', 1);\n'] },
      { after: ':', pieces: [' on', ' and'], end: 'loop' },
    ],
  });
  return file;
}
