import type { Definition } from '../syntax/outline.ts';
import type { Candidate, SegmentRequest } from './types.ts';

/** Candidates' scores: what an import names, what is used by name, what is merely there; types are worth more. */
const scores = { named: 1, whole: 0.5, other: 0.25, unused: 0.4, type: 1.2, enclosing: 1, own: 0.6 } as const;
const typeKinds: ReadonlySet<string> = new Set(['class', 'interface', 'type', 'enum', 'struct', 'trait']);

/** Definitions of the current file that the prompt doesn't show. */
export function ownOutline(request: SegmentRequest, definitions: readonly Definition[]): Candidate[] {
  const { path, visible, cursorLine } = request;
  return outer(definitions)
    .filter(({ startLine }) => startLine < visible.startLine || startLine > visible.endLine)
    .map((one) => {
      const around = one.startLine <= cursorLine && one.endLine >= cursorLine;
      const score = around ? scores.enclosing : scores.own * (one.container === null ? 1 : 0.8);
      return candidate('file', path, one, score, around ? 'around the cursor' : 'elsewhere in this file');
    });
}

/** Definitions of another file. `names` are those that are taken from it, empty for all; `used` all that occur here. */
export function importedOutline(
  path: string,
  definitions: readonly Definition[],
  names: readonly string[],
  used: ReadonlySet<string>,
): Candidate[] {
  const named = new Set(names);
  return outer(definitions).map((one) => {
    const wanted = named.has(one.name) || (one.container !== null && named.has(one.container));
    const base = wanted ? scores.named : named.size === 0 ? scores.whole : scores.other;
    const occurs = used.has(one.name);
    const score =
      base *
      (occurs ? 1 : scores.unused) *
      (typeKinds.has(one.kind) && one.container === null ? scores.type : 1);
    return candidate('imports', path, one, score, wanted ? 'imported by name' : 'in an imported file');
  });
}

/** Definitions of a file and members of its types, but not what functions define inside. In order of their start. */
function outer(definitions: readonly Definition[]): Definition[] {
  let bodyEnd = -1;
  return definitions.filter(({ kind, end }) => {
    if (end <= bodyEnd) return false;
    if (kind === 'function' || kind === 'method') bodyEnd = end;
    return true;
  });
}

function candidate(kind: string, path: string, one: Definition, score: number, why: string): Candidate {
  const { startLine, endLine, signature, container } = one;
  const text = container === null ? signature : `  ${signature}`;
  return { kind, path, startLine, endLine, text, score, why };
}

/** The identifiers of a text. */
export function identifiers(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
}
