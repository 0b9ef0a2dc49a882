/** Integer parameters and outcomes: tfjs divides int32 tensors with rounding down. */
import { tf, useBackend } from "latent";
import {
  bernoulli,
  beta,
  categorical,
  dirichlet,
  type Distribution,
  gamma,
  independent,
  kl,
  laplace,
  mixtureSameFamily,
  multivariateNormal,
  normal,
  poisson,
  studentT,
  truncatedNormal,
  uniform,
} from "latent/distributions";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, home, others } from "../support/backends";

afterEach(goHome);

function ints(values: readonly number[], shape: number[] = [values.length]): tf.Tensor {
  return tf.tensor(Int32Array.from(values), shape, "int32");
}

const cases: Record<string, () => [Distribution, x: tf.Tensor, logProb: number[]]> = {
  // −½ (1/2)² − log 2 − ½ log 2π
  normal: () => [
    normal(ints([0]), ints([2])),
    ints([1]),
    [-0.125 - Math.log(2) - 0.5 * Math.log(2 * Math.PI)],
  ],
  laplace: () => [laplace(ints([0]), ints([2])), ints([1]), [-0.5 - Math.log(4)]],
  uniform: () => [uniform(ints([0]), ints([3])), ints([1]), [-Math.log(3)]],
  // β² x e^−βx / Γ(2)
  gamma: () => [gamma(ints([2]), ints([3])), ints([1]), [Math.log(9) - 3]],
  // x (1 − x)² · 12 at x = 1, where it is 0; 1 / B(1, 1) elsewhere
  beta: () => [beta(ints([1, 2]), ints([1, 3])), ints([1, 1]), [0, -Infinity]],
  dirichlet: () => [dirichlet(ints([1, 1, 1])), tf.tensor1d([0.2, 0.3, 0.5]), [Math.log(2)]],
  studentT: () => [
    studentT(ints([1]), ints([0]), ints([2])),
    ints([1]),
    [-Math.log(Math.PI * 2 * 1.25)], // Cauchy: 1 / πσ(1 + z²)
  ],
  truncatedNormal: () => [
    truncatedNormal(ints([0]), ints([2]), ints([0]), tf.scalar(Infinity)),
    ints([1]),
    [-0.125 - 0.5 * Math.log(2 * Math.PI)], // twice the density of a normal distribution
  ],
  poisson: () => [poisson(ints([3])), ints([1]), [Math.log(3) - 3]],
  bernoulli: () => [
    bernoulli(ints([2, -1])),
    ints([1, 0]),
    [-Math.log1p(Math.exp(-2)), -Math.log1p(Math.exp(-1))],
  ],
  categorical: () => [categorical(ints([0, 1])), ints([1], []), [-Math.log1p(Math.exp(-1))]],
  // z = L⁻¹ x = (1/2, 1/4), −½ |z|² − log 4 − log 2π
  multivariateNormal: () => [
    multivariateNormal(ints([0, 0]), ints([2, 0, 1, 2], [2, 2])),
    ints([1, 1]),
    [-0.5 * (1 / 4 + 1 / 16) - Math.log(4) - Math.log(2 * Math.PI)],
  ],
  independent: () => [
    independent(laplace(ints([0, 0]), ints([2, 4]))),
    ints([1, 1]),
    [-0.5 - Math.log(4) - 0.25 - Math.log(8)],
  ],
  mixture: () => [
    mixtureSameFamily(categorical(ints([0, 0])), laplace(ints([0, 0]), ints([2, 2]))),
    ints([1], []),
    [-0.5 - Math.log(4)],
  ],
};

describe.each([home, ...others])("on %s", (backend) => {
  test.each(Object.keys(cases))("%s gives what numbers with a point give", async (name) => {
    await useBackend(backend);
    const [d, x, expected] = (cases[name] as (typeof cases)[string])();
    expect(d.logProb(x)).toBeNear(expected, { abs: 1e-6 });
  });
});

test("the density of a multivariate normal of integers is −3.380, and not −3.224", () => {
  const [d, x] = (cases["multivariateNormal"] as (typeof cases)[string])();
  expect(d.logProb(x)).toBeNear(-3.3804, { abs: 5e-5 });
});

test("the divergence of integers is exact too", () => {
  expect(kl(laplace(ints([0]), ints([1])), laplace(ints([0]), ints([2])))).toBeNear(Math.log(2) - 0.5, {
    abs: 3e-7, // a few roundings of numbers of order 1
  });
});

test("parameters may be plain numbers", () => {
  expect(normal(0, 1).logProb(tf.scalar(0))).toBeNear(-0.5 * Math.log(2 * Math.PI), { rel: 1e-7 });
  expect(uniform(0, tf.tensor1d([1, 2])).mean()).toBeNear([0.5, 1], {});
  expect(() => normal("0" as unknown as number, 1)).toThrow(
    "normal: mu must be a number or a tensor of numbers, got string",
  );
  expect(() => laplace(tf.tensor(["a"]), 1)).toThrow(
    "laplace: mu must be a number or a tensor of numbers, got a tensor of type string",
  );
});
