import type { Attachment, RepositoryMap } from '../../core/chat/context.ts';
import type { ChatSurroundings, ChatWorkspace } from '../../core/chat/ports.ts';
import { diffWithout } from '../chat/diffText.ts';

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
    read: async (path, startLine, endLine) =>
      denies(path) ? null : workspace.read(path, startLine, endLine),
    check: (places) => workspace.check(places),
  };
}

/** What stands around a workspace, without what denied files say. */
export function surroundingsWithout(surroundings: ChatSurroundings, denies: Denies): ChatSurroundings {
  return {
    attach: (mention, signal) => surroundings.attach(mention, signal),
    instructions: async () =>
      (await surroundings.instructions()).filter(({ place, label }) => !denies(place?.path ?? label)),
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
      if (attachment.kind === 'diff') {
        return { ...attachment, text: await changesWithout(attachment.text, denies) };
      }
      if (attachment.kind !== 'problems') return attachment;
      return { ...attachment, text: problemsWithout(attachment.text, denies) };
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

/** A problem stands on a line that begins with its file. */
function problemsWithout(text: string, denies: Denies): string {
  const lines = text.split('\n');
  const left = lines.filter((line) => {
    const [, path] = /^(.+?):\d+:\d+ /.exec(line) ?? [];
    return path === undefined || !denies(path);
  });
  return left.length === lines.length ? text : [...left, `(Others are left out: ${kept}.)`].join('\n');
}

async function changesWithout(text: string, denies: Denies): Promise<string> {
  if (!/^diff --/m.test(text)) return text;
  return diffWithout(text, (path) => Promise.resolve(denies(path) ? kept : null));
}
