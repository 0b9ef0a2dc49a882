/** The step that balances rounding, ε / h, and truncation, h²: ε^(1/3), relative to the number. */
const FIRST = Number.EPSILON ** (1 / 3);

/** The step that balances rounding, ε / h², and truncation, h²: ε^(1/4), relative to the number. */
const SECOND = Number.EPSILON ** (1 / 4);

function stepOf(relative: number, x: number): number {
  return relative * Math.max(1, Math.abs(x));
}

/** Returns x with the given changes, index to difference. */
function moved(x: Float64Array, ...changes: readonly (readonly [index: number, by: number])[]): Float64Array {
  const y = Float64Array.from(x);
  for (const [index, by] of changes) y[index] = (y[index] ?? NaN) + by;
  return y;
}

/** Returns the Jacobian ∂f_i/∂x_j by central differences, row by row, [Out · In]. */
export function centralDifferences(f: (x: Float64Array) => Float64Array, x: Float64Array): Float64Array {
  const columns = Array.from(x, (value, j) => {
    const h = stepOf(FIRST, value);
    const [up, down] = [f(moved(x, [j, h])), f(moved(x, [j, -h]))];
    return up.map((y, i) => (y - (down[i] ?? NaN)) / (2 * h));
  });
  const rows = columns[0]?.length ?? 0;
  return Float64Array.from(
    { length: rows * x.length },
    (_, k) => columns[k % x.length]?.[Math.floor(k / x.length)] ?? NaN,
  );
}

/** A value of a function of x with its gradient and its Hessian. */
export interface Expansion {
  readonly value: number;
  /** [In]. */
  readonly gradient: Float64Array;
  /** Symmetric, row by row, [In · In]. */
  readonly hessian: Float64Array;
}

/** Returns the value, the gradient and the Hessian of a function by central differences. */
export function expand(f: (x: Float64Array) => number, x: Float64Array): Expansion {
  const value = f(x);
  const gradient = centralDifferences((y) => Float64Array.of(f(y)), x);
  const size = x.length;
  const hessian = new Float64Array(size * size);
  const h = x.map((xi) => stepOf(SECOND, xi));
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [h[i] ?? NaN, h[j] ?? NaN];
      const at = (p: number, q: number): number => f(moved(x, [i, p * a], [j, q * b]));
      const second =
        i === j
          ? (at(1, 0) - 2 * value + at(-1, 0)) / (a * a)
          : (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * a * b);
      hessian[i * size + j] = hessian[j * size + i] = second;
    }
  return { value, gradient, hessian };
}
