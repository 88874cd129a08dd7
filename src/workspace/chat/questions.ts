import * as v from 'valibot';
import type { FilePart, FoundLine, FoundSymbol, RepositoryMap, Snippet } from '../../core/chat/context.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const place = v.object({ path: v.string(), startLine: count, endLine: count });

/** What the chat asks of the workspace; `ChatWorkspace` says what each means. */
export const chatQuestion = v.variant('kind', [
  v.object({
    kind: v.literal('retrieve'),
    question: v.string(),
    scopes: v.array(v.string()),
    known: v.array(place),
    near: v.nullable(v.string()),
    limit: count,
  }),
  v.object({ kind: v.literal('map'), focus: v.array(v.string()), question: v.string(), budget: count }),
  v.object({ kind: v.literal('findSymbols'), name: v.string(), limit: count }),
  v.object({ kind: v.literal('findPaths'), query: v.string(), limit: count }),
  v.object({ kind: v.literal('references'), name: v.string(), limit: count }),
  v.object({ kind: v.literal('search'), text: v.string(), scope: v.nullable(v.string()), limit: count }),
  v.object({ kind: v.literal('read'), ...place.entries }),
  v.object({ kind: v.literal('check'), places: v.array(place) }),
]);
export type ChatQuestion = v.InferOutput<typeof chatQuestion>;

/** The answer to each kind of question. */
export interface ChatReplies {
  readonly retrieve: readonly Snippet[];
  readonly map: RepositoryMap;
  readonly findSymbols: readonly FoundSymbol[];
  readonly findPaths: readonly string[];
  readonly references: readonly FoundLine[];
  readonly search: readonly FoundLine[];
  readonly read: FilePart | null;
  readonly check: readonly ('ok' | 'no-file' | 'no-lines')[];
}
export type ChatReply = ChatReplies[keyof ChatReplies];
