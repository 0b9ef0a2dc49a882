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

/** p(z|x): the same for all x, or a softmax of linear functions of the features. */
export type Gate =
  | {
      readonly kind: "constant";
      /** Up to a constant, [K]. */
      readonly logits: tf.Tensor;
    }
  | {
      readonly kind: "softmax";
      /** V, [F, K]: the logits are Vᵀ φ(x). */
      readonly weights: tf.Tensor;
    };

/** K linear regressions of y on features φ(x), and which of them holds where. */
export interface MixtureOfRegressions {
  readonly gate: Gate;
  /** W_z, [K, F, D]. */
  readonly coefficients: tf.Tensor;
  /** σ_z, [K, D]. */
  readonly sigma: tf.Tensor;
}

/**
 * p(y|x) = Σ_z p(z|x) N(y; W_zᵀ φ(x), diag σ_z²) (Jordan & Jacobs 1994 with linear experts; Bishop 2006, section 14.5).
 *
 * @param features φ(x), [N, F]; a column of ones gives the regressions an intercept.
 * @returns a distribution [N] over vectors [D] whose tensors are the caller's: `tree.dispose` frees them.
 * @throws when the features have another shape.
 */
export function conditional(
  params: MixtureOfRegressions,
  features: tf.Tensor,
): MixtureSameFamily<Independent<Normal>> {
  checkFeatures("mixtureOfRegressions.conditional", params, features);
  return tree.tidy(() => {
    const mixing = categorical(gateLogits(params.gate, features)); //                p(z|x)
    const each = independent(normal(means(params, features), params.sigma.clone())); // p(y|x, z)        [N, K] of [D]
    return mixtureSameFamily(mixing, each);
  });
}

/**
 * log p(y|x) of each pair, in nats, [N].
 *
 * @param features φ(x), [N, F].
 * @param y [N, D].
 * @throws when either has another shape.
 */
export function logProb(params: MixtureOfRegressions, features: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
  checkPairs("mixtureOfRegressions.logProb", params, features, y);
  return tf.tidy(() => conditional(params, features).logProb(y) as tf.Tensor1D);
}

/**
 * p(z|x, y): how much of each pair each regression answers for, [N, K].
 *
 * @throws when the features or y have another shape.
 */
export function responsibilities(
  params: MixtureOfRegressions,
  features: tf.Tensor,
  y: tf.Tensor,
): tf.Tensor2D {
  checkPairs("mixtureOfRegressions.responsibilities", params, features, y);
  return tf.tidy(() => conditional(params, features).posterior(y).probs() as tf.Tensor2D);
}

/** W_zᵀ φ(x), [N, K, D]. */
export function means({ coefficients }: MixtureOfRegressions, features: tf.Tensor): tf.Tensor {
  const [components = 0, size = 0, outputs = 0] = coefficients.shape;
  return tf.tidy(() => {
    const flat = coefficients.transpose([1, 0, 2]).reshape([size, components * outputs]);
    return features.matMul(flat).reshape([-1, components, outputs]);
  });
}

/** The logits of p(z|x): [K], or [N, K] where they depend on x. */
export const gateLogits = (gate: Gate, features: tf.Tensor): tf.Tensor =>
  gate.kind === "constant" ? gate.logits.clone() : features.matMul(gate.weights);

/** K, F and D. */
export const sizes = ({
  coefficients,
}: MixtureOfRegressions): [components: number, features: number, outputs: number] => {
  const [components = 0, features = 0, outputs = 0] = coefficients.shape;
  return [components, features, outputs];
};

function checkFeatures(caller: string, params: MixtureOfRegressions, features: tf.Tensor): void {
  const [, size] = sizes(params);
  checkShape(caller, "features", features, ["N", `F=${size}`], "the features that the model was fitted with");
}

/** Checks that features and y can be pairs of the model, row by row. */
export function checkPairs(
  caller: string,
  params: MixtureOfRegressions,
  features: tf.Tensor,
  y: tf.Tensor,
): void {
  const [, , outputs] = sizes(params);
  checkFeatures(caller, params, features);
  checkShape(caller, "y", y, [`N=${features.shape[0]}`, `D=${outputs}`], "one row for each of the features");
}
