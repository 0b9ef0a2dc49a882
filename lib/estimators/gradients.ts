import type * as tf from "@tensorflow/tfjs";
import { valueAndGrad } from "../core/tensor/grad";
import type { Key } from "../core/random/key";
import { checkCount } from "../core/numeric/check-number";
import { showShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import type { Distribution } from "../distributions/base/distribution";
import type { Estimator, Objective } from "./estimator";

/**
 * n independent estimates of ∇_θ E_{q_θ(z)}[f(z, θ)], so that the variance of an estimator is one line.
 *
 * One backward pass gives all of them, on n copies of θ: q and f get parameters with a leading axis n and must carry it
 * along as a batch axis. Sums over the axes of a parameter therefore go over the last axes, not over all. Where that does
 * not hold, as for the weights of a network, call `gradientEstimate` with n keys.
 *
 * @param n how many estimates.
 * @param draws how many draws each estimate is the mean of, 1 by default.
 * @returns a tree like the parameters, each leaf [n, ...its shape].
 * @throws when the costs do not keep the n copies apart.
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
            "q and f must carry the leading axis n of their parameters along",
        );
      return surrogate.mean(0).sum(); // estimate i depends on copy i alone
    };
    return valueAndGrad(total)(copies).grads;
  });
}

/**
 * One estimate of ∇_θ E_{q_θ(z)}[f(z, θ)], the mean over draws; the members of a batch of q are summed.
 *
 * @param draws how many draws, 1 by default.
 * @returns a tree like the parameters.
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
