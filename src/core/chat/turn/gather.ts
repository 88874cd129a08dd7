import type { Attachment, Mention, Place, Snippet, Source } from '../context.ts';
import type { GivenAttachment } from '../prompts.ts';
import { filesAsSources } from '../toolFindings.ts';

/** Most snippets of a question, and with `@workspace`. */
const mostSnippets = { usual: 12, workspace: 24 } as const;

/** Most tokens of snippets: an eighth of the window, since earlier turns keep theirs; a third with `@workspace`. */
export function snippetTokens(contextTokens: number, wholeWorkspace: boolean): number {
  return wholeWorkspace
    ? Math.min(4096, Math.floor(contextTokens / 3))
    : Math.min(1536, Math.floor(contextTokens / 8));
}

export function snippetLimit(wholeWorkspace: boolean): number {
  return wholeWorkspace ? mostSnippets.workspace : mostSnippets.usual;
}

/** Folders and files to which a question's mentions limit it; none where it asks for the whole workspace. */
export function scopesOf(
  mentions: readonly Mention[],
  attachments: readonly Attachment[],
): readonly string[] {
  if (asksWorkspace(mentions, attachments)) return [];
  const mentioned = mentions
    .filter(({ kind }) => kind === 'file' || kind === 'folder')
    .map(({ value }) => value);
  // A folder may have been dropped on the page instead of mentioned.
  const folders = attachments
    .filter(({ kind }) => kind === 'folder')
    .map(({ place, label }) => place?.path ?? label);
  return [...new Set([...mentioned, ...folders])].filter((scope) => scope !== '');
}

export function asksWorkspace(mentions: readonly Mention[], attachments: readonly Attachment[]): boolean {
  return [...mentions, ...attachments].some(({ kind }) => kind === 'workspace');
}

export function placesOf(attachments: readonly Attachment[]): readonly Place[] {
  return attachments.flatMap(({ place }) => (place === null ? [] : [place]));
}

/** Where a prompt's content comes from, the attachments first: nothing is surer to be meant. */
export function sourcesOf(
  attachments: readonly GivenAttachment[],
  snippets: readonly Snippet[],
): readonly Source[] {
  const best = snippets.reduce((most, { score }) => Math.max(most, score), 0);
  const attached = placesOf(attachments.map(({ attachment }) => attachment));
  return [
    ...attached
      .filter(({ startLine, endLine }) => endLine >= startLine)
      .map(({ path, startLine, endLine }) => ({ path, startLine, endLine, score: best + 1 })),
    ...filesAsSources(filesOf(attachments), best + 1),
    ...snippets.map(({ path, startLine, endLine, score }) => ({ path, startLine, endLine, score })),
  ];
}

/** What attachments have text of beside their places, each file once. */
function filesOf(attachments: readonly GivenAttachment[]): readonly string[] {
  const given = attachments.filter(({ attachment }) => attachment.text !== '');
  return [...new Set(given.flatMap(({ attachment }) => attachment.files ?? []))];
}
