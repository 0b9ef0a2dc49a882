import type * as tf from "@tensorflow/tfjs";
import { valueAndGrad } from "../core/tensor/grad";
import type { Key } from "../core/random/key";
import { checkCount } from "../core/numeric/check-number";
import { showShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import type { Distribution } from "../distributions/base/distribution";
import type { Estimator, Objective } from "./estimator";

/**
 * Returns n independent estimates of ∇_θ E_{q_θ(z)}[f(z, θ)], such as for the variance of an estimator.
 *
 * All estimates come from one backward pass over n copies of θ: q and f receive parameters with a leading
 * axis n and must keep it as a batch axis. In q and f, sum over the last axes of a parameter, not over all.
 * If that is not possible, as for the weights of a network, call `gradientEstimate` with n keys.
 *
 * @param n the number of estimates.
 * @param draws the number of draws per estimate, 1 by default.
 * @returns a tree like the parameters, each leaf [n, ...its shape].
 * @throws if `n` or `draws` is not a positive integer, or if the costs are not [draws, n, ...].
 */
export function gradientSamples<P, D extends Distribution>(
  estimator: Estimator<D>,
  objective: Objective<P, NoInfer<D>>,
  params: P,
  key: Key,
  n: number,
  draws = 1,
): P {
  checkCount("gradientSamples", "n", n, 1);
  checkCount("gradientSamples", "draws", draws, 1);
  return tree.tidy(() => {
    const copies = tree.map((leaf) => leaf.expandDims(0).tile([n, ...leaf.shape.map(() => 1)]), params);
    const total = (theta: P): tf.Tensor => {
      const surrogate = estimator.surrogate(objective, theta, key, draws); // [draws, n, ...]
      if (surrogate.shape[1] !== n)
        throw new Error(
          `gradientSamples: f(z) must be [draws=${draws}, n=${n}, ...], got ${showShape(surrogate.shape)}; ` +
            "q and f must keep the leading axis n of their parameters as a batch axis",
        );
      return surrogate.mean(0).sum(); // estimate i depends on copy i only
    };
    return valueAndGrad(total)(copies).grads;
  });
}

/**
 * Returns one estimate of ∇_θ E_{q_θ(z)}[f(z, θ)], averaged over draws and summed over the batch of q.
 *
 * @param draws the number of draws, 1 by default.
 * @returns a tree like the parameters.
 * @throws if `draws` is not a positive integer.
 */
export function gradientEstimate<P, D extends Distribution>(
  estimator: Estimator<D>,
  objective: Objective<P, NoInfer<D>>,
  params: P,
  key: Key,
  draws = 1,
): P {
  checkCount("gradientEstimate", "draws", draws, 1);
  const total = (theta: P): tf.Tensor => estimator.surrogate(objective, theta, key, draws).mean(0).sum();
  return tree.tidy(() => valueAndGrad(total)(params).grads);
}
