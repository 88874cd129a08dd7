import { cutWindow, windowLimits } from '../../src/core/text/window.ts';
import { Documents } from '../../src/workspace/documents.ts';
import type { FolderIndex } from '../../src/workspace/folderIndex.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { workspaceProtocolVersion, type OpenedDocument } from '../../src/workspace/protocol.ts';
import { Syntax } from '../../src/workspace/syntax.ts';
import { WorkspaceWorker } from '../../src/workspace/workspaceWorker.ts';
import { leastTimes, type Step } from './clock.ts';

/** Milliseconds that each key takes. */
export interface KeystrokeCost {
  readonly lines: number;
  /** The change, the parse and the definitions before the cursor. */
  readonly reparse: readonly number[];
  /** All that the worker does for a key until it has sent the window with its context. */
  readonly whole: readonly number[];
  /** What brings the document into the index once nobody types. */
  readonly idle: readonly number[];
}

/** A file of the folder that is opened. */
export interface TypedFile {
  readonly path: string;
  readonly text: string;
}

/** Where the grammars are, and the index that the document comes into. */
export interface TypingWorld {
  readonly folder: FolderIndex;
  readonly parsers: Parsers;
  readonly grammarsFolder: string;
  /** Folder of the snapshots, from which a second index is read. */
  readonly snapshots: string;
}

/** A document without some characters, and those that are typed at the place where they were. */
interface Typing {
  readonly document: string;
  readonly opened: OpenedDocument;
  readonly start: number;
  readonly characters: readonly string[];
}

/** Times that the same keys are typed; of each key the least counts. */
const times = 3;
/** Characters that are typed between two times that nobody types. */
const burst = 10;
const limits = windowLimits(4096);

/** Takes `keys` characters out of the middle of a file and types them again, one by one. */
export async function keystrokeCost(
  file: TypedFile,
  keys: number,
  world: TypingWorld,
): Promise<KeystrokeCost> {
  const typing = typingOf(file, keys, world.folder.folder);
  return {
    lines: file.text.split('\n').length,
    reparse: await leastTimes(times, (step) => typeAlone(typing, world, step, null)),
    idle: await leastTimes(times, (step) => typeAlone(typing, world, null, step)),
    whole: await leastTimes(times, (step) => typeInWorker(typing, world, step)),
  };
}

function typingOf({ path, text }: TypedFile, keys: number, folder: string): Typing {
  const start = text.indexOf('\n', Math.floor(text.length / 2)) + 1;
  const languageId = path.endsWith('x') ? 'typescriptreact' : 'typescript';
  return {
    document: `file:${path}`,
    opened: { text: text.slice(0, start) + text.slice(start + keys), languageId, path, folder },
    start,
    characters: text.slice(start, start + keys).split(''),
  };
}

/** Types with the parts of the worker that a key needs: `key` times what follows each, `idle` each pause. */
async function typeAlone(
  { document, opened, start, characters }: Typing,
  { folder, parsers }: TypingWorld,
  key: Step | null,
  idle: Step | null,
): Promise<void> {
  const documents = new Documents();
  const syntax = new Syntax(parsers);
  documents.open(document, 1, opened);
  const answer = async (offset: number): Promise<void> => {
    const known = documents.present(document);
    if (known === null) throw new Error(`${document} is not open.`);
    await syntax.anchors(known, cutWindow(known.text, offset, limits));
  };
  await answer(start);
  for (const [at, text] of characters.entries()) {
    const offset = start + at;
    const changes = [{ offset, length: 0, text }];
    const change = async (): Promise<void> => {
      const before = documents.change(document, at + 2, changes);
      syntax.change(document, before ?? '', changes);
      await answer(offset + 1);
    };
    await (key === null ? change() : key(change));
    const known = documents.present(document);
    if (idle === null || known === null || at % burst !== burst - 1) continue;
    await idle(async () => folder.setOpen(known.path ?? '', known.text, await syntax.facts(known)));
  }
  syntax.dispose();
}

/** Types into a worker as the editor does, a change and a question for the window for each key. */
async function typeInWorker(
  { document, opened, start, characters }: Typing,
  { folder, grammarsFolder, snapshots }: TypingWorld,
  step: Step,
): Promise<void> {
  const waiting = new Map<number, () => void>();
  const worker = new WorkspaceWorker(grammarsFolder, (reply) => {
    if (reply.type === 'error') throw new Error(reply.message);
    if (reply.type === 'window') waiting.get(reply.id)?.();
  });
  const send = (message: object): void => worker.receive({ version: workspaceProtocolVersion, ...message });
  const window = (id: number, offset: number, wait: boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      send({ type: 'window', id, document, documentVersion: id, offset, limits, wait });
    });
  send({ type: 'index', folders: [{ path: folder.folder, exclude: {} }], snapshots, tokenizer: null });
  send({ type: 'open', document, documentVersion: 1, ...opened });
  await window(1, start, true);
  for (const [at, text] of characters.entries()) {
    const offset = start + at;
    await step(() => {
      const changes = [{ offset, length: 0, text }];
      send({ type: 'change', document, documentVersion: at + 2, changes });
      return window(at + 2, offset + 1, false);
    });
  }
  send({ type: 'index', folders: [], snapshots: null, tokenizer: null });
}
