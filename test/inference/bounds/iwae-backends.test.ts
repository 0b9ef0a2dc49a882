/** The doubly reparameterized gradient, which uses a custom gradient, compiled and on every backend. */
import { jit, random, tf, tree, useBackend, valueAndGrad } from "latent";
import { independent, normal } from "latent/distributions";
import { iwae } from "latent/inference";
import { probabilisticPca } from "latent/models";
import { afterEach, expect, test } from "vitest";
import { goHome, others } from "../../support/backends";

afterEach(goHome);

interface Phi {
  readonly mu: tf.Tensor;
  readonly logSigma: tf.Tensor;
}

/** The bound and its gradients with respect to q, for 3 data points and 5 draws. */
function everything(compiled: boolean): number[] {
  const model = probabilisticPca.create({ weights: [[1, 0.4], [0.2, 0.8]], sigma: 0.7 }); // prettier-ignore
  const x = tf.tensor2d([[1, 0.5], [0, -1], [2, 1]]); // prettier-ignore
  // prettier-ignore
  const phi: Phi = { mu: tf.tensor2d([[0.5, 0], [0, -0.5], [1, 1]]), logSigma: tf.fill([3, 2], -0.3) };
  const value = (params: Phi, key: random.Key): { value: tf.Tensor; grads: Phi } =>
    tree.tidy(() => {
      const { value, grads } = valueAndGrad((q: Phi) =>
        iwae
          .doublyReparameterized(
            (z) => probabilisticPca.logJoint(model, x, z),
            independent(normal(q.mu, q.logSigma.exp())),
            key,
            { samples: 5 },
          )
          .sum(),
      )(params);
      return { value, grads };
    });
  const run = compiled ? jit(value, { compiler: "graph" }) : value;
  const result = run(phi, random.key(7));
  const numbers = tree.leaves(result).flatMap((leaf) => [...leaf.dataSync()]);
  tree.dispose([model, x, phi, result]);
  return numbers;
}

const expected = everything(false);

/** Numbers up to 30, from weights and their gradients in float32: a hundred relative roundings of 6e-8. */
const TOLERANCE = 2e-4;

test("a compiled function agrees with the eager one", () => {
  expect(tf.tensor1d(everything(true))).toBeNear(expected, { abs: TOLERANCE });
});

test.each(others)("%s gives the same numbers", async (name) => {
  await useBackend(name);
  expect(tf.tensor1d(everything(false))).toBeNear(expected, { abs: TOLERANCE });
});
