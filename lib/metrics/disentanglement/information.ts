/** The empirical mutual information I(a; b) = H(a) + H(b) − H(a, b) of two columns of ranks, in nats. */
export function mutualInformation(a: Int32Array, b: Int32Array): number {
  const size = 1 + b.reduce((most, value) => Math.max(most, value), 0);
  // up to n², more than an int32 holds
  const joint = Float64Array.from(a, (value, i) => value * size + (b[i] ?? 0));
  return Math.max(0, entropy(a) + entropy(b) - entropy(joint));
}

/** The empirical entropy −Σ p log p of a column of integers, in nats. */
export function entropy(column: Int32Array | Float64Array): number {
  return -sum(countValues(column), ([, count]) => (count / column.length) * Math.log(count / column.length));
}

/**
 * Returns E[I(a; b)] over all permutations of b, in nats: the expected empirical information of independent
 * columns with these counts.
 *
 * Vinh et al. 2009, "Information theoretic measures for clusterings comparison", equation 24. The number k of
 * rows with a = i and b = j is hypergeometric, given α rows with a = i and β rows with b = j among n.
 */
export function informationByChance(a: Int32Array, b: Int32Array): number {
  const n = a.length;
  const logFactorial = logFactorials(n);
  const logChoose = (m: number, k: number): number =>
    (logFactorial[m] ?? NaN) - (logFactorial[k] ?? NaN) - (logFactorial[m - k] ?? NaN);
  const cell = (alpha: number, beta: number): number => {
    let nats = 0;
    for (let k = Math.max(1, alpha + beta - n); k <= Math.min(alpha, beta); k++) {
      const logP = logChoose(alpha, k) + logChoose(n - alpha, beta - k) - logChoose(n, beta);
      // P(k) · k/n log (k/n) / (α/n · β/n)
      nats += Math.exp(logP) * (k / n) * Math.log((n * k) / (alpha * beta));
    }
    return nats;
  };
  // How many values have each count: cells with equal counts are computed once
  const [alphas, betas] = [a, b].map((column) => countValues(countValues(column).values()));
  return sum(alphas ?? [], ([alpha, times]) =>
    sum(betas ?? [], ([beta, others]) => times * others * cell(alpha, beta)),
  );
}

/** The number of occurrences of each value. */
function countValues(values: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** log 0! … log n! */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) logs[i] = (logs[i - 1] ?? NaN) + Math.log(i);
  return logs;
}

function sum<T>(items: Iterable<T>, of: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
