import { random, tf, tree, useBackend, valueAndGrad } from "latent";
import { localMultivariateNormal, localNormal, svi } from "latent/inference";
import { linearGaussian, probabilisticPca } from "latent/models";
import { afterEach, expect, test } from "vitest";
import { goHome, home, others } from "../../support/backends";

afterEach(goHome);

/**
 * A bound with its gradient with respect to rows of the q_i, one of them twice, and a smoother with a
 * gradient.
 */
function everything(): number[] {
  const [xKey, key] = random.split(random.key(1));
  const model = probabilisticPca.init(random.key(2), { data: 3, latent: 2 });
  const { x } = probabilisticPca.sample(model, xKey, 3);
  const rows = tf.tensor1d([0, 4, 0], "int32");
  const bound = (q: tf.Tensor, which: "diagonal" | "full"): tf.Tensor => {
    const posterior =
      which === "diagonal"
        ? localNormal.posterior({ ...localNormal.init(5, 2), mu: q }, rows)
        : localMultivariateNormal.posterior({ ...localMultivariateNormal.init(5, 2), mu: q }, rows);
    return svi.elbo((z) => probabilisticPca.logJoint(model, x, z), posterior, key, { samples: 7 }).sum();
  };
  const walk = linearGaussian.create({
    initial: { mean: [2, 0], covariance: [[0.5, 0.1], [0.1, 0.4]] }, // prettier-ignore
    // prettier-ignore
    transition: { matrix: [[0.9, -0.3], [0.3, 0.9]], covariance: [[0.2, 0.05], [0.05, 0.1]] },
    observation: { matrix: [[1, 0.5]], covariance: [[0.5]] },
  });
  const { observations } = linearGaussian.sample(walk, key, 5, { batch: 3 });
  const results = [
    valueAndGrad(bound)(tf.ones([5, 2]), "diagonal"),
    valueAndGrad(bound)(tf.ones([5, 2]), "full"),
    linearGaussian.smooth(walk, observations),
    valueAndGrad((p: typeof walk) => linearGaussian.logLikelihood(p, observations).sum())(walk),
  ];
  return tree.leaves(results).flatMap((leaf) => Array.from(leaf.dataSync()));
}

test.each(others)(`%s agrees with ${home} on the bounds, the smoother and the gradients`, async (name) => {
  const here = everything();
  await useBackend(name);
  // Sums of tens of numbers up to 100, each with a relative rounding of 6e-8, in another order: at most 4e-5
  expect(everything()).toBeNear(here, { abs: 1e-4, rel: 1e-5 });
});
