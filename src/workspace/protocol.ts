import * as v from 'valibot';
import type { CompletionEnd } from '../core/syntax/completionEnd.ts';
import type { ContextReport } from '../core/context/report.ts';
import type { Exclusion } from '../core/index/exclusions.ts';
import type { DocumentProblem } from '../core/text/textDocument.ts';
import type { TextWindow } from '../core/text/window.ts';
import { chatQuestion, type ChatQuestion, type ChatReplies } from './chat/questions.ts';
import { refactorQuestion, type RefactorQuestion, type RefactorReplies } from './refactor/questions.ts';

/** Version of the messages between the workspace worker and its client; both come from one build. */
export const workspaceProtocolVersion = 4;

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

const contextRequest = v.object({
  ...base,
  type: v.literal('context'),
  ...place,
  limits: v.object({ before: count, after: count }),
  /** Most tokens, headers included; null: what a completion's prompt would take. */
  budget: v.nullable(count),
  /** Whether tokens are estimated from the text's length instead of counted by the model's tokenizer. */
  estimate: v.boolean(),
  /** Whether the answer waits until the index is complete, as a program wants it. */
  wait: v.boolean(),
});
const folder = v.object({
  /** Absolute path. */
  path: v.string(),
  /** VS Code's `files.exclude`: glob patterns, and whether they count. */
  exclude: v.record(v.string(), v.boolean()),
});
const target = v.object({ name: v.string(), path: v.string(), line: count });

const clientMessage = v.variant('type', [
  v.object({
    ...base,
    type: v.literal('index'),
    /** The folders to index, and nothing else; none to index nothing. */
    folders: v.array(folder),
    /** Folder where snapshots are kept, or null to keep none. */
    snapshots: v.nullable(v.string()),
    /** Names the tokenizer that `count` asks: what another one counted is forgotten. Null: there is none. */
    tokenizer: v.nullable(v.string()),
  }),
  /** Absolute paths of files and folders that were made, changed or deleted. */
  v.object({ ...base, type: v.literal('disk'), paths: v.array(v.string()) }),
  /** Ends the first reading of the folders; what is read so far is used. */
  v.object({ ...base, type: v.literal('cancelIndexing') }),
  /** What the editor's language server says: where names near the cursor are defined (absolute path, line from 1). */
  v.object({ ...base, type: v.literal('targets'), document: v.string(), targets: v.array(target) }),
  /** The answer to `count`; null where nobody can count now. */
  v.object({ ...base, type: v.literal('counted'), id: count, counts: v.nullable(v.array(count)) }),
  contextRequest,
  v.object({ ...base, type: v.literal('excluded'), id: count, path: v.string() }),
  /** What the chat or a refactor asks; the answer comes beside those of the other messages. */
  v.object({
    ...base,
    type: v.literal('ask'),
    id: count,
    question: v.variant('kind', [chatQuestion, refactorQuestion]),
    /** Whether the answer waits until the index is complete, as a program wants it. */
    wait: v.boolean(),
  }),
  /** Nobody waits for the answer to this `ask` any more; none comes then. */
  v.object({ ...base, type: v.literal('cancelAsk'), id: count }),
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
/** What can be asked beside the other messages, and the answer to each kind. */
export type AskQuestion = ChatQuestion | RefactorQuestion;
export type AskReplies = ChatReplies & RefactorReplies;
type Body<T> = Omit<T, 'version' | 'type' | 'id'>;
export type WindowRequest = Body<v.InferOutput<typeof windowRequest>>;
/** `text` is what was written after the place so far, with `\n` line ends; `ended`: nothing more will come. */
export type ContextRequest = Body<v.InferOutput<typeof contextRequest>>;
export type IndexedFolder = v.InferOutput<typeof folder>;
/** Where the editor's language server says that a name is defined. */
export type Target = v.InferOutput<typeof target>;
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

/** What the rest of the workspace gives for a place; or why there is nothing. */
export type ContextReply =
  | { readonly kind: 'context'; readonly report: ContextReport }
  | { readonly kind: 'problem'; readonly problem: DocumentProblem | 'no-folder' | 'secret' }
  | { readonly kind: 'unknown' };

/** How far the reading of all folders is. */
export interface IndexProgress {
  readonly state: 'reading' | 'ready' | 'cancelled';
  /** Files that were read or looked at, of those that are known so far. */
  readonly done: number;
  readonly total: number;
}

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
  | { readonly type: 'context'; readonly id: number; readonly reply: ContextReply }
  /** Why a path is not in the index; null: it is, or may be. */
  | { readonly type: 'excluded'; readonly id: number; readonly reply: Exclusion | null }
  | { readonly type: 'ask'; readonly id: number; readonly reply: AskReplies[keyof AskReplies] }
  /** Asks how many tokens texts have. */
  | { readonly type: 'count'; readonly id: number; readonly texts: readonly string[] }
  | { readonly type: 'progress'; readonly progress: IndexProgress }
  | { readonly type: 'log'; readonly message: string }
  | { readonly type: 'error'; readonly id: number | null; readonly message: string };

/** Reads a message of the client; throws an Error that says what is wrong with it. */
export function parseWorkspaceRequest(value: unknown): WorkspaceRequest {
  const parsed = v.safeParse(clientMessage, value);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new Error(`Not a message of the workspace protocol: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
}
