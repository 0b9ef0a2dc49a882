/** A linear classifier: x → the class c with the largest Σ_d W[c][d] x[d] + b[c]. */
export type Classifier = (x: readonly number[]) => number;

/**
 * Fits multinomial logistic regression by 1,000 steps of gradient descent from zero weights.
 *
 * @param rows inputs, whose columns should have a scale of order 1.
 * @param labels the class of each row, 0 … classes − 1.
 */
export function logisticRegression(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
): Classifier {
  const width = (rows[0]?.length ?? 0) + 1; // and the intercept
  const weights = Array.from({ length: classes }, () => new Float64Array(width));
  const inputs = rows.map((row) => Float64Array.of(...row, 1));
  const step = 2 / width; // the curvature of the loss is at most half the mean square of the inputs
  for (let t = 0; t < 1000; t++) {
    const gradient = weights.map(() => new Float64Array(width));
    inputs.forEach((x, i) => {
      const p = softmax(scores(weights, x));
      p.forEach((share, c) => {
        const error = share - (labels[i] === c ? 1 : 0);
        const row = gradient[c];
        if (row !== undefined) for (let d = 0; d < width; d++) row[d] = (row[d] ?? 0) + error * (x[d] ?? 0);
      });
    });
    weights.forEach((row, c) => {
      for (let d = 0; d < width; d++)
        row[d] = (row[d] ?? 0) - (step * (gradient[c]?.[d] ?? 0)) / inputs.length;
    });
  }
  return (x) => {
    const values = scores(weights, Float64Array.of(...x, 1));
    return values.indexOf(Math.max(...values));
  };
}

function scores(weights: readonly Float64Array[], x: Float64Array): number[] {
  return weights.map((row) => row.reduce((sum, weight, d) => sum + weight * (x[d] ?? 0), 0));
}

function softmax(values: readonly number[]): number[] {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}
