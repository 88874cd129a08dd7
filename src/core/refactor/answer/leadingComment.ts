import { indentOf } from '../indentation.ts';
import type { TargetLines } from '../targetIndent.ts';
import { definitionHead } from './definesName.ts';
import { isElision } from './elision.ts';

/** Instructions after which a comment may go. */
const aboutComments = /comment|docu|docstring|javadoc|jsdoc/i;
const lineComment =
  /^\s*(?:\/\/|#(?![[!]|\s*(?:include|define|if|ifdef|ifndef|endif|else|elif|pragma|region)\b)|--)/;

/** How many lines the comment takes with which code begins; 0 for none. */
function leadingCommentLines(lines: readonly string[]): number {
  if (/^\s*\/\*/.test(lines[0] ?? '')) {
    const end = lines.findIndex((line) => line.includes('*/'));
    return end !== -1 && /\*\/\s*$/.test(lines[end] ?? '') ? end + 1 : 0;
  }
  let count = 0;
  while (lineComment.test(lines[count] ?? '')) count += 1;
  return count;
}

/**
 * Code with the comment above the target's definition, where it begins with that definition itself: models leave the comment
 * out, and don't mean that it should go.
 */
export function withLeadingComment(
  code: readonly string[],
  { lines: was, base }: TargetLines,
  {
    name,
    instruction = '',
  }: { readonly name: string | undefined; readonly instruction?: string | undefined },
): readonly string[] {
  const count = leadingCommentLines(was);
  const [first = ''] = code;
  const head = was[count];
  if (count === 0 || head === undefined || aboutComments.test(instruction)) return code;
  if (leadingCommentLines(code) > 0 || isElision(first)) return code;
  const isSame = first.trim() === head.trim() || (name !== undefined && definitionHead(name)(first));
  if (!isSame) return code;
  const comment = was.slice(0, count).map((line) => indentOf(first) + line.slice(base.length));
  return [...comment, ...code];
}
