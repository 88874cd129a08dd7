import type { ProposedEdit, RefactorProblem } from '../types.ts';
import { pathOfFence } from './fences.ts';

const searchMark = /^\s*<{5,9}\s*(?:SEARCH|ORIGINAL|HEAD|OLD|BEFORE)\b.{0,200}$/i;
const middleMark = /^\s*={5,9}\s*$/;
const replaceMark = /^\s*>{5,9}\s*(?:REPLACE|UPDATED|NEW|AFTER)\b.{0,200}$/i;
const fenceLine = /^ {0,3}(?:`{3,}|~{3,})/;
/** What some models put on its own line between the search mark and the code. */
const startLine = /^\s*:start_line:\s*\d+\s*$|^\s*-{5,9}\s*$/;

/** Whether an answer has blocks that say what is to be replaced by what. */
export function hasSearchReplace(answer: string): boolean {
  return /^[^\S\n]*<{5,9}[^\S\n]*(?:SEARCH|ORIGINAL|HEAD|OLD|BEFORE)\b/im.test(answer);
}

type Block = { readonly line: number; readonly search: string[]; replace: string[] | null };

/**
 * Reads blocks of `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`; the line above a block, or above its fence, may name
 * the file. A block that breaks off is a problem, since the rest of it may say anything, and so is one with a second
 * `=======`.
 */
export function searchReplaceBlocks(answer: string): ProposedEdit[] | RefactorProblem {
  const edits: ProposedEdit[] = [];
  let path: string | null = null;
  let above = '';
  let block: Block | null = null;
  for (const [at, line] of answer.split('\n').entries()) {
    if (block === null) {
      if (searchMark.test(line)) block = { line: at + 1, search: [], replace: null };
      else if (replaceMark.test(line))
        return {
          code: 'unfinished',
          message: `Line ${at + 1} of the answer ends a block that does not begin.`,
        };
      else if (fenceLine.test(line))
        path = pathOfFence({ info: line.replace(/^\s*[`~]+/, ''), above }) ?? path;
      else if (line.trim() !== '') {
        above = line;
        path = pathOfFence({ info: '', above }) ?? path;
      }
    } else if (searchMark.test(line)) break;
    else if (replaceMark.test(line)) {
      if (block.replace === null) break;
      const search = block.search.join('\n');
      edits.push({ kind: 'replace', path, search, replace: block.replace.join('\n'), inLine: true });
      block = null;
    } else if (middleMark.test(line)) {
      if (block.replace !== null) break;
      block.replace = [];
    } else if (block.replace !== null) block.replace.push(line);
    else if (block.search.length > 0 || !startLine.test(line)) block.search.push(line);
  }
  if (block === null) return edits;
  return {
    code: 'unfinished',
    message: `The block of changes in line ${block.line} of the answer has no end, or more than two parts.`,
  };
}
