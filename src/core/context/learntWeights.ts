import type { Weights } from './weights.ts';

// Written by bench/context/tune.ts: learnt from lines of the repositories that bench/context/repositories.json does not
// hold out. Run it again when a feature changes.

/** For names that the visible window holds already. */
export const visibleWeights: Weights = {
  bias: -2.63,
  of: {
    near: -0.17,
    mentions: 0.85,
    importedName: 0.14,
    importedFile: 0.35,
    ambiguous: -2.69,
    common: -0.19,
    mined: -0.61,
    minedRank: 3,
    follows: -0.34,
    type: 0.29,
    callable: -0.01,
    member: -0.82,
    enumMember: -0.13,
    exported: 0.38,
    sameFolder: 0.17,
    pathDistance: -0.33,
    containerNear: 0.35,
    containerKnown: 0.83,
    containerHere: 0.09,
    containerImported: -0.21,
    subwords: 0.65,
    inSignatures: 0.44,
    elsewhereHere: -2.63,
    siblingUse: -0.01,
    testFile: -1.21,
    underscore: -0.49,
    length: -0.09,
  },
};

/** For names that it does not hold. */
export const unseenWeights: Weights = {
  bias: -8.79,
  of: {
    near: 0,
    mentions: 0,
    importedName: 1.76,
    importedFile: 0.59,
    ambiguous: -2.35,
    common: 1.7,
    mined: 2.19,
    minedRank: 4.47,
    follows: -0.36,
    type: -0.66,
    callable: 0.19,
    member: -0.67,
    enumMember: 0.06,
    exported: 0.65,
    sameFolder: 0.76,
    pathDistance: -1.36,
    containerNear: 1.59,
    containerKnown: 0.44,
    containerHere: 0.26,
    containerImported: 0.19,
    subwords: 1.87,
    inSignatures: 0.23,
    elsewhereHere: 0.81,
    siblingUse: 0.7,
    testFile: -0.46,
    underscore: -0.9,
    length: -0.15,
  },
};
