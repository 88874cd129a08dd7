import type { Attachment, FilesText, RepositoryMap } from '../../core/chat/context.ts';
import type { ChatSurroundings, ChatWorkspace } from '../../core/chat/ports.ts';
import { diffWithout, namesInDiff } from '../chat/diffText.ts';

/** Whether a path may never leave this machine. */
export type Denies = (path: string) => boolean;

const kept = 'the deny list keeps it on this machine';

/** What a question is made of, as it is where nothing is denied (null). */
export function withoutDenied<
  Parts extends { readonly workspace: ChatWorkspace; readonly surroundings: ChatSurroundings },
>(parts: Parts, denies: Denies | null): Parts | (Omit<Parts, 'workspace' | 'surroundings'> & DeniedParts) {
  if (denies === null) return parts;
  const { workspace, surroundings } = parts;
  return {
    ...parts,
    workspace: workspaceWithout(workspace, denies),
    surroundings: surroundingsWithout(surroundings, denies),
  };
}

interface DeniedParts {
  readonly workspace: ChatWorkspace;
  readonly surroundings: ChatSurroundings;
}

/** A workspace that knows nothing of denied files: a question that is to leave this machine is made without them. */
export function workspaceWithout(workspace: ChatWorkspace, denies: Denies): ChatWorkspace {
  const allowed = <Found extends { readonly path: string }>(found: readonly Found[]): readonly Found[] =>
    found.filter(({ path }) => !denies(path));
  return {
    retrieve: async (query) => allowed(await workspace.retrieve(query)),
    map: async (query) => mapWithout(await workspace.map(query), denies),
    findSymbols: async (name, limit) => allowed(await workspace.findSymbols(name, limit)),
    findPaths: async (query, limit) =>
      (await workspace.findPaths(query, limit)).filter((path) => !denies(path.replace(/\/$/, ''))),
    references: async (name, limit) => allowed(await workspace.references(name, limit)),
    search: async (text, scope, limit) => allowed(await workspace.search(text, scope, limit)),
    read: async (path, startLine, endLine) => {
      const part = denies(path) ? null : await workspace.read(path, startLine, endLine);
      return part?.real !== undefined && denies(part.real) ? null : part;
    },
    check: (places) => workspace.check(places),
  };
}

/** What stands around a workspace, without what denied files say. */
export function surroundingsWithout(surroundings: ChatSurroundings, denies: Denies): ChatSurroundings {
  return {
    attach: (mention, signal) => surroundings.attach(mention, signal),
    instructions: async () =>
      (await surroundings.instructions()).filter(
        ({ place, label, files = [] }) => ![place?.path ?? label, ...files].some(denies),
      ),
    problems: async (path) => problemsWithout(await surroundings.problems(path), denies),
    diff: async (staged) => changesWithout(await surroundings.diff(staged), denies),
  };
}

/**
 * What goes with a question, with changes and problems of denied files left out. Files that somebody attached stay: that
 * these may not be sent is to be said, not passed over.
 */
export async function attachmentsWithout(
  attachments: readonly Attachment[],
  denies: Denies,
): Promise<readonly Attachment[]> {
  return Promise.all(
    attachments.map(async (attachment) => {
      const { kind, text, files } = attachment;
      if (kind !== 'diff' && kind !== 'problems') return attachment;
      const without = kind === 'diff' ? changesWithout : problemsWithout;
      const left = await without({ text, files: files ?? [] }, denies);
      // Of which files it is stays unknown.
      return files === undefined ? { ...attachment, text: left.text } : { ...attachment, ...left };
    }),
  );
}

/** The map names each file on a line of its own, with what it defines indented below. */
function mapWithout({ text, files, tokens }: RepositoryMap, denies: Denies): RepositoryMap {
  if (!files.some(denies)) return { text, files, tokens };
  const blocks = text.split(/^(?=\S)/m);
  const left = blocks.filter((block) => !denies(block.split('\n', 1)[0]?.replace(/:$/, '') ?? ''));
  return { text: left.join(''), files: files.filter((file) => !denies(file)), tokens };
}

/**
 * A problem stands on a line that begins with its file. A denied file that begins none, such as what a link leads to,
 * stays among the files, so that the gate refuses it.
 */
function problemsWithout({ text, files }: FilesText, denies: Denies): FilesText {
  const denied = files.filter((file) => denies(file) && `\n${text}`.includes(`\n${file}:`));
  const lines = text.split('\n');
  const left = lines.filter((line) => {
    const [, path] = /^(.+?):\d+:\d+ /.exec(line) ?? [];
    return (path === undefined || !denies(path)) && !denied.some((file) => line.startsWith(`${file}:`));
  });
  return {
    text: left.length === lines.length ? text : [...left, `(Others are left out: ${kept}.)`].join('\n'),
    files: files.filter((file) => !denied.includes(file)),
  };
}

/**
 * Changes are left out where a name in them is denied, or the path of that file. Where nobody knows which path is which
 * name's, denied paths stay among the files, so that the gate refuses them.
 */
async function changesWithout({ text, files }: FilesText, denies: Denies): Promise<FilesText> {
  if (!/^diff --/m.test(text)) return { text, files };
  const names = namesInDiff(text);
  const known = names.length === files.length;
  const denied = new Set(
    names.filter((name, index) => denies(name) || (known && denies(files[index] ?? name))),
  );
  return {
    text: await diffWithout(text, (name) => Promise.resolve(denied.has(name) ? kept : null)),
    files: known ? files.filter((_, index) => !denied.has(names[index] ?? '')) : files,
  };
}
