/** One observation: features, and whether it happened. */
export interface Observation {
  readonly features: readonly number[];
  readonly happened: boolean;
}

/** Weights of a logistic regression. */
export interface Regression {
  readonly bias: number;
  readonly weights: readonly number[];
}

const mostRounds = 30;
const closeEnough = 1e-6;
/** Keeps weights of features that never vary at 0. */
const ridge = 0.5;

/** A logistic regression by Newton's method (iteratively reweighted least squares), with a small ridge. */
export function fit(observations: readonly Observation[]): Regression {
  const size = (observations[0]?.features.length ?? 0) + 1;
  // The last feature is always 1: its weight is the constant.
  const rows = observations.map(({ features }) => Float64Array.from([...features, 1]));
  const weights = new Float64Array(size);
  weights[size - 1] = -4;
  for (let round = 0; round < mostRounds; round += 1) {
    const slope = Float64Array.from(weights, (weight) => -ridge * weight);
    const curve = Array.from({ length: size }, (_, at) => new Float64Array(size).fill(0).with(at, ridge));
    observations.forEach(({ happened }, at) => {
      const row = rows[at];
      if (row !== undefined) add(row, Number(happened), weights, slope, curve);
    });
    const step = solve(curve, slope);
    step.forEach((value, at) => (weights[at] = (weights[at] ?? 0) + value));
    if (Math.max(...step.map(Math.abs)) < closeEnough) break;
  }
  return { bias: weights[size - 1] ?? 0, weights: [...weights.subarray(0, -1)] };
}

/** Adds one observation to the slope of the likelihood and to the lower half of its curvature. */
function add(
  row: Float64Array,
  truth: number,
  weights: Float64Array,
  slope: Float64Array,
  curve: readonly Float64Array[],
): void {
  let sum = 0;
  for (let at = 0; at < row.length; at += 1) sum += (weights[at] ?? 0) * (row[at] ?? 0);
  const likely = 1 / (1 + Math.exp(-sum));
  const error = truth - likely;
  const weight = likely * (1 - likely);
  for (let at = 0; at < row.length; at += 1) {
    const value = row[at] ?? 0;
    if (value === 0) continue;
    slope[at] = (slope[at] ?? 0) + error * value;
    const line = curve[at];
    if (line === undefined) continue;
    for (let other = 0; other <= at; other += 1)
      line[other] = (line[other] ?? 0) + weight * value * (row[other] ?? 0);
  }
}

/** Solves a symmetric positive system, of whose matrix the lower half is given, by Cholesky's decomposition. */
function solve(matrix: readonly Float64Array[], right: Float64Array): number[] {
  const size = right.length;
  const value = (row: number, column: number): number => matrix[row]?.[column] ?? 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = value(row, column);
      for (let at = 0; at < column; at += 1) sum -= value(row, at) * value(column, at);
      const line = matrix[row];
      if (line !== undefined) line[column] = row === column ? Math.sqrt(sum) : sum / value(column, column);
    }
  }
  const result = Array.from(right);
  for (let row = 0; row < size; row += 1) {
    for (let at = 0; at < row; at += 1) result[row] = (result[row] ?? 0) - value(row, at) * (result[at] ?? 0);
    result[row] = (result[row] ?? 0) / value(row, row);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let at = row + 1; at < size; at += 1)
      result[row] = (result[row] ?? 0) - value(at, row) * (result[at] ?? 0);
    result[row] = (result[row] ?? 0) / value(row, row);
  }
  return result;
}
