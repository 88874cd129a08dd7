import { parseAnswer } from './answer/parseAnswer.ts';
import { growthProblem } from './check/size.ts';
import { testsFound, type TestsAsked } from './check/tests.ts';
import { conflictInTarget } from './check/text.ts';
import { checkChanges, type FileFacts } from './checks.ts';
import { unifiedDiff } from './lineDiff.ts';
import { placeEdits, type FileAccess } from './place.ts';
import type {
  AnswerStyle,
  CheckResult,
  FileChange,
  RefactorKind,
  RefactorProblem,
  RefactorTarget,
  SyntaxFactsPort,
  TextEdit,
} from './types.ts';
import { sentenceOf } from '../text/sentence.ts';

/** What was asked of a model, and where. */
export interface JudgeRequest {
  readonly kind: RefactorKind;
  readonly instruction: string;
  readonly target: RefactorTarget;
  readonly access: FileAccess;
  /** Of Generate Tests: how its tests are recognised. */
  readonly tests?: TestsAsked | null;
}

/** A replacement in a file that is named. */
export interface FileEdit extends TextEdit {
  readonly path: string;
}

/** What an answer would do. Refused answers that have a place keep their changes, to be shown as refused. */
export interface Judgement {
  /** Null where the answer could not be read. */
  readonly style: AnswerStyle | null;
  readonly edits: readonly FileEdit[];
  readonly changes: readonly FileChange[];
  /** A unified diff of all changes; '' for none. */
  readonly diff: string;
  readonly checks: readonly CheckResult[];
  readonly accepted: boolean;
  /** Why it is not accepted; null where it is. */
  readonly problem: RefactorProblem | null;
  /** What could not be checked, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads an answer, finds its places, makes the new texts and checks them: what the editor, the command line and the
 * benchmark do with every answer. Changes nothing itself, never throws, and has a reason for each refusal.
 */
export async function judgeAnswer(
  answer: string,
  request: JudgeRequest,
  syntax: SyntaxFactsPort,
): Promise<Judgement> {
  try {
    return await judged(answer, request, syntax);
  } catch (error) {
    const why = sentenceOf(error);
    return refused({
      code: 'failed',
      message: `The answer could not be checked, so it can't be applied: ${why}`,
    });
  }
}

async function judged(answer: string, request: JudgeRequest, syntax: SyntaxFactsPort): Promise<Judgement> {
  const { instruction, access } = request;
  const target = onWholeLineEnds(request.target);
  const conflict = conflictInTarget(target);
  if (conflict !== null)
    return refused({
      code: 'conflict',
      message: `There is a merge conflict in line ${conflict}: resolve it first.`,
    });
  const isOtherFile = (path: string): boolean => access.other(path) !== null;
  const parsed = parseAnswer(answer, target, { instruction, isOtherFile });
  if ('code' in parsed) return refused(parsed);
  const changes = placeEdits(parsed.edits, target, access);
  if ('code' in changes) return { ...refused(changes), style: parsed.style };
  const grown = growthProblem({ target, changes });
  if (grown !== null) return { ...refused({ code: 'too-large', message: grown }), style: parsed.style };
  const facts = new Map<string, FileFacts>();
  for (const { path, language, before, after } of changes) {
    const was = before === null ? null : await syntax.facts(language, path, before);
    facts.set(path, { before: was, after: await syntax.facts(language, path, after) });
  }
  const tests = request.tests == null ? null : await testsFound(changes, request.tests);
  const checks = checkChanges({ ...request, target, changes, facts }, tests);
  const failed = checks.find(({ ok }) => !ok);
  return {
    style: parsed.style,
    edits: changes.flatMap(({ path, edits }) => edits.map((edit) => ({ path, ...edit }))),
    changes,
    diff: changes.map(({ path, before, after }) => unifiedDiff(path, before, after)).join(''),
    checks,
    accepted: failed === undefined,
    problem: failed === undefined ? null : { code: 'check', message: failed.detail },
    notes: tests?.note == null ? [] : [tests.note],
  };
}

function refused(problem: RefactorProblem): Judgement {
  return { style: null, edits: [], changes: [], diff: '', checks: [], accepted: false, problem, notes: [] };
}

/** A target whose ends lie within its file and part no line end. */
function onWholeLineEnds(target: RefactorTarget): RefactorTarget {
  const { text } = target.file;
  const inside = (offset: number): number => {
    const at = Math.min(Math.max(0, offset), text.length);
    return text[at - 1] === '\r' && text[at] === '\n' ? at - 1 : at;
  };
  const start = inside(target.start);
  return { ...target, start, end: Math.max(start, inside(target.end)) };
}
