import * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import { checkCount } from "../../core/numeric/check-number";
import { checkPerDraw } from "../../distributions/base/check-per-draw";
import type { Reparameterized } from "../../distributions/base/distribution";

/** The options of {@link expectedBound}. */
export interface BoundOptions {
  /** S, the number of draws. */
  readonly samples: number;
  /** The public function that was called, for messages. */
  readonly caller: string;
  /** How its argument log p(x, z) reads in a call, for messages; "logJoint(z)" by default. */
  readonly argument?: string;
}

/**
 * Returns E_{z~q}[log p(x, z)] + H(q), estimated with S draws: the body of `svi.elbo` and of the bounds built
 * on it.
 *
 * @param logJoint log p(x, z) of draws: z [S, ...B, ...E] → [S, ...B].
 * @param q q(z), a batch [...B].
 * @returns [...B], in nats.
 * @throws in the name of the caller, if S is not a positive integer, or if log p(x, z) has another shape.
 */
export function expectedBound(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  q: Reparameterized,
  key: Key,
  { samples, caller, argument = "logJoint(z)" }: BoundOptions,
): tf.Tensor {
  checkCount(caller, "samples", samples, 1);
  return tf.tidy(() => {
    const z = q.sample(key, [samples]); //                   z ~ q(z)                   [S, ...B, ...E]
    const logP = logJoint(z); //                             log p(x, z)                [S, ...B]
    checkPerDraw(caller, argument, logP, q, samples);
    if (q.entropy !== undefined) return logP.mean(0).add(q.entropy()); // E[log p(x, z)] + H(q)  [...B]
    return logP.sub(q.logProb(z)).mean(0); //                E[log p(x, z) − log q(z)]  [...B]
  });
}
