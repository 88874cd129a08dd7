/**
 * What is known of a candidate definition at a place, as numbers from 0 to about 1. The weights that they are
 * judged by were learnt (`weights.ts`, made by bench/context/tune.ts), so their order and meaning are part of that file.
 */
export const featureNames = [
  'near',
  'mentions',
  'importedName',
  'importedFile',
  'ambiguous',
  'common',
  'mined',
  'minedRank',
  'follows',
  'type',
  'callable',
  'member',
  'enumMember',
  'exported',
  'sameFolder',
  'pathDistance',
  'containerNear',
  'containerKnown',
  'containerHere',
  'containerImported',
  'subwords',
  'inSignatures',
  'elsewhereHere',
  'siblingUse',
  'testFile',
  'underscore',
  'length',
] as const;

export type FeatureName = (typeof featureNames)[number];

/** A candidate's features, in the order of `featureNames`. */
export type Features = Readonly<Record<FeatureName, number>>;
