import type * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { SequenceVae } from "./model";
import { evidence, posteriorAt, type Evidence } from "./parts/encoder";
import { draw, type Gaussian } from "./parts/gaussian";
import { advance, all, before, sizes, stateOf, type State } from "./parts/prior";
import { prepare, type Prepared, type Sequences } from "./sequences";

/** A draw z_1 … z_T of the encoder, with the distributions along it. */
export interface Posterior {
  /** The draws z_t ~ q(z_t|·), with h_t for a recurrent prior, [T, B, ...]. */
  readonly states: State;
  /** q(z_t|·), a batch [T, B] over [Z]. */
  readonly q: Gaussian;
  /** p(z_t|z_{t−1}, a_{t−1}) at the drawn z_{t−1}, or p(z_t|h_t), a batch [T, B] over [Z]. */
  readonly p: Gaussian;
}

/**
 * Returns a draw of the latent trajectory from the encoder, differentiable with respect to the model, and the
 * distributions q(z_t|·) and p(z_t|·) along it.
 *
 * @throws if the data have a different shape, or actions are missing.
 */
export function infer(model: SequenceVae, data: Sequences, key: random.Key): Posterior {
  return tree.tidy(() => {
    const prepared = prepare("sequenceVae.infer", model, data);
    return unroll(model, prepared, noiseFor(model, prepared, key));
  });
}

/** Draws ε ~ N(0, I), [T, B, Z]. */
export function noiseFor({ prior }: SequenceVae, { steps, batch }: Prepared, key: random.Key): tf.Tensor {
  return random.normal(key, [steps, batch, sizes(prior).latent]);
}

/** Draws the trajectory z_t = μ_t + L_t ε_t for given ε, [T, B, Z]. */
export function unroll({ prior, encoder }: SequenceVae, data: Prepared, noise: tf.Tensor): Posterior {
  const { actionsBefore, batch } = data;
  const [, { q, z, context }] = scan(
    (state: State, now: { seen: Evidence; noise: tf.Tensor; action?: tf.Tensor }) => {
      const given = advance(prior, state, now.action); //         h_t, or [z_{t−1}, a_{t−1}]     [B, C]
      const posterior = posteriorAt(encoder, given, now.seen); // q(z_t|·)                       [B] of [Z]
      const latent = draw(posterior, now.noise); //               z_t = μ + L ε                  [B, Z]
      return [
        stateOf(prior, given, latent),
        { q: posterior, z: latent.clone(), context: given.clone() },
      ] as const;
    },
    before(prior, batch),
    { seen: evidence(encoder, data), noise, ...(actionsBefore && { action: actionsBefore }) },
  );
  return { q, p: all(prior, context), states: stateOf(prior, context, z) };
}
