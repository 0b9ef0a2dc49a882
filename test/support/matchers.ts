/** Matchers for tensors and for statistics, added to vitest's own by test/setup.mts. */
import { tf, tree } from "latent";
import { expect } from "vitest";

/** A value to compare: a tensor or plain numbers. */
export type Numbers = tf.Tensor | ArrayLike<number> | number;

declare module "vitest" {
  interface Matchers<T> {
    /** Every number is within abs + rel · |expected|; NaN equals NaN, infinities equal themselves. */
    toBeNear(expected: Numbers, tolerance: { readonly abs?: number; readonly rel?: number }): T;
    /** Every number is within `count` (6) of its standard errors: one false alarm in 5·10⁸. */
    toBeWithinStandardErrors(expected: Numbers, standardError: Numbers, count?: number): T;
    /** A tensor has this shape. */
    toHaveShape(expected: readonly number[]): T;
    /** A call of the function leaves exactly this many new tensors; its result is then disposed. */
    toLeaveTensors(expected: number): T;
  }
}

export function numbers(value: Numbers): number[] {
  if (typeof value === "number") return [value];
  return Array.from(value instanceof tf.Tensor ? value.dataSync() : value);
}

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Compares elementwise, with the tolerance `allowed(i)` for the i-th number; a single expected number
 * broadcasts.
 */
function compare(
  received: Numbers,
  expected: Numbers,
  allowed: (i: number, expected: number) => number,
): Verdict {
  const a = numbers(received);
  const b = numbers(expected);
  if (b.length !== 1 && a.length !== b.length)
    return { pass: false, message: () => `expected ${b.length} numbers, got ${a.length}` };
  const wrong = a.findIndex((x, i) => {
    const y = b[b.length === 1 ? 0 : i] ?? NaN;
    return !(Object.is(x, y) || (Number.isFinite(y) && Math.abs(x - y) <= allowed(i, y)));
  });
  const y = b[b.length === 1 ? 0 : wrong] ?? NaN;
  return {
    pass: wrong < 0,
    message: () =>
      wrong < 0
        ? "expected the numbers to differ"
        : `number ${wrong} of ${a.length}: expected ${y} within ${allowed(wrong, y)}, ` +
          `got ${String(a[wrong])}`,
  };
}

expect.extend({
  toBeNear: (received: Numbers, expected: Numbers, { abs = 0, rel = 0 }: { abs?: number; rel?: number }) =>
    compare(received, expected, (_, y) => abs + rel * Math.abs(y)),

  toBeWithinStandardErrors(received: Numbers, expected: Numbers, standardError: Numbers, count = 6) {
    const errors = numbers(standardError);
    return compare(received, expected, (i) => count * (errors[errors.length === 1 ? 0 : i] ?? NaN));
  },

  toHaveShape(received: tf.Tensor, expected: readonly number[]) {
    const pass = this.equals([...received.shape], [...expected]);
    return { pass, message: () => `expected shape [${expected.join()}], got [${received.shape.join()}]` };
  },

  toLeaveTensors(received: () => unknown, expected: number) {
    const before = tf.memory().numTensors;
    const result = received();
    const left = tf.memory().numTensors - before;
    tree.dispose(result);
    return { pass: left === expected, message: () => `expected ${expected} tensors left, got ${left}` };
  },
});
