import { nameOf, type Candidate } from '../../core/models/candidates.ts';
import { recommend, type RecommendationInput } from '../../core/models/recommendation.ts';
import { speedText } from '../../core/models/recommendationText.ts';
import type { ModelRole } from '../../core/models/roles.ts';
import { modelRoles } from '../../core/models/roles.ts';
import type { ModelRow, Proposal } from './modelRows.ts';

/** Models that are here already, beside what the catalogue offers, for each role. */
const mostHere = 3;

/**
 * The best for each role, as rows: what is installed by its path. Models of the user's own that suit are named too,
 * since they need no download, but nothing is known of how good they are.
 */
export function proposalsOf(
  input: RecommendationInput,
  rows: readonly ModelRow[],
  pathOf: (choiceName: string) => string | null,
): Proposal[] {
  const { roles, shared } = recommend(input);
  const keyOf = ({ choice }: Candidate): string => pathOf(nameOf(choice)) ?? nameOf(choice);
  return modelRoles.flatMap((role): Proposal[] => {
    const found = roles[role];
    if (found === undefined) return [];
    const { pick, why, smaller, larger } = found;
    const alternatives = [
      ...(smaller === null
        ? []
        : [{ key: keyOf(smaller), why: `Smaller and faster: ${speedText(smaller)}.` }]),
      ...(larger === null ? [] : [{ key: keyOf(larger), why: `Better, but slower: ${speedText(larger)}.` }]),
    ];
    const named = new Set([...(pick === null ? [] : [keyOf(pick)]), ...alternatives.map(({ key }) => key)]);
    alternatives.push(...hereFor(role, rows).filter(({ key }) => !named.has(key)));
    const reasons = shared && pick !== null ? [why, 'One model serves both roles.'] : [why];
    return [{ role, key: pick === null ? null : keyOf(pick), why: reasons, alternatives }];
  });
}

function hereFor(role: ModelRole, rows: readonly ModelRow[]): { key: string; why: string }[] {
  const suited = rows.filter(
    (row) =>
      row.installed &&
      row.source !== 'starter' &&
      row.problem === null &&
      row.roles.includes(role) &&
      row.fit !== null &&
      row.fit.verdict !== 'does-not-fit',
  );
  return suited
    .sort((a, b) => (b.parameters ?? 0) - (a.parameters ?? 0))
    .slice(0, mostHere)
    .map(({ key }) => ({ key, why: 'On this machine already.' }));
}
