import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { cholesky } from "../../core/tensor/triangular";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";
import { apply, covarianceOf, sandwich, sizes, type LinearGaussian } from "./model";

/**
 * Returns p(o_1 … o_T) as one normal distribution over vectors [T·O], ordered by time.
 *
 * E[o_t] = C E[x_t] + d, and Cov[o_t, o_s] = C A^{t−s} Var[x_s] Cᵀ for t ≥ s, plus R if t = s. It costs
 * O(T³), the filter O(T): it serves to check the filter, for T·O up to some tens.
 *
 * @param steps T.
 * @returns a distribution; free its tensors, mu and scaleTril, with `tree.dispose`.
 * @throws if steps is not a positive integer.
 */
export function joint(params: LinearGaussian, steps: number): MultivariateNormal {
  checkCount("linearGaussian.joint", "steps", steps, 1);
  const { initial, transition, observation } = params;
  const [, size] = sizes(params);
  return tree.tidy(() => {
    let mean: tf.Tensor = initial.mean.expandDims(0); //                E[x_t]                  [1, X]
    let variance: tf.Tensor = covarianceOf(initial.scaleTril); //             Var[x_t]                [X, X]
    let crosses: tf.Tensor[] = []; //                                   Cov[x_t, x_s], s < t    [X, X] each
    const means: tf.Tensor[] = [];
    const rows: tf.Tensor[] = [];
    for (let t = 0; t < steps; t++) {
      means.push(apply(observation, mean).squeeze([0]));
      const own = sandwich(observation.matrix, variance).add(covarianceOf(observation.scaleTril));
      const blocks = crosses.map((cross) => sandwich(observation.matrix, cross)); // C Cov[x_t, x_s] Cᵀ
      rows.push(tf.concat([...blocks, own, tf.zeros([size, size * (steps - 1 - t)])], 1));
      crosses = [...crosses, variance].map((cross) => tf.matMul(transition.matrix, cross));
      mean = apply(transition, mean);
      variance = sandwich(transition.matrix, variance).add(covarianceOf(transition.scaleTril));
    }
    // `cholesky` reads only the lower triangle.
    return multivariateNormal(tf.concat(means), cholesky(tf.concat(rows)));
  });
}
