import type { Weights } from './weights.ts';

// Written by bench/context/tune.ts: learnt from lines of the repositories that bench/context/repositories.json does not
// hold out. Run it again when a feature changes.

/** For names that the visible window holds already. */
export const visibleWeights: Weights = {
  bias: -2.61,
  of: {
    near: -0.17,
    mentions: 0.84,
    importedName: 0.15,
    importedFile: 0.33,
    ambiguous: -2.68,
    common: -0.21,
    mined: -0.62,
    minedRank: 3.01,
    follows: -0.34,
    type: 0.29,
    callable: -0.02,
    member: -0.84,
    enumMember: -0.18,
    exported: 0.36,
    sameFolder: 0.17,
    pathDistance: -0.33,
    containerNear: 0.3,
    containerKnown: 0.84,
    subwords: 0.65,
    inSignatures: 0.44,
    elsewhereHere: -2.61,
    siblingUse: 0,
    testFile: -1.21,
    underscore: -0.51,
    length: -0.1,
  },
};

/** For names that it does not hold. */
export const unseenWeights: Weights = {
  bias: -8.91,
  of: {
    near: 0,
    mentions: 0,
    importedName: 1.71,
    importedFile: 0.68,
    ambiguous: -2.34,
    common: 1.67,
    mined: 2.18,
    minedRank: 4.49,
    follows: -0.36,
    type: -0.64,
    callable: 0.21,
    member: -0.52,
    enumMember: 0.13,
    exported: 0.68,
    sameFolder: 0.77,
    pathDistance: -1.35,
    containerNear: 1.86,
    containerKnown: 0.47,
    subwords: 1.87,
    inSignatures: 0.21,
    elsewhereHere: 0.84,
    siblingUse: 0.69,
    testFile: -0.46,
    underscore: -0.83,
    length: -0.14,
  },
};
