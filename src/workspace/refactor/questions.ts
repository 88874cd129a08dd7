import * as v from 'valibot';
import type { FileOutline } from '../../core/refactor/ports.ts';

/** What refactors ask of the parser: of any text, whether it is a document or not. */
export const refactorQuestion = v.variant('kind', [
  v.object({
    kind: v.literal('parse'),
    /** VS Code's language identifier, or an extension. */
    language: v.string(),
    /** Its extension tells the language where the identifier is not known. */
    path: v.string(),
    text: v.string(),
  }),
]);
export type RefactorQuestion = v.InferOutput<typeof refactorQuestion>;

/** The answer to each kind of question. */
export interface RefactorReplies {
  /** Null without a grammar, and where the text is too long or takes too long to parse. */
  readonly parse: FileOutline | null;
}
