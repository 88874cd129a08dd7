import type { FeatureName, Features } from './features.ts';

/** Weights of a logistic regression: one for each feature, and a constant. */
export interface Weights {
  readonly bias: number;
  readonly of: Readonly<Record<FeatureName, number>>;
}

/** How likely it is that the next line names a candidate with these features, 0 to 1. */
export function probability(features: Features, { bias, of }: Weights): number {
  return 1 / (1 + Math.exp(-weighed(bias, of, features)));
}

/**
 * The constant and all features by their weights. Written out, since a loop over the names takes longer than all else that
 * is done with a candidate.
 */
function weighed(bias: number, of: Weights['of'], features: Features): number {
  return (
    bias +
    of.near * features.near +
    of.mentions * features.mentions +
    of.importedName * features.importedName +
    of.importedFile * features.importedFile +
    of.ambiguous * features.ambiguous +
    of.common * features.common +
    of.mined * features.mined +
    of.minedRank * features.minedRank +
    of.follows * features.follows +
    of.type * features.type +
    of.callable * features.callable +
    of.member * features.member +
    of.enumMember * features.enumMember +
    of.exported * features.exported +
    of.sameFolder * features.sameFolder +
    of.pathDistance * features.pathDistance +
    of.containerNear * features.containerNear +
    of.containerKnown * features.containerKnown +
    of.containerHere * features.containerHere +
    of.containerImported * features.containerImported +
    of.subwords * features.subwords +
    of.inSignatures * features.inSignatures +
    of.elsewhereHere * features.elsewhereHere +
    of.siblingUse * features.siblingUse +
    of.testFile * features.testFile +
    of.underscore * features.underscore +
    of.length * features.length
  );
}
