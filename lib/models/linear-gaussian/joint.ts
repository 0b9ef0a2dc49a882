import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";
import { cholesky } from "../../core/tensor/triangular";
import { covarianceOf, sandwich } from "./form";
import { sizes, type LinearGaussian } from "./model";
import { checkSequence, mean, sequenceOf } from "./sequence";

/** Options of `joint`. */
export interface JointOptions {
  /** u_1 … u_T, [T, U]: those of a model with inputs. */
  readonly inputs?: tf.Tensor;
}

/**
 * Returns p(o_1 … o_T) as one normal distribution over vectors [T·O], ordered by time.
 *
 * E[o_t] = C E[x_t] + D u_t + d, and Cov[o_t, o_s] = C A_{t−1} … A_s Var[x_s] Cᵀ for t ≥ s, plus R if t = s.
 * It costs O(T³), the filter O(T): it serves to check the filter, for T·O up to some tens.
 *
 * @param steps T.
 * @returns a distribution; free its tensors, mu and scaleTril, with `tree.dispose`.
 * @throws if steps is not a positive integer, or the inputs do not fit the model.
 */
export function joint(
  params: LinearGaussian,
  steps: number,
  { inputs }: JointOptions = {},
): MultivariateNormal {
  checkCount("linearGaussian.joint", "steps", steps, 1);
  checkSequence("linearGaussian.joint", params, { steps, batch: undefined, inputs });
  const [, size] = sizes(params);
  return tree.tidy(() => {
    const { varying, at } = sequenceOf(params, inputs, covarianceOf);
    let expected: tf.Tensor = params.initial.mean.expandDims(0); //       E[x_t]                  [1, X]
    let variance = covarianceOf(params.initial.scaleTril); //             Var[x_t]                [X, X]
    // C_s Cov[x_s, x_t], s < t: [O, X] each
    let crosses: tf.Tensor[] = [];
    const means: tf.Tensor[] = [];
    const rows: tf.Tensor[] = [];
    for (let t = 0; t < steps; t++) {
      const { transition, observation } = at(
        tree.map((x) => tf.slice(x, t, 1).squeeze<tf.Tensor>([0]), varying),
      );
      means.push(mean(observation, expected).squeeze([0]));
      const own = sandwich(observation.matrix, variance).add(observation.noise);
      const blocks = crosses.map((cross) => tf.matMul(observation.matrix, cross, false, true));
      rows.push(tf.concat([...blocks, own, tf.zeros([size, size * (steps - 1 - t)])], 1));
      crosses = [...crosses, tf.matMul(observation.matrix, variance)].map((cross) =>
        tf.matMul(cross, transition.matrix, false, true),
      );
      expected = mean(transition, expected);
      variance = sandwich(transition.matrix, variance).add(transition.noise);
    }
    // `cholesky` reads only the lower triangle.
    return multivariateNormal(tf.concat(means), cholesky(tf.concat(rows)));
  });
}
