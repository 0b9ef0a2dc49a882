/**
 * A baseline that is learned beside the parameters: NVIL's (Mnih & Gregor 2014), with a regression in place of its
 * network. State is passed in and out; `baseline` reads it, `update` gives the next one.
 */
import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { cholesky, solveLower } from "../../core/tensor/triangular";
import type { Baseline } from "./baseline";

/** What is known of the costs so far: moving averages, from which b(x) = wᵀφ(x) with w = E[φ φᵀ]⁻¹ E[φ f]. */
export interface LearnedBaseline {
  /** E[φ φᵀ], [F, F]. */
  readonly moment: tf.Tensor;
  /** E[φ f], [F]. */
  readonly product: tf.Tensor;
}

/**
 * The state before any cost is seen, b = 0.
 *
 * @param features how many features there are, F; 1 for a moving average.
 * @throws when that is no whole number above 0.
 */
export function init(features = 1): LearnedBaseline {
  checkCount("learnedBaseline.init", "features", features, 1);
  return { moment: tf.zeros([features, features]), product: tf.zeros([features]) };
}

/**
 * The baseline b(x) = wᵀφ(x), from costs seen before: it does not depend on the draws that it is used for.
 *
 * @param features φ(x) of the members of the batch, [...B, F], a 1 among them; they must not be computed from draws. Left out,
 *   φ = 1, and b is the moving average of the costs.
 * @throws when the features are not as many as the state has; from the baseline, when the costs are of another batch.
 */
export function baseline({ moment, product }: LearnedBaseline, features?: tf.Tensor): Baseline {
  checkFeatures("learnedBaseline.baseline", product.size, features);
  return (cost) =>
    tf.tidy(() => {
      if (features !== undefined && !goTogether(features, cost))
        throw new Error(
          `learnedBaseline.baseline: features ${showShape(features.shape)} must go with costs ` +
            `[draws, ${features.shape.slice(0, -1).join(", ")}], one row for each member of the batch, ` +
            `but the costs are ${showShape(cost.shape)}`,
        );
      const phi = features ?? tf.ones([1]);
      const ridge = moment.mul(tf.eye(product.size)).sum().mul(1e-6).add(1e-12); // one in a million of Σ E[φ²]
      const root = cholesky(moment.add(tf.eye(product.size).mul(ridge))); // L Lᵀ = E[φ φᵀ]
      return solveLower(root, phi).mul(solveLower(root, product)).sum(-1); // φᵀ (L Lᵀ)⁻¹ E[φ f], [...B]
    });
}

/**
 * The state after some more costs; those of the step that used the baseline, say, for the next step.
 *
 * @param cost costs [draws, ...B], such as the values of a surrogate.
 * @param options.features φ(x), [...B, F], as for `baseline`.
 * @param options.decay how much of the past stays, from 0 (none) to below 1; 0.9 by default.
 * @throws when the features do not fit the costs or the state, or the decay is out of range.
 */
export function update(
  { moment, product }: LearnedBaseline,
  cost: tf.Tensor,
  { features, decay = 0.9 }: { readonly features?: tf.Tensor; readonly decay?: number } = {},
): LearnedBaseline {
  checkFeatures("learnedBaseline.update", product.size, features);
  if (features !== undefined && !goTogether(features, cost))
    throw new Error(
      `learnedBaseline.update: cost must be [draws, ${features.shape.slice(0, -1).join(", ")}] for features ` +
        `${showShape(features.shape)}, got ${showShape(cost.shape)}`,
    );
  if (!(decay >= 0 && decay < 1))
    throw new Error(`learnedBaseline.update: decay must be a number from 0 to below 1, got ${decay}`);
  const mix = (old: tf.Tensor, now: tf.Tensor): tf.Tensor => old.mul(decay).add(now.mul(1 - decay));
  return tree.tidy(() => {
    const phi = features ?? tf.ones([1]);
    const rows = phi.reshape([-1, product.size]); //                                        [N, F]
    const f = cost.mean(0).expandDims(-1); //                                               [...B, 1]
    return {
      moment: mix(moment, rows.transpose().matMul(rows).div(rows.shape[0])),
      product: mix(product, f.mul(phi).reshape([-1, product.size]).mean(0)),
    };
  });
}

function checkFeatures(caller: string, count: number, features?: tf.Tensor): void {
  const shape = features?.shape ?? [1];
  if (shape.at(-1) !== count)
    throw new Error(`${caller}: features must be [..., F=${count}], got ${showShape(shape)}`);
}

/** Whether features [...B, F] are those of the members of costs [draws, ...B]; features [F] are those of all. */
function goTogether(features: tf.Tensor, cost: tf.Tensor): boolean {
  const members = features.shape.slice(0, -1);
  const batch = cost.shape.slice(cost.rank - members.length);
  return members.length === 0 || (cost.rank > members.length && showShape(batch) === showShape(members));
}
