import type { FeatureName, Features } from './features.ts';

/** Weights of a logistic regression: one for each feature, and a constant. */
export interface Weights {
  readonly bias: number;
  readonly of: Readonly<Record<FeatureName, number>>;
}

/** How likely it is that the next line names a candidate with these features, 0 to 1. */
export function probability(features: Features, { bias, of }: Weights): number {
  let sum = bias;
  for (const name in of) sum += of[name as FeatureName] * features[name as FeatureName];
  return 1 / (1 + Math.exp(-sum));
}
