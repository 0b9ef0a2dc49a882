import { detached, random, tf } from "latent";
import { bernoulli, categorical, type Independent, laplace, normal, type Normal } from "latent/distributions";
import {
  enumerate,
  type Finite,
  gradientEstimate,
  gradientSamples,
  measureValued,
  type Objective,
  type WeaklyDifferentiable,
} from "latent/estimators";
import { describe, expect, test } from "vitest";
import { byVariable, replaceEach } from "../../lib/estimators/coordinates";
import { rayleigh } from "../../lib/core/random/noise";
import { moments } from "../support/statistics";

const key = random.key(21);

describe("measureValued", () => {
  test("is exact for one discrete variable", () => {
    const coin: Objective<tf.Tensor, Finite> = { q: (l) => bernoulli(l), f: (x) => x.sub(0.45).square() };
    const die: Objective<tf.Tensor, Finite> = {
      q: (l) => categorical(l),
      f: (x) => x.cast("float32").square(),
    };
    const rows = [
      [coin, tf.tensor1d([-1, 0, 2])],
      [die, tf.tensor2d([[0, 1, -1], [2, 0, 0]])], // prettier-ignore
    ] as const;
    for (const [objective, logits] of rows) {
      const exact = gradientEstimate(enumerate(), objective, logits, key);
      expect(gradientEstimate(measureValued(), objective, logits, key, 3)).toBeNear(exact, { abs: 1e-5 });
    }
  });

  test("handles discontinuous costs, where the pathwise gradient is 0", () => {
    const step: Objective<tf.Tensor, Normal> = {
      q: (mu) => normal(mu, tf.scalar(1)),
      // P(x > 0) = Φ(μ), with the slope φ(μ)
      f: (x) => detached((value) => value.greater(0).cast("float32"), x),
    };
    const samples = gradientSamples(measureValued(), step, tf.scalar(0.7), key, 20_000);
    const { mean, meanError } = moments(samples.dataSync());
    expect(mean).toBeWithinStandardErrors(Math.exp(-0.245) / Math.sqrt(2 * Math.PI), meanError);
  });

  test("has a surrogate whose values are costs of draws of q", () => {
    const square: Objective<tf.Tensor, Normal> = {
      q: (mu) => normal(mu, tf.scalar(2)),
      f: (x) => x.square(),
    };
    const values = measureValued().surrogate(square, tf.scalar(1), key, 20_000);
    const { mean, meanError } = moments(values.dataSync());
    expect(mean).toBeWithinStandardErrors(5, meanError); // μ² + σ²
    const mu = tf.scalar(1);
    for (const coupled of [true, false])
      expect(() => measureValued({ coupled }).surrogate(square, mu, key, 7)).toLeaveTensors(1);
  });

  test("rejects other distributions", () => {
    const q = (mu: tf.Tensor): WeaklyDifferentiable =>
      laplace(mu, tf.scalar(1)) as unknown as Independent<Normal>;
    const mu = tf.scalar(0);
    expect(() => {
      expect(() => gradientEstimate(measureValued(), { q, f: (x) => x }, mu, key)).toThrow(
        new Error(
          "measureValued: q must be normal, bernoulli, categorical, or independent of these, " +
            'got a distribution of kind "laplace"; use scoreFunction()',
        ),
      );
    }).toLeaveTensors(0);
  });
});

test("replaceEach replaces one variable at a time, and byVariable puts the variables last", () => {
  const z = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 2, 3]); //          one draw, 2 members, 3 variables
  const replaced = replaceEach(z, z.mul(10), [3]);
  expect(replaced).toHaveShape([3, 2, 3]);
  expect(replaced).toBeNear([10, 2, 3, 40, 5, 6, 1, 20, 3, 4, 50, 6, 1, 2, 30, 4, 5, 60], {});
  const costs = byVariable(replaced.sum(-1), [3]); //               [draws, members, variables]
  expect(costs).toHaveShape([1, 2, 3]);
  expect(costs).toBeNear([15, 24, 33, 51, 60, 69], {});
});

test("rayleigh has the mean √(π/2) and the second moment 2", () => {
  const r = rayleigh(key, [50_000]);
  const first = moments(r.dataSync());
  const second = moments(r.square().dataSync());
  expect(first.mean).toBeWithinStandardErrors(Math.sqrt(Math.PI / 2), first.meanError);
  expect(second.mean).toBeWithinStandardErrors(2, second.meanError);
});
