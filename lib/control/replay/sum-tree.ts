/** A list of non-negative numbers with its sum, in which a share of the sum is found in log n steps. */
export interface SumTree {
  /** The sum of all numbers. */
  total(): number;
  get(i: number): number;
  set(i: number, value: number): void;
  /**
   * Returns the first i whose numbers up to it sum to more than `share`, which is at least 0 and less than
   * the total. Its number is positive, whatever the rounding of the sums.
   */
  find(share: number): number;
}

/**
 * Returns a tree of n zeros (Schaul et al. 2016, appendix B.2.1). A sum depends only on the numbers, not on
 * the order in which they were set, because it is formed anew from its two parts.
 */
export function sumTree(n: number): SumTree {
  const leaves = 2 ** Math.ceil(Math.log2(Math.max(n, 1)));
  const sums = new Float64Array(2 * leaves); // node i has the parts 2i and 2i + 1; the root is 1
  return {
    total: () => sums[1] ?? 0,
    get: (i) => sums[leaves + i] ?? 0,
    set(i, value) {
      let node = leaves + i;
      sums[node] = value;
      for (node >>= 1; node >= 1; node >>= 1) sums[node] = (sums[2 * node] ?? 0) + (sums[2 * node + 1] ?? 0);
    },
    find(share) {
      let node = 1;
      let rest = share;
      while (node < leaves) {
        const left = sums[2 * node] ?? 0;
        const goesLeft = rest < left || sums[2 * node + 1] === 0;
        if (!goesLeft) rest -= left;
        node = 2 * node + (goesLeft ? 0 : 1);
      }
      return node - leaves;
    },
  };
}
