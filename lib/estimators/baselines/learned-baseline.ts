/**
 * A baseline that is learned together with the parameters: that of NVIL (Mnih & Gregor 2014), with a linear
 * regression in place of its network. The state is explicit: `baseline` reads it, `update` returns the next
 * one.
 */
import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { cholesky, solveLower } from "../../core/tensor/triangular";
import type { Baseline } from "./baseline";

/** Moving averages over the costs so far, which determine b(x) = wᵀφ(x) with w = E[φ φᵀ]⁻¹ E[φ f]. */
export interface LearnedBaseline {
  /** E[φ φᵀ], [F, F]. */
  readonly moment: tf.Tensor;
  /** E[φ f], [F]. */
  readonly product: tf.Tensor;
}

/**
 * Returns the state before the first cost, with b = 0.
 *
 * @param features F, the number of features; 1, the default, for a moving average.
 * @throws if `features` is not a positive integer.
 */
export function init(features = 1): LearnedBaseline {
  checkCount("learnedBaseline.init", "features", features, 1);
  return { moment: tf.zeros([features, features]), product: tf.zeros([features]) };
}

/**
 * Returns the baseline b(x) = wᵀφ(x), fitted to earlier costs, so that it does not depend on the draws it is
 * used for.
 *
 * @param features φ(x) for each member of the batch, [...B, F]; include a constant 1, and do not compute them
 *   from draws. By default φ = 1, and b is the moving average of the costs.
 * @throws if the number of features differs from that of the state; from the baseline, if the costs have
 *   another batch.
 */
export function baseline({ moment, product }: LearnedBaseline, features?: tf.Tensor): Baseline {
  checkFeatures("learnedBaseline.baseline", product.size, features);
  return (cost) =>
    tf.tidy(() => {
      if (features !== undefined && !featuresFit(features, cost))
        throw new Error(
          `learnedBaseline.baseline: costs must be [draws, ${features.shape.slice(0, -1).join(", ")}] ` +
            `for features ${showShape(features.shape)}, which have one row per member of the batch, ` +
            `got ${showShape(cost.shape)}`,
        );
      const phi = features ?? tf.ones([1]);
      const ridge = moment.mul(tf.eye(product.size)).sum().mul(1e-6).add(1e-12); // a millionth of Σ E[φ²]
      const root = cholesky(moment.add(tf.eye(product.size).mul(ridge))); // L Lᵀ = E[φ φᵀ]
      return solveLower(root, phi).mul(solveLower(root, product)).sum(-1); // φᵀ (L Lᵀ)⁻¹ E[φ f], [...B]
    });
}

/**
 * Returns the state after new costs, usually those of the step that used the baseline, for the next step.
 *
 * @param cost costs, [draws, ...B], such as the values of a surrogate.
 * @param options `features`: φ(x), [...B, F], as for `baseline`; `decay`: the decay of the moving
 *   averages, in [0, 1); 0.9 by default, 0 forgets the past.
 * @throws if the features do not fit the costs or the state, or if the decay is out of range.
 */
export function update(
  { moment, product }: LearnedBaseline,
  cost: tf.Tensor,
  { features, decay = 0.9 }: { readonly features?: tf.Tensor; readonly decay?: number } = {},
): LearnedBaseline {
  checkFeatures("learnedBaseline.update", product.size, features);
  if (features !== undefined && !featuresFit(features, cost))
    throw new Error(
      `learnedBaseline.update: cost must be [draws, ${features.shape.slice(0, -1).join(", ")}] ` +
        `for features ${showShape(features.shape)}, got ${showShape(cost.shape)}`,
    );
  if (!(decay >= 0 && decay < 1))
    throw new Error(`learnedBaseline.update: decay must be in [0, 1), got ${decay}`);
  const mix = (old: tf.Tensor, now: tf.Tensor): tf.Tensor => old.mul(decay).add(now.mul(1 - decay));
  return tree.tidy(() => {
    const phi = features ?? tf.ones([1]);
    const rows = phi.reshape([-1, product.size]); //    [N, F]
    const f = cost.mean(0).expandDims(-1); //           [...B, 1]
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

/** Whether features [...B, F] have one row per batch member of costs [draws, ...B]; [F] is shared by all. */
function featuresFit(features: tf.Tensor, cost: tf.Tensor): boolean {
  const members = features.shape.slice(0, -1);
  const batch = cost.shape.slice(cost.rank - members.length);
  return members.length === 0 || (cost.rank > members.length && showShape(batch) === showShape(members));
}
