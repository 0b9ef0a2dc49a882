import { digamma, lgamma, logMeanExp, logSumExp, softplus, tf, valueAndGrad } from "latent";
import { describe, expect, test } from "vitest";
import { key, uniform } from "../../../lib/core/random";
import { erfinv, inverseSoftplus } from "../../../lib/core/tensor/special";
import { fixture } from "../../support/fixtures";

const scipy = fixture("special") as {
  positive: number[];
  lgamma: number[];
  digamma: number[];
  trigamma: number[];
  real: number[];
  softplus: number[];
  rows: number[][];
  logsumexp: number[];
  unit: number[];
  erfinv: number[];
};

/** Returns f and f′ at each x. */
function withSlope(f: (x: tf.Tensor) => tf.Tensor, x: number[]): { value: tf.Tensor; slope: tf.Tensor } {
  return {
    value: f(tf.tensor1d(x)),
    slope: valueAndGrad((input: tf.Tensor) => f(input).sum())(tf.tensor1d(x)).grads,
  };
}

/** Returns the largest |value − exact| / max(1, |exact|). */
function worstError(values: tf.Tensor, exact: readonly number[]): number {
  return Array.from(values.dataSync()).reduce((worst, value, i) => {
    const y = exact[i] ?? NaN;
    return Math.max(worst, Math.abs(value - y) / Math.max(1, Math.abs(y)));
  }, 0);
}

describe("lgamma and digamma", () => {
  test("agree with SciPy from 1e-30 to 1e30 within the documented errors", () => {
    expect(worstError(lgamma(tf.tensor1d(scipy.positive)), scipy.lgamma)).toBeLessThan(2e-6);
    expect(worstError(digamma(tf.tensor1d(scipy.positive)), scipy.digamma)).toBeLessThan(1e-6);
  });

  test("have the derivatives ψ and ψ′", () => {
    // Slopes are not tested where 1/x² or the squares of the series are out of range in float32.
    const inner = scipy.positive.map((x, i) => [x, i] as const).filter(([x]) => x > 1e-5 && x < 1e6);
    const x = inner.map(([value]) => value);
    const at = (values: number[]): number[] => inner.map(([, i]) => values[i] ?? NaN);
    expect(withSlope(lgamma, x).slope).toBeNear(at(scipy.digamma), { abs: 1e-6, rel: 1e-6 });
    expect(withSlope(digamma, x).slope).toBeNear(at(scipy.trigamma), { abs: 1e-6, rel: 1e-6 });
  });

  test("are infinite at 0 and NaN below", () => {
    expect(lgamma(tf.tensor1d([0, -0.5]))).toBeNear([Infinity, NaN], {});
    expect(digamma(tf.tensor1d([0]))).toBeNear([-Infinity], {});
  });

  test("leave one tensor", () => {
    const x = tf.tensor1d([0.5, 9]);
    expect(() => lgamma(x)).toLeaveTensors(1);
    expect(() => digamma(x)).toLeaveTensors(1);
  });
});

describe("softplus", () => {
  test("agrees with SciPy from −10,000 to 10,000, and has the logistic function as its derivative", () => {
    const { value, slope } = withSlope(softplus, scipy.real);
    // eˣ underflows in float32 below −103; elsewhere a few units in the last place are allowed.
    expect(value).toBeNear(scipy.softplus, { abs: 1e-38, rel: 1e-6 });
    expect(slope).toBeNear(
      scipy.real.map((x) => 1 / (1 + Math.exp(-x))),
      { abs: 1e-38, rel: 1e-6 },
    );
  });

  test("is inverted by inverseSoftplus", () => {
    for (const y of [1e-10, 0.01, 1, 20, 1000]) {
      const x = inverseSoftplus(y);
      expect(x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))).toBeNear(y, { rel: 1e-9 });
    }
  });
});

describe("logSumExp", () => {
  test("agrees with SciPy, also for rows of ±1000 and −∞", () => {
    expect(logSumExp(tf.tensor2d(scipy.rows))).toBeNear(scipy.logsumexp, { abs: 3e-7, rel: 1e-6 });
  });

  test("has the softmax as its gradient", () => {
    const x = tf.tensor2d(scipy.rows.slice(0, 4));
    const { grads } = valueAndGrad((input: tf.Tensor) => logSumExp(input).sum())(x);
    expect(grads).toBeNear(x.softmax(), { abs: 3e-7 });
  });

  test("reduces the given axis", () => {
    const x = uniform(key(1), [2, 3, 5]);
    expect(logSumExp(x, 1)).toHaveShape([2, 5]);
    expect(logSumExp(x, 1)).toBeNear(x.exp().sum(1).log(), { abs: 1e-6 });
    expect(logMeanExp(x, 0)).toBeNear(x.exp().mean(0).log(), { abs: 1e-6 });
    expect(logMeanExp(x)).toHaveShape([2, 3]);
    expect(() => logMeanExp(x, 1)).toLeaveTensors(1);
    expect(() => logSumExp(x, 1)).toLeaveTensors(1);
  });
});

test("erfinv agrees with SciPy within 4e-7 of its value", () => {
  expect(scipy.unit.map(erfinv)).toBeNear(scipy.erfinv, { rel: 4e-7 });
});
