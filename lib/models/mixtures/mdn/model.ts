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
import { dense, type Dense } from "../../../nn/dense";
import { mlp, type Mlp } from "../../../nn/mlp";

/** A mixture density network (Bishop 1994): one trunk from x to features, and three heads from these to a mixture over y. */
export interface Mdn {
  readonly trunk: Mlp;
  /** log p(z|x), up to a constant, [H, K]. */
  readonly logits: Dense;
  /** μ_z(x), [H, K·D]. */
  readonly mu: Dense;
  /** log σ_z(x) before it is bounded, [H, K·D]. */
  readonly rawSigma: Dense;
}

/** p(y|x) of a batch [B] of x: a mixture over vectors y [D] of K normal distributions with diagonal covariances. */
export type MdnConditional = MixtureSameFamily<Independent<Normal>>;

/** |log σ| stays below this: σ is between 9·10⁻⁴ and 1,100, and the density of a point below e⁶ for each number of y. */
export const LOG_SIGMA_BOUND = 7;

/**
 * p(y|x) = Σ_z p(z|x) N(y; μ_z(x), diag σ_z(x)²) (Bishop 1994; 2006, equation 5.148; lecture, "Latent variable models").
 *
 * @param x inputs [B, In].
 * @returns a distribution whose tensors are the caller's: `tree.dispose` frees them.
 * @throws when x has another shape.
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
 * log p(y|x) = log Σ_z p(z|x) p(y|x, z) of pairs, in nats, [B].
 *
 * @param x inputs [B, In].
 * @param y outputs [B, D].
 * @throws when x or y has another shape.
 */
export function logProb(params: Mdn, x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  checkPairs("mdn.logProb", params, x, y);
  return tf.tidy(() => conditional(params, x).logProb(y) as tf.Tensor1D);
}

/**
 * p(z|x, y) = p(z|x) p(y|x, z) / p(y|x): how much of each pair each component answers for, [B, K].
 *
 * @throws when x or y has another shape.
 */
export function responsibilities(params: Mdn, x: tf.Tensor, y: tf.Tensor): tf.Tensor2D {
  checkPairs("mdn.responsibilities", params, x, y);
  return tf.tidy(() => conditional(params, x).posterior(y).probs() as tf.Tensor2D);
}

/**
 * Draws from above: z ~ p(z|x), then y ~ p(y|x, z). They carry no gradient.
 *
 * @param x inputs [B, In].
 * @returns [...S, B, D].
 * @throws when x has another shape.
 */
export function sample(params: Mdn, x: tf.Tensor, key: random.Key, sampleShape: Shape = []): tf.Tensor {
  checkInputs("mdn.sample", params, x);
  return tf.tidy(() => conditional(params, x).sample(key, sampleShape));
}

/**
 * μ_z(x) of the likeliest component, z = arg max p(z|x): what a policy does that does not draw, [B, D].
 *
 * With one component it is the mean of p(y|x), as least squares would give it.
 *
 * @throws when x has another shape.
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
 * φ(x) with a 1 behind it, [B, H+1]: what the heads see, so that each is one matrix. `mixtureOfRegressions` fits such heads by EM.
 *
 * @throws when x has another shape.
 */
export function features(params: Mdn, x: tf.Tensor): tf.Tensor2D {
  checkInputs("mdn.features", params, x);
  return tf.tidy(() => tf.concat([mlp.apply(params.trunk, x), tf.ones([x.shape[0], 1])], 1) as tf.Tensor2D);
}

/** How many numbers x and y are, and how many components there are. */
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

/** s / √(1 + (s/c)²): within ±c, nearly s near 0, and with a slope (1 + (s/c)²)^(−3/2) that is small far out but not 0. */
const boundedLog = (s: tf.Tensor): tf.Tensor => s.div(s.div(LOG_SIGMA_BOUND).square().add(1).sqrt());

/** The s of which `boundedLog` makes a given log σ. */
export const unboundedLog = (logSigma: number): number =>
  logSigma / Math.sqrt(1 - (logSigma / LOG_SIGMA_BOUND) ** 2);

function checkInputs(caller: string, params: Mdn, x: tf.Tensor): void {
  const { inputs } = sizes(params);
  checkShape(caller, "x", x, ["B", `In=${inputs}`], `use x.reshape([-1, ${inputs}])`);
}

/** Checks that x and y can be inputs and outputs of the model, row by row. */
function checkPairs(caller: string, params: Mdn, x: tf.Tensor, y: tf.Tensor): void {
  checkInputs(caller, params, x);
  checkShape(caller, "y", y, [`B=${x.shape[0]}`, `D=${sizes(params).outputs}`], "one row for each of x");
}
