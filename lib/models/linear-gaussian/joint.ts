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
 * p(o_1 … o_T) as one normal distribution over vectors of T·O numbers, time after time.
 *
 * E[o_t] = C E[x_t] + d, and Cov[o_t, o_s] = C A^{t−s} Var[x_s] Cᵀ for t ≥ s, with R added where t = s. Its cost grows with T³,
 * where that of the filter grows with T: it is here to check the filter with, for T·O of up to some tens.
 *
 * @returns a distribution whose tensors, mu and scaleTril, are the caller's: `tree.dispose` frees them.
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
    return multivariateNormal(tf.concat(means), cholesky(tf.concat(rows))); // `cholesky` reads the lower triangle alone
  });
}
