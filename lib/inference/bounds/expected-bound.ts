import * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import type { Reparameterized } from "../../distributions/base/distribution";

/** What `expectedBound` is computed for. */
export interface BoundOptions {
  /** S, the number of draws. */
  readonly samples: number;
  /** For messages: the public function that was called, and how its argument log p(x, z) reads there. */
  readonly caller: string;
  readonly argument?: string;
}

/**
 * E_{z~q}[log p(x, z)] + H(q): `svi.elbo`, for all functions that are computed by it.
 *
 * @param logJoint log p(x, z) of draws z [S, ...B, ...E], [S, ...B].
 * @returns [...B].
 * @throws in the name of the caller, when S is out of range, or log p(x, z) comes in another shape.
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
    const expected = showShape([samples, ...q.batchShape]);
    if (showShape(logP.shape) !== expected)
      throw new Error(
        `${caller}: ${argument} must be ${expected}, one number for each draw and each member of the batch of q, ` +
          `got ${showShape(logP.shape)}`,
      );
    return logP.mean(0).add(q.entropy()); //                 E[log p(x, z)] + H(q)      [...B]
  });
}
