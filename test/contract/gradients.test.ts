import { random, tf, tree, valueAndGrad } from "latent";
import { kl } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../support/finite-differences";
import { columns, moments } from "../support/statistics";
import {
  distributionTable,
  divergenceTable,
  entropyOf,
  entropyTable,
  type Params,
} from "./distribution-table";

const [paramsKey, otherKey, sampleKey, weightKey] = random.split(random.key(7), 4);
const directionKey = random.key(8);

/** Compares the gradient of Σ w f(params), w random, with finite differences. */
function checkGradient(f: (params: Params) => tf.Tensor, params: Params): void {
  const weights = random.normal(weightKey, f(params).shape);
  const { grads } = valueAndGrad((p: Params) => f(p).mul(weights).sum())(params);
  const { gradient, error } = numericalGradient(f, params, weights);
  const expected = tree.leaves(gradient);
  tree.leaves(grads).forEach((leaf, i) => expect(leaf).toBeNear(expected[i] ?? NaN, { abs: error }));
}

/**
 * Compares the gradient of a random directional derivative of Σ w f(params) with finite differences of that
 * derivative.
 */
function checkSecondDerivatives(f: (params: Params) => tf.Tensor, params: Params): void {
  const weights = random.normal(weightKey, f(params).shape);
  const slope = (p: Params): tf.Tensor => {
    const { grads } = valueAndGrad((inner: Params) => f(inner).mul(weights).sum())(p);
    const parts = tree.leaves(grads).map((grad, i) => {
      const direction = random.normal(random.fold(directionKey, i), grad.shape);
      return grad.mul(direction).sum();
    });
    return tf.addN(parts);
  };
  const { grads } = valueAndGrad(slope)(params);
  const { gradient, error } = numericalGradient(slope, params);
  const expected = tree.leaves(gradient);
  // The sixth derivative of log x near 1 is five times its fifth
  tree.leaves(grads).forEach((leaf, i) => expect(leaf).toBeNear(expected[i] ?? NaN, { abs: 5 * error }));
}

function asItIs(x: tf.Tensor): tf.Tensor {
  return x;
}

describe.each(distributionTable)("$name", ({ params, make, reparameterized, rejection, smooth = asItIs }) => {
  const theta = params(paramsKey);
  const x = smooth(make(params(otherKey)).sample(sampleKey, [3]), theta);

  test("the gradient of log p with respect to the parameters agrees with finite differences", () => {
    checkGradient((p) => make(p).logProb(x), theta);
  });

  test("the second derivatives of log p agree with finite differences of first ones", () => {
    checkSecondDerivatives((p) => make(p).logProb(x), theta);
  });

  test("the gradients of the moments agree with finite differences", () => {
    checkGradient((p) => make(p).mean(), theta);
    checkGradient((p) => make(p).variance(), theta);
  });

  test("draws carry a gradient if and only if they are reparameterized", () => {
    const draw = (p: Params): tf.Tensor => make(p).sample(sampleKey, [3]).cast("float32");
    expect("reparameterized" in make(theta)).toBe(reparameterized);
    if (rejection && reparameterized) return; // their statistics are tested below
    if (reparameterized) checkGradient(draw, theta);
    else
      for (const leaf of tree.leaves(valueAndGrad((p: Params) => draw(p).sum())(theta).grads))
        expect(leaf).toBeNear(0, {});
  });

  test("log p of its own draws has the gradient through both, or only through log p if discrete", () => {
    const logProbOfDraws = (p: Params): tf.Tensor => make(p).logProb(make(p).sample(sampleKey, [3]));
    if (rejection && reparameterized) return;
    if (reparameterized) checkGradient(logProbOfDraws, theta);
    else {
      const draws = make(theta).sample(sampleKey, [3]);
      const { grads } = valueAndGrad((p: Params) => logProbOfDraws(p).sum())(theta);
      const fixed = valueAndGrad((p: Params) => make(p).logProb(draws).sum())(theta).grads;
      tree.leaves(grads).forEach((leaf, i) => expect(leaf).toBeNear(tree.leaves(fixed)[i] ?? NaN, {}));
    }
  });
});

describe.each(entropyTable)("$name", ({ params, make }) => {
  test("the gradient of the entropy agrees with finite differences", () => {
    checkGradient((p) => entropyOf(make(p)), params(paramsKey));
  });

  test("the second derivatives of the entropy agree with finite differences of first ones", () => {
    checkSecondDerivatives((p) => entropyOf(make(p)), params(paramsKey));
  });
});

test.each(divergenceTable.filter(({ flat, infiniteDivergence }) => !flat && !infiniteDivergence))(
  "$name: the divergence has the gradients by q and by p that finite differences give",
  ({ params, make }) => {
    const [theta, other] = [params(paramsKey), make(params(otherKey))];
    checkGradient((p) => kl(make(p), other), theta);
    checkGradient((p) => kl(other, make(p)), theta);
  },
);

/** The number of draws for the statistics of their gradients. */
const N = 20_000;

describe.each(distributionTable.filter(({ rejection, reparameterized }) => rejection && reparameterized))(
  "$name",
  ({ params, make }) => {
    const theta = params(paramsKey);
    // One distribution for each draw, so that each draw has a gradient of its own
    const rank = Math.max(...tree.leaves(theta).map((leaf) => leaf.rank));
    const each = tree.map((leaf) => {
      const aligned = leaf.reshape([1, ...Array<number>(rank - leaf.rank).fill(1), ...leaf.shape]);
      return aligned.tile([N, ...Array<number>(rank).fill(1)]);
    }, theta);

    test.each([
      ["mean", (x: tf.Tensor) => x, (p: Params) => make(p).mean()],
      ["second moment", (x: tf.Tensor) => x.square(), secondMoment],
    ] as const)("the gradients of draws have the gradient of the %s as their mean", (_, f, moment) => {
      const weights = random.normal(weightKey, moment(theta).shape);
      const { grads } = valueAndGrad((p: Params) => f(make(p).sample(sampleKey)).mul(weights).sum())(each);
      const exact = valueAndGrad((p: Params) => moment(p).mul(weights).sum())(theta).grads;
      for (const name of Object.keys(theta)) {
        const statistics = columns(grads[name] as tf.Tensor).map(moments);
        expect(exact[name] as tf.Tensor).toBeWithinStandardErrors(
          statistics.map((s) => s.mean),
          statistics.map((s) => s.meanError),
        );
      }
    });

    function secondMoment(p: Params): tf.Tensor {
      const d = make(p);
      return d.variance().add(d.mean().square());
    }
  },
);

const withDensity = distributionTable.filter(
  ({ name, smoothInX = true }) => smoothInX && !name.includes("categorical"),
);

test.each(withDensity)(
  "$name: log p has the gradient with respect to x that finite differences give",
  ({ params, make, smooth = asItIs }) => {
    const d = make(params(paramsKey));
    const x = smooth(random.uniform(sampleKey, [3, ...d.batchShape, ...d.eventShape]), params(paramsKey));
    checkGradient(({ x: outcome }) => d.logProb(outcome ?? x), { x });
  },
);
