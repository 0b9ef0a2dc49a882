/** The nodes and the weights of a quadrature rule on [0, 1]. */
export interface QuadratureRule {
  /** Where a function is evaluated, in ascending order. */
  readonly nodes: readonly number[];
  /** What its values are multiplied by; their sum is 1. */
  readonly weights: readonly number[];
}

/**
 * Returns the Gauss–Legendre rule with n nodes on [0, 1], exact for polynomials of degree 2n − 1.
 *
 * The nodes are the roots of the Legendre polynomial P_n by Newton's method, and the weights are 2 / ((1 −
 * x²) P_n′(x)²) on [−1, 1] (DLMF 3.5.22).
 */
export function gaussLegendre(n: number): QuadratureRule {
  const roots = Array.from({ length: n }, (_, i) => {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    for (let step = 0; step < 8; step++) {
      const { value, slope } = legendre(n, x);
      x -= value / slope;
    }
    return x;
  });
  return {
    nodes: roots.map((x) => (x + 1) / 2),
    weights: roots.map((x) => 1 / ((1 - x * x) * legendre(n, x).slope ** 2)),
  };
}

/** P_n(x) by its recurrence, and P_n′(x) = n (x P_n − P_{n−1}) / (x² − 1). */
function legendre(n: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
