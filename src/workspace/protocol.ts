import * as v from 'valibot';
import type { CompletionEnd } from '../core/syntax/completionEnd.ts';
import type { DocumentProblem } from '../core/text/textDocument.ts';
import type { TextWindow } from '../core/text/window.ts';

/** Version of the messages between the workspace worker and its client; both come from one build. */
export const workspaceProtocolVersion = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const base = { version: v.literal(workspaceProtocolVersion) };

/** A place in one version of a document; what it asks about counts in the document's own UTF-16 units. */
const place = {
  id: count,
  document: v.string(),
  documentVersion: count,
  offset: count,
  overlay: v.optional(v.object({ start: count, end: count, text: v.string() })),
};
const windowRequest = v.object({
  ...base,
  type: v.literal('window'),
  ...place,
  limits: v.object({ before: count, after: count }),
  /** Whether the answer waits until what the document imports was read, as a program wants it. */
  wait: v.optional(v.boolean()),
});
const endRequest = v.object({
  ...base,
  type: v.literal('end'),
  ...place,
  text: v.string(),
  ended: v.boolean(),
});
const checkRequest = v.object({
  ...base,
  type: v.literal('check'),
  ...place,
  candidates: v.array(v.object({ text: v.string(), replaceRight: count })),
});

const clientMessage = v.variant('type', [
  v.object({
    ...base,
    type: v.literal('open'),
    document: v.string(),
    documentVersion: count,
    text: v.string(),
    languageId: v.string(),
    path: v.nullable(v.string()),
    folder: v.nullable(v.string()),
  }),
  v.object({
    ...base,
    type: v.literal('change'),
    document: v.string(),
    documentVersion: count,
    changes: v.array(v.object({ offset: count, length: count, text: v.string() })),
  }),
  v.object({ ...base, type: v.literal('close'), document: v.string() }),
  windowRequest,
  endRequest,
  checkRequest,
]);
export type WorkspaceRequest = v.InferOutput<typeof clientMessage>;
type Body<T> = Omit<T, 'version' | 'type' | 'id'>;
export type WindowRequest = Body<v.InferOutput<typeof windowRequest>>;
/** `text` is what was written after the place so far, with `\n` line ends; `ended`: nothing more will come. */
export type EndRequest = Body<v.InferOutput<typeof endRequest>>;
/** Texts to insert at the place, each in the place of `replaceRight` units right of it. */
export type CheckRequest = Body<v.InferOutput<typeof checkRequest>>;

/** A document as the editor knows it. */
export interface OpenedDocument {
  readonly text: string;
  /** VS Code's language identifier, or the file's extension without its dot. */
  readonly languageId: string;
  /** Path below `folder` with `/`, and that folder's own path; null for what is in no folder. */
  readonly path: string | null;
  readonly folder: string | null;
}

/** The window; or what forbids one; or `unknown`: the worker does not have this version of the document. */
export type WindowReply =
  | { readonly kind: 'window'; readonly window: TextWindow }
  | { readonly kind: 'problem'; readonly problem: DocumentProblem }
  | { readonly kind: 'unknown' };

/** A reply as the completion pipeline takes it. */
export function windowOf(reply: WindowReply): TextWindow | DocumentProblem | 'unknown' {
  if (reply.kind === 'window') return reply.window;
  return reply.kind === 'problem' ? reply.problem : reply.kind;
}

export type WorkspaceReply =
  | { readonly type: 'window'; readonly id: number; readonly reply: WindowReply }
  /** Null: no grammar, or not this version of the document. */
  | { readonly type: 'end'; readonly id: number; readonly reply: CompletionEnd | null }
  | { readonly type: 'check'; readonly id: number; readonly reply: number | null | 'unknown' }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'error'; readonly id: number | null; readonly message: string };

/** Reads a message of the client; throws an Error that says what is wrong with it. */
export function parseWorkspaceRequest(value: unknown): WorkspaceRequest {
  const parsed = v.safeParse(clientMessage, value);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new Error(`Not a message of the workspace protocol: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
}
