import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { categorical } from "../../../distributions/discrete/categorical";
import { independent, type Independent } from "../../../distributions/composite/independent";
import {
  mixtureSameFamily,
  type MixtureSameFamily,
} from "../../../distributions/composite/mixture-same-family";
import { normal, type Normal } from "../../../distributions/continuous/normal";

/** p(z|x): constant, or a softmax of linear functions of the features. */
export type Gate =
  | {
      /** The same probabilities for every row. */
      readonly kind: "constant";
      /** log p(z), up to a constant, [K]. */
      readonly logits: tf.Tensor;
    }
  | {
      /** Probabilities that depend on the features. */
      readonly kind: "softmax";
      /** V, [F, K]: the logits are Vᵀ φ(x). */
      readonly weights: tf.Tensor;
    };

/** K linear regressions of y on features φ(x), with a gate p(z|x) (Bishop 2006, section 14.5). */
export interface MixtureOfRegressions {
  /** p(z|x). */
  readonly gate: Gate;
  /** W_z, [K, F, D]. */
  readonly coefficients: tf.Tensor;
  /** σ_z, [K, D]. */
  readonly sigma: tf.Tensor;
}

/**
 * Returns p(y|x) = Σ_z p(z|x) N(y; W_zᵀ φ(x), diag σ_z²) (Jordan & Jacobs 1994 with linear experts; Bishop
 * 2006, section 14.5).
 *
 * @param features φ(x), [N, F]; a column of ones adds an intercept.
 * @returns a batch [N] of distributions over vectors [D]; free its tensors with `tree.dispose`.
 * @throws if the features have a different shape.
 */
export function conditional(
  params: MixtureOfRegressions,
  features: tf.Tensor,
): MixtureSameFamily<Independent<Normal>> {
  checkFeatures("mixtureOfRegressions.conditional", params, features);
  return tree.tidy(() => {
    const mixing = categorical(gateLogits(params.gate, features)); // p(z|x), [N] of K
    // p(y|x, z), [N, K] of [D]
    const each = independent(normal(means(params, features), params.sigma.clone()));
    return mixtureSameFamily(mixing, each);
  });
}

/**
 * Returns log p(y|x) of each pair in nats, [N].
 *
 * @param features φ(x), [N, F].
 * @param y [N, D].
 * @throws if the features or y have a different shape.
 */
export function logProb(params: MixtureOfRegressions, features: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  checkPairs("mixtureOfRegressions.logProb", params, features, y);
  return tf.tidy(() => conditional(params, features).logProb(y) as tf.Tensor1D);
}

/**
 * Returns the responsibilities p(z|x, y), [N, K].
 *
 * @param features φ(x), [N, F].
 * @param y [N, D].
 * @throws if the features or y have a different shape.
 */
export function responsibilities(
  params: MixtureOfRegressions,
  features: tf.Tensor,
  y: tf.Tensor,
): tf.Tensor2D {
  checkPairs("mixtureOfRegressions.responsibilities", params, features, y);
  return tf.tidy(() => conditional(params, features).posterior(y).probs() as tf.Tensor2D);
}

/** Returns W_zᵀ φ(x), [N, K, D]. */
export function means({ coefficients }: MixtureOfRegressions, features: tf.Tensor): tf.Tensor {
  const [components = 0, size = 0, outputs = 0] = coefficients.shape;
  return tf.tidy(() => {
    const flat = coefficients.transpose([1, 0, 2]).reshape([size, components * outputs]);
    return features.matMul(flat).reshape([-1, components, outputs]);
  });
}

/** Returns the logits of p(z|x): [K] of a constant gate, [N, K] of a softmax gate. */
export function gateLogits(gate: Gate, features: tf.Tensor): tf.Tensor {
  return gate.kind === "constant" ? gate.logits.clone() : features.matMul(gate.weights);
}

/** Returns K, F and D. */
export function sizes({
  coefficients,
}: MixtureOfRegressions): [components: number, features: number, outputs: number] {
  const [components = 0, features = 0, outputs = 0] = coefficients.shape;
  return [components, features, outputs];
}

function checkFeatures(caller: string, params: MixtureOfRegressions, features: tf.Tensor): void {
  const [, size] = sizes(params);
  checkShape(caller, "features", features, ["N", `F=${size}`], "use the features the model was fitted to");
}

/** Checks that the features are [N, F] and y is [N, D] for the F and D of the model. */
export function checkPairs(
  caller: string,
  params: MixtureOfRegressions,
  features: tf.Tensor,
  y: tf.Tensor,
): void {
  const [, , outputs] = sizes(params);
  checkFeatures(caller, params, features);
  checkShape(caller, "y", y, [`N=${features.shape[0]}`, `D=${outputs}`], "one row per row of features");
}
