import * as tf from "@tensorflow/tfjs";
import { detached } from "../../../core/tensor/grad";
import type * as random from "../../../core/random";
import { checkShape, type Shape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { categorical } from "../../../distributions/discrete/categorical";
import { independent, type Independent } from "../../../distributions/composite/independent";
import {
  mixtureSameFamily,
  type MixtureSameFamily,
} from "../../../distributions/composite/mixture-same-family";
import { normal, type Normal } from "../../../distributions/continuous/normal";
import { oneHot } from "../../../core/tensor/one-hot";
import { dense, type Dense } from "../../../nn/feedforward/dense";
import { mlp, type Mlp } from "../../../nn/feedforward/mlp";
import { boundedLog } from "../../base/bounded-log";
import { checkRows } from "../../base/check-rows";

/**
 * A mixture density network (Bishop 1994, "Mixture density networks"): a trunk from x to features, and three
 * heads from the features to a mixture over y.
 */
export interface Mdn {
  /** φ, from In to H units. */

  readonly trunk: Mlp;
  /** log p(z|x), up to a constant, [H, K]. */
  readonly logits: Dense;
  /** μ_z(x), [H, K·D]. */
  readonly mu: Dense;
  /** log σ_z(x) before `boundedLog`, [H, K·D]. */
  readonly rawSigma: Dense;
}

/**
 * p(y|x) of a batch [B] of inputs: mixtures of K normal distributions over y [D] with diagonal covariances.
 */
export type MdnConditional = MixtureSameFamily<Independent<Normal>>;

/**
 * Returns p(y|x) = Σ_z p(z|x) N(y; μ_z(x), diag σ_z(x)²) (Bishop 1994; 2006, equation 5.148; lecture, "Latent
 * variable models").
 *
 * @param x inputs [B, In].
 * @returns a batch [B] of distributions over y [D]; free its tensors with `tree.dispose`.
 * @throws if x has a different shape.
 */
export function conditional(params: Mdn, x: tf.Tensor): MdnConditional {
  checkInputs("mdn.conditional", params, x);
  return tree.tidy(() => {
    const h = mlp.apply(params.trunk, x); //                                          φ(x)           [B, H]
    const { components, outputs } = sizes(params);
    const each = [x.shape[0], components, outputs];
    const mu = dense.apply(params.mu, h).reshape(each); //                            μ_z(x)         [B, K, D]
    const sigma = boundedLog(dense.apply(params.rawSigma, h)).exp().reshape(each); // σ_z(x)         [B, K, D]
    return mixtureSameFamily(categorical(dense.apply(params.logits, h)), independent(normal(mu, sigma)));
  });
}

/**
 * Returns log p(y|x) = log Σ_z p(z|x) p(y|x, z) of each pair in nats, [B].
 *
 * @param x inputs [B, In].
 * @param y outputs [B, D].
 * @throws if x or y has a different shape.
 */
export function logProb(params: Mdn, x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  checkPairs("mdn.logProb", params, x, y);
  return tf.tidy(() => conditional(params, x).logProb(y) as tf.Tensor1D);
}

/**
 * Returns the responsibilities p(z|x, y) = p(z|x) p(y|x, z) / p(y|x), [B, K].
 *
 * @param x inputs [B, In].
 * @param y outputs [B, D].
 * @throws if x or y has a different shape.
 */
export function responsibilities(params: Mdn, x: tf.Tensor, y: tf.Tensor): tf.Tensor2D {
  checkPairs("mdn.responsibilities", params, x, y);
  return tf.tidy(() => conditional(params, x).posterior(y).probs() as tf.Tensor2D);
}

/**
 * Returns draws by ancestral sampling: z ~ p(z|x), then y ~ p(y|x, z). They have no gradient.
 *
 * @param x inputs [B, In].
 * @returns [...S, B, D].
 * @throws if x has a different shape.
 */
export function sample(params: Mdn, x: tf.Tensor, key: random.Key, sampleShape: Shape = []): tf.Tensor {
  checkInputs("mdn.sample", params, x);
  return tf.tidy(() => conditional(params, x).sample(key, sampleShape));
}

/**
 * Returns μ_z(x) of the likeliest component, z = arg max p(z|x), [B, D]: the action of a deterministic
 * policy.
 *
 * With one component, it is the mean of p(y|x).
 *
 * @param x inputs [B, In].
 *
 * @throws if x has a different shape.
 */
export function likeliest(params: Mdn, x: tf.Tensor): tf.Tensor2D {
  checkInputs("mdn.likeliest", params, x);
  return tf.tidy(() => {
    const { mixing, components } = conditional(params, x);
    const best = detached((logits) => logits.argMax(-1), mixing.logits);
    const chosen = oneHot(best, sizes(params).components); // [B, K]
    return components.mean().mul(chosen.expandDims(-1)).sum(1);
  });
}

/**
 * Returns φ(x) with a column of ones appended, [B, H+1]: the features on which the heads are linear.
 * `mixtureOfRegressions.fit` fits such heads by EM.
 *
 * @param x inputs [B, In].

 * @throws if x has a different shape.
 */
export function features(params: Mdn, x: tf.Tensor): tf.Tensor2D {
  checkInputs("mdn.features", params, x);
  return tf.tidy(() => tf.concat([mlp.apply(params.trunk, x), tf.ones([x.shape[0], 1])], 1) as tf.Tensor2D);
}

/** Returns In, K and D. */
export function sizes({ trunk, logits, mu }: Mdn): {
  readonly inputs: number;
  readonly components: number;
  readonly outputs: number;
} {
  const components = logits.bias.shape[0];
  return {
    inputs: trunk.layers[0]?.weights.shape[0] ?? 0,
    components,
    outputs: mu.bias.shape[0] / components,
  };
}

function checkInputs(caller: string, params: Mdn, x: tf.Tensor): void {
  const { inputs } = sizes(params);
  checkRows(caller, "x", x, ["B", "In"], inputs);
}

/** Checks that x is [B, In] and y is [B, D] for the In and D of the model. */
function checkPairs(caller: string, params: Mdn, x: tf.Tensor, y: tf.Tensor): void {
  checkInputs(caller, params, x);
  checkShape(caller, "y", y, [`B=${x.shape[0]}`, `D=${sizes(params).outputs}`], "one row per row of x");
}
