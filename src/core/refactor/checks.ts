import { definitionsProblem, type Checked } from './check/definitions.ts';
import { outsideFine, outsideProblem } from './check/outside.ts';
import { documentationProblem, sizeProblem } from './check/size.ts';
import { balanceProblem, charactersProblem, markersProblem } from './check/text.ts';
import type { TestsFound } from './check/tests.ts';
import type { CheckResult } from './types.ts';

export type { Checked, FileFacts } from './check/definitions.ts';

/**
 * Judges a change before anybody sees it: each check says in a sentence what it found. `tests`: what is known of whether
 * the tests are run; null where that does not matter.
 */
export function checkChanges(checked: Checked, tests: TestsFound | null = null): CheckResult[] {
  const results = [
    syntaxCheck(checked),
    result('balance', balanceProblem(checked), 'Brackets are as balanced as before.'),
    result('definitions', definitionsProblem(checked), 'No definition is lost.'),
    result('outside', outsideProblem(checked), outsideFine(checked.kind)),
    result('size', sizeProblem(checked), 'Its length is plausible.'),
    result('characters', charactersProblem(checked), 'It brings no invisible characters.'),
    result('markers', markersProblem(checked), 'It brings no marks of a merge conflict.'),
  ];
  if (checked.kind === 'add-docs')
    results.push(result('code', documentationProblem(checked), 'The code itself is unchanged.'));
  if (tests !== null) results.push(result('tests', tests.problem, tests.fine));
  return results;
}

function result(name: CheckResult['name'], problem: string | null, fine: string): CheckResult {
  return { name, ok: problem === null, detail: problem ?? fine };
}

function syntaxCheck({ changes, facts }: Checked): CheckResult {
  const unparsed: string[] = [];
  for (const { path } of changes) {
    const { before = null, after = null } = facts.get(path) ?? {};
    if (after === null) {
      if (before !== null)
        return result(
          'syntax',
          `${path} can't be parsed in time after the change, so it is not known to be whole.`,
          '',
        );
      unparsed.push(path);
      continue;
    }
    const more = after.errors - (before?.errors ?? 0);
    if (more > 0)
      return result(
        'syntax',
        `The change makes ${more} syntax error${more === 1 ? '' : 's'} in ${path}, the first in line ${after.firstErrorLine ?? 1}.`,
        '',
      );
  }
  const fine =
    unparsed.length === 0
      ? 'The changed code parses without a new error.'
      : `There is no grammar to parse ${unparsed.join(', ')} with.`;
  return result('syntax', null, fine);
}
