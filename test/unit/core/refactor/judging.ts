import { judgeAnswer, type Judgement } from '../../../../src/core/refactor/judge.ts';
import type { RefactorKind, RefactorTarget, SyntaxFactsPort } from '../../../../src/core/refactor/types.ts';
import { ParserFacts } from '../../../../bench/refactor/parserFacts.ts';
import { shippedParsers } from '../../../support/grammars.ts';
import { workspaceOf } from './marked.ts';

const parsers = shippedParsers();

/** Frees the grammars. */
export const dispose = (): Promise<void> => parsers.dispose();
const syntax = new ParserFacts(parsers);

/** What was asked for, and where. */
export interface Asked {
  readonly kind?: RefactorKind;
  readonly instruction?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly port?: SyntaxFactsPort;
}

/** Judges an answer with the shipped grammars. */
export function judge(
  target: RefactorTarget,
  answer: string,
  { kind = 'rewrite', instruction = '', files = {}, port = syntax }: Asked = {},
): Promise<Judgement> {
  return judgeAnswer(
    answer,
    { kind, instruction, target, access: workspaceOf(files, kind === 'tests') },
    port,
  );
}
