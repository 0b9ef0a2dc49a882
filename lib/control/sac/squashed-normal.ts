import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import {
  bijectors,
  independent,
  normal,
  transformed,
  type Independent,
  type Normal,
  type Transformed,
} from "../../distributions";

/** The ends of log σ. */
const [LOW, HIGH] = [-5, 2];

/** The action a policy draws, with what its loss needs. */
export interface Drawn {
  /** a = tanh x, [..., A]. */
  readonly action: tf.Tensor;
  /** log π(a|s), [...]. */
  readonly logProb: tf.Tensor;
  /** x = μ + σ ε, [..., A]. */
  readonly x: tf.Tensor;
}

/** Returns N(μ, σ²) of the outputs [..., 2A] of a policy: μ, and what becomes log σ. */
export function normalOf(output: tf.Tensor): Independent<Normal> {
  const size = (output.shape.at(-1) ?? 0) / 2;
  if (!Number.isInteger(size) || size === 0)
    throw new Error(
      "squashedNormal: output must be [..., 2A], μ and log σ of each action, " +
        `got [${output.shape.join(", ")}]`,
    );
  const [mu, raw] = tf.split(output, 2, -1) as [tf.Tensor, tf.Tensor];
  const logSigma = raw
    .tanh()
    .add(1)
    .mul((HIGH - LOW) / 2)
    .add(LOW);
  return independent(normal(mu, logSigma.exp()));
}

/**
 * Returns the policy tanh(N(μ, σ²)) over actions in [−1, 1] (Haarnoja et al. 2018, "Soft actor-critic",
 * appendix C). A network's outputs are μ and r of each action, with log σ = −5 + 7 (1 + tanh r) / 2, so that
 * σ stays between e⁻⁵ and e².
 *
 * @param output [..., 2A]: all μ, then all r.
 * @returns a batch [...] of distributions over [A].
 * @throws if the last axis is not 2A.
 */
export function squashedNormal(output: tf.Tensor): Transformed<Independent<Normal>> {
  return tree.tidy(() => transformed(normalOf(output), bijectors.tanh));
}

/** Returns the draw a = tanh(μ + σ ε) for given ε ~ N(0, I), [..., A], with log π(a). */
export function drawAction(output: tf.Tensor, noise: tf.Tensor): Drawn {
  return tree.tidy(() => {
    const base = normalOf(output);
    const x = base.base.mu.add(base.base.sigma.mul(noise)); //                   μ + σ ε
    const logDerivative = bijectors.tanh.logDerivative(x).sum(-1);
    return { action: x.tanh(), logProb: base.logProb(x).sub(logDerivative), x };
  });
}

/** Returns tanh μ, the median action, [..., A]. */
export function medianAction(output: tf.Tensor): tf.Tensor {
  return tf.tidy(() => normalOf(output).base.mu.tanh());
}
