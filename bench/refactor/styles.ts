import { judgeAnswer } from '../../src/core/refactor/judge.ts';
import { answerStyles, type AnswerStyle, type SyntaxFactsPort } from '../../src/core/refactor/types.ts';
import { answerIn } from './answers.ts';
import type { RefactorCase } from './cases.ts';
import { Chance } from './random.ts';

/** How correct answers in one style fared. */
export interface StyleResult {
  readonly style: AnswerStyle;
  readonly answers: number;
  /** Accepted, and the file is byte for byte what was meant. */
  readonly exact: number;
  /** Accepted, and the file is another one. */
  readonly other: number;
  /** By what the first sentence of the reason begins with. */
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly place: string; readonly why: string; readonly answer: string }[];
}

/** Gives the change of every case in each style, and compares what comes of it. */
export async function measureStyles(
  cases: readonly RefactorCase[],
  seed: number,
  syntax: SyntaxFactsPort,
): Promise<StyleResult[]> {
  const results: StyleResult[] = [];
  for (const style of answerStyles) {
    const chance = new Chance(seed);
    let [exact, other] = [0, 0];
    const refused: Record<string, number> = {};
    const failures: StyleResult['failures'][number][] = [];
    for (const one of cases) {
      const answer = answerIn(style, one, chance);
      const judged = await judgeAnswer(answer, requestFor(one), syntax);
      const [change] = judged.changes;
      if (judged.accepted && change?.after === one.intended && judged.changes.length === 1) {
        exact += 1;
        continue;
      }
      const code = judged.problem?.code ?? 'other text';
      if (judged.accepted) other += 1;
      else refused[code] = (refused[code] ?? 0) + 1;
      failures.push({
        place: `${one.path} ${one.target.definition?.name ?? ''} (${one.change})`,
        why: judged.problem?.message ?? 'other text',
        answer,
      });
    }
    results.push({ style, answers: cases.length, exact, other, refused, failures });
  }
  return results;
}

/** An instruction that names nothing, and a workspace with this file only. */
export function requestFor(one: RefactorCase): Parameters<typeof judgeAnswer>[1] {
  return {
    kind: 'rewrite',
    instruction: 'improve this',
    target: one.target,
    access: { other: () => null, mayCreate: false },
  };
}
