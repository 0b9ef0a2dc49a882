/** I(a; b) = H(a) + H(b) − H(a, b) of two columns of ranks, in nats, as their counts have it. */
export function mutualInformation(a: Int32Array, b: Int32Array): number {
  const size = 1 + b.reduce((most, value) => Math.max(most, value), 0);
  const joint = Float64Array.from(a, (value, i) => value * size + (b[i] ?? 0)); // up to n², more than an int32 holds
  return Math.max(0, entropy(a) + entropy(b) - entropy(joint));
}

/** H of a column of whole numbers, in nats: −Σ p log p. */
export const entropy = (column: Int32Array | Float64Array): number =>
  -sum(howOften(column), ([, count]) => (count / column.length) * Math.log(count / column.length));

/**
 * E[I(a; b)] over all orders of b beside a, in nats: what columns with these counts seem to know of each other if they know nothing.
 *
 * Vinh et al. 2009, "Information theoretic measures for clusterings comparison", equation 24. The k rows with a = i and b = j are
 * hypergeometric, of α rows with a = i and β with b = j among n.
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
      nats += Math.exp(logP) * (k / n) * Math.log((n * k) / (alpha * beta)); // P(k) · k/n log (k/n) / (α/n · β/n)
    }
    return nats;
  };
  const [alphas, betas] = [a, b].map((column) => howOften(howOften(column).values())); // cells of equal counts are done once
  return sum(alphas ?? [], ([alpha, times]) =>
    sum(betas ?? [], ([beta, others]) => times * others * cell(alpha, beta)),
  );
}

/** Each value with the number of its places. */
function howOften(values: Iterable<number>): Map<number, number> {
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
