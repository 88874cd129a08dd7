import type { ProposedEdit, RefactorProblem } from '../types.ts';

const fileLine = /^(?:---|\+\+\+)\s+(?:[ab]\/)?([^\t\n]*)/;
/** `@@ -1,2 +3,4 @@`, also without numbers, and the bare `@@` of OpenAI's patches. */
const hunkLine = /^@@(?:\s.*)?$|^@@ ?[-+\d,. ]*@@/;
const patchFile = /^\*\*\* (Update|Add|Delete) File:\s*(.+?)\s*$/;
const patchNoise = /^\*\*\* (?:Begin Patch|End Patch|End of File)\s*$/;
const gitNoise =
  /^(?:diff --git |index [\da-f]+\.\.|new file mode |deleted file mode |old mode |new mode |similarity index |\\ No newline)/;

/** Whether a text is a unified diff, or a patch of the kind that begins with `*** Begin Patch`. */
export function isUnifiedDiff(text: string): boolean {
  const lines = text.split('\n');
  const hunk = lines.some((line) => hunkLine.test(line) || patchFile.test(line));
  const header = lines.some((line, at) => /^--- /.test(line) && /^\+\+\+ /.test(lines[at + 1] ?? ''));
  return (hunk || header) && lines.some((line) => /^[+-](?![+-]{2} )/.test(line));
}

/** Whether an answer begins with a diff, so that fences in it are its content. */
export function beginsAsDiff(text: string): boolean {
  const first = text.trimStart();
  return /^(?:diff --git |--- \S.*\n\+\+\+ |@@ |\*\*\* Begin Patch)/.test(first) && isUnifiedDiff(text);
}

/**
 * Reads a unified diff as texts to replace by others: models count lines wrongly, so only what a hunk says is taken,
 * not where. A hunk that has nothing but new lines is for a new file, or can't be placed.
 */
export function diffEdits(text: string): ProposedEdit[] | RefactorProblem {
  // Without any header, as in a fence that says what it is, all of it is one hunk.
  const reader = new DiffReader(!isUnifiedDiff(text));
  const lines = text.split('\n');
  // What ends the text is no empty line of it.
  if (lines.at(-1) === '') lines.pop();
  for (const [at, line] of lines.entries()) reader.take(line, lines[at - 1] ?? '', lines[at + 1] ?? '');
  return reader.end();
}

class DiffReader {
  readonly #edits: ProposedEdit[] = [];
  #path: string | null = null;
  #search: string[] = [];
  #replace: string[] = [];
  /** Whether lines belong to a hunk: what stands before the first one is prose. */
  #inHunk: boolean;
  #inHeader = false;
  #isNew = false;
  #problem: RefactorProblem | null = null;

  constructor(inHunk: boolean) {
    this.#inHunk = inHunk;
  }

  take(line: string, before: string, after: string): void {
    const patch = patchFile.exec(line);
    const isOld = /^--- /.test(line) && /^\+\+\+ /.test(after);
    if (patch !== null) {
      this.#endHunk();
      const [, what, path = ''] = patch;
      this.#path = path;
      this.#isNew = what === 'Add';
      this.#inHunk = true;
      if (what === 'Delete')
        this.#fail('wrong-file', 'The answer wants to delete a file, which no refactor does.');
    } else if (isOld || (this.#inHeader && /^\+\+\+ /.test(line) && /^--- /.test(before))) {
      this.#endHunk();
      this.#header(line, isOld);
    } else if (gitNoise.test(line) || patchNoise.test(line)) {
      if (line.startsWith('diff --git')) {
        this.#endHunk();
        this.#inHunk = false;
      }
    } else if (hunkLine.test(line)) {
      this.#endHunk();
      this.#inHunk = true;
    } else if (this.#inHunk) this.#line(line);
    this.#inHeader = isOld;
  }

  #header(line: string, isOld: boolean): void {
    const named = (fileLine.exec(line)?.[1] ?? '').trim().replace(/^"(.*)"$/, '$1');
    if (named === '/dev/null') {
      if (isOld) this.#isNew = true;
      else this.#fail('wrong-file', 'The answer wants to delete a file, which no refactor does.');
      return;
    }
    if (isOld) this.#isNew = false;
    if (named !== '') this.#path = named.replace(/^[ab]\//, '');
    this.#inHunk = !isOld;
  }

  #line(line: string): void {
    const rest = line.slice(1);
    if (line.startsWith('+')) this.#replace.push(rest);
    else if (line.startsWith('-')) this.#search.push(rest);
    else {
      // Models forget the blank before what stays.
      const same = line.startsWith(' ') ? rest : line;
      this.#search.push(same);
      this.#replace.push(same);
    }
  }

  #endHunk(): void {
    const [search, replace] = [this.#search.join('\n'), this.#replace.join('\n')];
    this.#search = [];
    this.#replace = [];
    if (search === replace) return;
    if (search.trim() !== '') this.#edits.push({ kind: 'replace', path: this.#path, search, replace });
    else if (this.#isNew) this.#edits.push({ kind: 'file', path: this.#path, text: replace });
    else
      this.#fail('no-match', 'A hunk of the diff has only new lines: repeat lines that stand around them.');
  }

  #fail(code: RefactorProblem['code'], message: string): void {
    this.#problem ??= { code, message };
  }

  end(): ProposedEdit[] | RefactorProblem {
    this.#endHunk();
    if (this.#problem !== null) return this.#problem;
    return this.#edits.length > 0
      ? this.#edits
      : { code: 'no-change', message: 'The diff of the answer changes nothing.' };
  }
}
