import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import type * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Distribution } from "../../distributions/base/distribution";
import type { SequenceVae } from "./model";
import { decodeFeatures } from "./parts/decoder";
import { divergence } from "./parts/gaussian";
import { features, type State } from "./parts/prior";
import { noiseFor, unroll, type Posterior } from "./posterior";
import { prepare, type Prepared, type Sequences } from "./sequences";

/** The terms of the bound at each time, in nats; zeros behind the end of a sequence. */
export interface SequenceTerms {
  /** log p(o_t|z_t) at the drawn z_t, [T, B]. */
  readonly reconstruction: tf.Tensor;
  /** KL(q(z_t|·) ‖ p(z_t|z_{t−1}, a_{t−1})) at the drawn z_{t−1}, [T, B]. */
  readonly kl: tf.Tensor;
  /** The drawn states, [T, B, ...]. */
  readonly states: State;
}

/**
 * Returns p(o_t|z_t) for states [...]: a batch over observations.
 *
 * @returns a distribution; free its tensors with `tree.dispose`.
 */
export function decode({ decoder }: SequenceVae, states: State): Distribution {
  return tree.tidy(() => decodeFeatures(decoder, features(states)));
}

/**
 * Returns the terms of the evidence lower bound of sequences, with one reparameterized draw of z_1 … z_T:
 * log p(o_1 … o_T|a) ≥ E_q[Σ_t log p(o_t|z_t) − KL(q(z_t|·) ‖ p(z_t|z_{t−1}, a_{t−1}))].
 *
 * Lecture, "Latent variable models in RL".
 *
 * @throws if the data have a different shape, or actions are missing.
 */
export function terms(model: SequenceVae, data: Sequences, key: random.Key): SequenceTerms {
  return tree.tidy(() => {
    const prepared = prepare("sequenceVae.terms", model, data);
    return termsAlong(model, prepared, unroll(model, prepared, noiseFor(model, prepared, key)));
  });
}

/** The terms along one draw. */
export function termsAlong(
  { decoder }: SequenceVae,
  { observations, mask }: Prepared,
  { q, p, states }: Posterior,
): SequenceTerms {
  const masked = (x: tf.Tensor): tf.Tensor => (mask === undefined ? x : x.mul(mask));
  return {
    reconstruction: masked(decodeFeatures(decoder, features(states)).logProb(observations)), // [T, B]
    kl: masked(divergence(q, p)), //                                                            [T, B]
    states,
  };
}

/**
 * Returns the evidence lower bound of each sequence in nats, [B]: the sum of the `terms` over time.
 *
 * @throws if the data have a different shape, or actions are missing.
 */
export function elbo(model: SequenceVae, data: Sequences, key: random.Key): tf.Tensor {
  return tf.tidy(() => {
    const prepared = prepare("sequenceVae.elbo", model, data);
    const posterior = unroll(model, prepared, noiseFor(model, prepared, key));
    const { reconstruction, kl } = termsAlong(model, prepared, posterior);
    return reconstruction.sub(kl).sum(0);
  });
}

/**
 * Returns the log importance weights Σ_t log p(o_t|z_t) + log p(z_t|·) − log q(z_t|·) of K draws of the
 * trajectory, [K, B]. `logMeanExp` over K is the bound on log p(o|a) of Burda et al. (2016, equation 8); with
 * the exact posterior every weight is p(o|a).
 *
 * @param draws K.
 * @throws if K is not a positive integer, the data have a different shape, or actions are missing.
 */
export function logWeights(model: SequenceVae, data: Sequences, key: random.Key, draws: number): tf.Tensor {
  checkCount("sequenceVae.logWeights", "draws", draws, 1);
  return tf.tidy(() => {
    const { batch } = prepare("sequenceVae.logWeights", model, data);
    const repeated = (x: tf.Tensor, axis: number): tf.Tensor =>
      tf.tile(
        x,
        x.shape.map((_, i) => (i === axis ? draws : 1)),
      );
    const { observations, actions, lengths } = data;
    const prepared = prepare("sequenceVae.logWeights", model, {
      observations: repeated(observations, 1),
      ...(actions && { actions: repeated(actions, 1) }),
      ...(lengths && { lengths: repeated(lengths, 0) }),
    });
    const posterior = unroll(model, prepared, noiseFor(model, prepared, key));
    return weightsAlong(model, prepared, posterior).reshape([draws, batch]);
  });
}

/** log p(o, z|a) − log q(z|o, a) along one draw, [B]. */
export function weightsAlong(
  { decoder }: SequenceVae,
  { observations, mask }: Prepared,
  { q, p, states }: Posterior,
): tf.Tensor {
  const each = decodeFeatures(decoder, features(states))
    .logProb(observations)
    .add(p.logProb(states.z))
    .sub(q.logProb(states.z));
  return (mask === undefined ? each : each.mul(mask)).sum(0);
}
