import { judgeAnswer } from '../../src/core/refactor/judge.ts';
import { answerStyles, type SyntaxFactsPort } from '../../src/core/refactor/types.ts';
import type { RefactorCase } from './cases.ts';
import { interleaved, mutations, spoilt } from './mutations.ts';
import type { OwnParse } from './ownParse.ts';
import { Chance } from './random.ts';
import { requestFor } from './styles.ts';
import { verdictOn, type Verdict } from './verdict.ts';

/** What became of the answers of one kind of mutation. */
export interface MutationResult {
  readonly mutation: string;
  readonly answers: number;
  readonly right: number;
  readonly said: number;
  readonly refused: number;
  readonly corrupted: number;
  readonly exceptions: number;
}

export interface FuzzResult {
  readonly rows: readonly MutationResult[];
  /** How often each reason was given for a refusal. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first files that were corrupted, and exceptions. */
  readonly failures: readonly {
    readonly place: string;
    readonly why: string;
    readonly answer: string;
    readonly diff: string;
  }[];
  /** Milliseconds that the slowest answer took, and what it was. */
  readonly slowest: { readonly ms: number; readonly what: string };
}

const mostFailures = 20;

/** Judges `count` spoilt answers over the cases, as many of each mutation, in all styles. */
export async function fuzz(
  cases: readonly RefactorCase[],
  count: number,
  seed: number,
  { syntax, own }: { readonly syntax: SyntaxFactsPort; readonly own: OwnParse },
): Promise<FuzzResult> {
  const chance = new Chance(seed);
  const names = [...Object.keys(mutations), interleaved];
  const verdicts = new Map<string, Verdict[]>(names.map((name) => [name, []]));
  const failures: FuzzResult['failures'][number][] = [];
  let slowest = { ms: 0, what: '' };
  for (let at = 0; at < count; at += 1) {
    const one = chance.of(cases);
    const style = answerStyles[Math.floor(at / names.length) % answerStyles.length] ?? 'code';
    const answer = spoilt(one, style, names[at % names.length] ?? '', chance);
    const began = performance.now();
    const judged = await judgeAnswer(answer.text, requestFor(one), syntax);
    const ms = Math.round(performance.now() - began);
    if (ms > slowest.ms) slowest = { ms, what: `${answer.mutation}, ${style}, ${one.path}` };
    const verdict = verdictOn(judged, one, answer, own);
    verdicts.get(answer.mutation)?.push(verdict);
    if ((verdict.kind === 'corrupted' || verdict.kind === 'exception') && failures.length < mostFailures)
      failures.push({
        place: `${one.path} ${one.target.definition?.name ?? ''}, ${answer.mutation}, ${style}`,
        why: verdict.why,
        answer: answer.text,
        diff: judged.diff,
      });
  }
  const rows = [...verdicts].map(([mutation, all]): MutationResult => {
    const number = (kind: Verdict['kind']): number => all.filter((one) => one.kind === kind).length;
    return {
      mutation,
      answers: all.length,
      right: number('right'),
      said: number('said'),
      refused: number('refused'),
      corrupted: number('corrupted'),
      exceptions: number('exception'),
    };
  });
  return { rows, reasons: reasonsOf([...verdicts.values()].flat()), failures, slowest };
}

function reasonsOf(verdicts: readonly Verdict[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts)
    if (verdict.kind === 'refused') counts[verdict.why] = (counts[verdict.why] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}
