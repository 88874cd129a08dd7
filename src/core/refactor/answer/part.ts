import { fileLines, isBlank, withoutBlankEnds } from '../fileText.ts';
import { indentOf } from '../indentation.ts';
import type { RefactorTarget } from '../types.ts';
import { definitionHead } from './definesName.ts';
import { isElision } from './elision.ts';

/** What stands around a target: lines without their indentation that hold a letter or a digit and are none of its own. */
export function tellingLines({ file, start, end }: RefactorTarget): { own: Set<string>; around: string[] } {
  const bare = (text: string): string[] => fileLines(text).map((line) => line.text.trim());
  const own = new Set(bare(file.text.slice(start, end)));
  const around = [...bare(file.text.slice(0, start)), ...bare(file.text.slice(end))];
  return { own, around: around.filter((line) => /[\p{L}\p{N}]/u.test(line) && !own.has(line)) };
}

/** What closes a block and says nothing. */
const closer = /^(?:[)\]}>;,]+|end|#endif.*)$/;
const belongsAbove = /^(?:\/\/|\/\*|\*|#|--|@|"""|''')/;

/**
 * The target's part of code that has more of its file: the class around it, functions beside it, imports that the file
 * has already. Null where it has no more, or where what is more is not all in the file.
 */
export function partForTarget(code: readonly string[], target: RefactorTarget): string[] | null {
  const name = target.definition?.name;
  if (name === undefined) return null;
  const isHead = definitionHead(name);
  const heads = code.flatMap((line, at) => (isHead(line) ? [at] : []));
  const [head] = heads;
  if (head === undefined) return null;
  const indent = indentOf(code[head] ?? '').length;
  let first = head;
  while (first > 0 && belongsAbove.test(code[first - 1]?.trim() ?? '') && !isElision(code[first - 1] ?? ''))
    first -= 1;
  let end = head + 1;
  while (end < code.length && (isBlank(code[end] ?? '') || isInBlock(code[end] ?? '', indent))) end += 1;
  const others = [...code.slice(0, first), ...code.slice(end)];
  // Another head outside of the block may be the one that is meant.
  if (others.every(isBlank) || heads.some((at) => at >= end)) return null;
  const around = new Set(tellingLines(target).around);
  const isKnown = others.every((line) => {
    const bare = line.trim();
    return bare === '' || closer.test(bare) || around.has(bare) || isElision(line);
  });
  const tells = others.some((line) => around.has(line.trim()));
  return isKnown && tells ? withoutBlankEnds(code.slice(first, end)) : null;
}

/** Whether a line belongs to a block whose head has so much indentation: it has more, or closes it. */
function isInBlock(line: string, indent: number): boolean {
  const own = indentOf(line).length;
  return (
    own > indent ||
    (own === indent &&
      /^\s*(?:[)\]}]|end\b|else\b|elif\b|except\b|finally\b|rescue\b|ensure\b|\{)/.test(line))
  );
}
